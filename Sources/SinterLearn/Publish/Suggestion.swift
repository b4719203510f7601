/// "Did you mean …?" for a name that is not known.
package enum Suggestion {
  /// A sentence naming the closest of the known names, or all of them where none is close.
  package static func sentence(for name: String, among known: [String]) -> String {
    let folded = name.lowercased()
    let ranked = known.map { (name: $0, distance: distance(folded, $0.lowercased())) }.min { $0.distance < $1.distance }
    if let ranked, ranked.distance <= max(1, name.count / 3) { return "Did you mean `\(ranked.name)`?" }
    return known.isEmpty ? "There is none yet." : "Known are \(known.sorted().prefix(30).joined(separator: ", "))."
  }

  /// Levenshtein's distance in characters.
  /// - Complexity: O(|a|·|b|)
  static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.prefix(100))
    let b = Array(b.prefix(100))
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let cost = min(row[j], row[j + 1]) + 1
        let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(cost, replaced)
      }
    }
    return row[b.count]
  }
}
