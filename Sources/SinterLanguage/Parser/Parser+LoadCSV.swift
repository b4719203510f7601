import SinterModel

extension Parser {
  /// `LOAD CSV [WITH HEADERS] FROM url AS row [FIELDTERMINATOR ';']`
  mutating func parseLoadCSV() throws(Failure) -> LoadCSVClause {
    advance()
    try expect(.csv)
    let withHeaders = take(.with, .headers)
    try expect(.from, withHeaders ? "" : ", or WITH HEADERS")
    let url = try parseExpression()
    try expect(.as, " and a variable")
    let variable = try expectName("a variable")
    var terminator = UInt8(ascii: ",")
    if take(.fieldTerminator) {
      guard at(.string) else { throw unexpected("a string such as ';'") }
      let text = try string(current)
      guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80, !Self.reservedTerminators.contains(byte) else {
        throw error(
          "SyntaxError.InvalidArgumentValue",
          "A field terminator is one ASCII character that is neither a quote nor a line break, such as ';' or '\\t'",
          at: current.span)
      }
      terminator = byte
      advance()
    }
    return LoadCSVClause(withHeaders: withHeaders, url: url, variable: variable, fieldTerminator: terminator)
  }

  /// The quote and the line breaks, which mean something in a file whatever separates its fields.
  private static let reservedTerminators: [UInt8] = [UInt8(ascii: "\""), 0x0A, 0x0D, 0x00]
}
