/// The one error type that leaves Sinter.
///
/// ``code`` is open: new codes may appear in any release. Codes of the language are openCypher's,
/// `Type.Detail` (`SyntaxError.UndefinedVariable`); others are Sinter's own (`StorageError.Damaged`,
/// `LoadError.MissingColumn`, `LimitError.Timeout`).
public struct SinterError: Error, Sendable {
  /// When the error was found.
  public enum Phase: String, Sendable {
    /// From the query's text alone; nothing was executed.
    case compile
    /// While executing, or outside any query.
    case runtime
  }

  /// What went wrong, for programs: `Type.Detail`.
  public struct Code: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
    /// The code as text.
    public let rawValue: String
    /// Any text may be a code.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// A code from a literal, to compare with.
    public init(stringLiteral value: String) { self.rawValue = value }
  }

  /// What went wrong, for programs.
  public var code: Code
  /// Whether anything had been executed.
  public var phase: Phase
  /// What happened and what to do, in one or two sentences for people.
  public var message: String
  /// The part of the query that is to blame.
  public var span: SourceSpan?
  /// The query's text, added where it is known, so that the error can show its line and a caret.
  public var queryText: String?

  /// An error of the engine, or of a program that reports its own in the same way.
  public init(
    _ code: Code, phase: Phase = .runtime, _ message: String, at span: SourceSpan? = nil,
    in queryText: String? = nil
  ) {
    self.code = code
    self.phase = phase
    self.message = message
    self.span = span
    self.queryText = queryText
  }
}

extension SinterError {
  /// The line and column, both from 1, columns in characters, of the start of ``span``.
  public var position: (line: Int, column: Int)? {
    guard let span, let queryText else { return nil }
    let bytes = queryText.utf8.prefix(span.start)
    let line = bytes.reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    let lineStart = bytes.lastIndex(of: UInt8(ascii: "\n")).map { queryText.utf8.index(after: $0) } ?? queryText.startIndex
    return (line, queryText[lineStart..<bytes.endIndex].count + 1)
  }
}
