package import SinterModel

/// Parses one statement; a trailing semicolon is allowed.
/// - Throws: ``SinterError`` of phase `compile`, with the span to blame and the text.
package func parse(_ text: String) throws(SinterError) -> Statement {
  throw SinterError("SyntaxError.UnexpectedSyntax", phase: .compile, "not written yet")
}
