public import SinterModel

/// What in a statement is likely a slip, although the statement runs: a name that nothing in the store has.
///
/// ```swift
/// for notice in try store.notices(for: "MATCH (i:Itm) RETURN i") { print(notice) }
/// // No node has the label `Itm`. Did you mean `Item`?
/// //   line 1, column 10
/// //   | MATCH (i:Itm) RETURN i
/// //   |          ^^^
/// ```
public struct QueryNotice: Sendable, CustomStringConvertible {
  /// What is odd and, where there is something alike, what may have been meant.
  public let message: String
  /// The name in the statement.
  public let span: SourceSpan
  /// The statement.
  public let queryText: String

  /// The message, and under it the line with a caret.
  public var description: String {
    let code = "Notice"
    let rendered = SinterError(.init(rawValue: code), message, at: span, in: queryText).rendered()
    return String(rendered.dropFirst(code.count + 2))
  }
}
