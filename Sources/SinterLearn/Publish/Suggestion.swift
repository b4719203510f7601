internal import SinterModel

/// "Did you mean …?" for a name that is not known.
package enum Suggestion {
  /// A sentence naming the closest of the known names, or all of them where none is close.
  package static func sentence(for name: String, among known: [String]) -> String {
    if let near = closest(to: name, among: known) { return "Did you mean `\(near)`?" }
    return known.isEmpty ? "There is none yet." : "Known are \(known.sorted().prefix(30).joined(separator: ", "))."
  }
}
