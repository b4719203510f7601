import Sinter
import SinterExecute
import SinterLanguage

/// What helps a person whose statement fails for want of a parameter, or runs and finds nothing.
enum Advice {
  /// - Parameter how: how a parameter of that name is given here.
  /// - Throws: `ParameterMissing.MissingParameter` at the first parameter without a value.
  static func requireParameters(
    of statement: String, in parameters: [String: Value], store: Store, _ how: (String) -> String
  ) throws(SinterError) {
    guard let missing = try store.parameterUses(in: statement).first(where: { parameters[$0.text] == nil }) else { return }
    let near = Spelling.nearest(to: missing.text, in: Array(parameters.keys))
    throw SinterError(
      "ParameterMissing.MissingParameter", phase: .compile,
      "The parameter $\(missing.text) has no value: " + (near.map { "did you mean $\($0)?" } ?? how(missing.text) + "."),
      at: missing.span, in: statement)
  }

  /// Writes names that nothing in the store has to standard error. To be called when the statement has run.
  static func printNotices(for statement: String, store: Store) {
    // A statement that cannot be examined has said so when it ran.
    for notice in (try? store.notices(for: statement)) ?? [] {
      Terminal.printToError("\(Terminal.styled("note", .green, isOn: Terminal.hasColourErrors)): \(notice)")
    }
  }

  /// Whether the statement makes or drops a rule, a strategy or a model.
  static func isDefinition(_ statement: String, store: Store) -> Bool {
    switch (try? store.engine.prepare(statement))?.statement.body {
    case .rule, .model: true
    default: false
    }
  }
}
