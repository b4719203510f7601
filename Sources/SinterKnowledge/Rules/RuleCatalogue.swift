package import SinterModel
package import SinterStorage

/// The rules of a store: statements that derive facts, kept as text.
package enum RuleCatalogue {
  package struct Rule: Sendable, Equatable {
    package let name: String
    /// What follows AS: `MATCH … DEPOSIT …`.
    package let text: String
  }

  private static let prefix = "rule/"

  /// All rules, by name.
  package static func rules(in view: GraphView) throws(SinterError) -> [Rule] {
    var result: [Rule] = []
    for name in ValueBlob.names(prefix: prefix, in: view) {
      if let rule = try rule(name, in: view) { result.append(rule) }
    }
    return result
  }

  package static func rule(_ name: String, in view: GraphView) throws(SinterError) -> Rule? {
    guard let map = try ValueBlob.read(prefix + name, in: view) else { return nil }
    return Rule(name: name, text: map["text"]?.asString ?? "")
  }

  /// Keeps a rule.
  /// - Returns: false where one of that name existed and `ifNotExists` holds.
  /// - Throws: `SchemaError.RuleAlreadyExists`.
  package static func create(
    _ name: String, text: String, ifNotExists: Bool, writer: GraphWriter
  ) throws(SinterError) -> Bool {
    if writer.view.blobSize(prefix + name) != nil {
      if ifNotExists { return false }
      throw SinterError(
        "SchemaError.RuleAlreadyExists", "There is a rule `\(name)` already: drop it first (DROP RULE \(name)), or say IF NOT EXISTS.")
    }
    try ValueBlob.write(prefix + name, ["text": .string(text)], writer)
    return true
  }

  /// Forgets a rule. What it has deposited stays.
  /// - Throws: `SchemaError.RuleNotFound` unless `ifExists`.
  package static func drop(_ name: String, ifExists: Bool, writer: GraphWriter) throws(SinterError) {
    guard writer.view.blobSize(prefix + name) != nil else {
      if ifExists { return }
      let known = ValueBlob.names(prefix: prefix, in: writer.view)
      throw SinterError("SchemaError.RuleNotFound", "There is no rule `\(name)`. \(Listing.known("rule", known, near: name))")
    }
    try writer.deleteBlob(prefix + name)
  }

  /// For SHOW RULES.
  package static func show(in view: GraphView) throws(SinterError) -> (columns: [String], rows: [[Value]]) {
    (["name", "text"], try rules(in: view).map { [.string($0.name), .string($0.text)] })
  }
}

/// Lists of names in error messages.
enum Listing {
  /// What to say behind "There is no …": the name that was meant, or those there are.
  static func known(_ kind: String, _ names: [String], near name: String) -> String {
    if let near = closest(to: name, among: names) { return "Did you mean `\(near)`?" }
    return names.isEmpty ? "The store has no \(kind) yet." : "Known are \(names.prefix(20).joined(separator: ", "))."
  }
}
