/// The tokens of a text: terms end to end, each with its place.
///
/// Meant to be used again for the next text, so that analysing allocates nothing per token.
package struct TokenBuffer: Sendable {
  /// One token. Terms are ranges of ``TokenBuffer/bytes``, sources are UTF-8 ranges of the text.
  package struct Token: Sendable {
    package var termStart: Int32
    package var termEnd: Int32
    /// Counts words from 0; left-out stop words leave gaps.
    package var position: Int32
    package var sourceStart: Int32
    package var sourceEnd: Int32
    /// A single character of a script without spaces, in a query: it stands for every pair that begins with it.
    package var isPrefix = false
  }

  /// The terms, one behind the other.
  package var bytes: [UInt8] = []
  package var tokens: [Token] = []
  /// The position of the next token.
  package var nextPosition: Int32 = 0

  package init() {}

  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    tokens.removeAll(keepingCapacity: true)
    nextPosition = 0
  }

  /// The bytes of a token's term.
  package func term(_ token: Token) -> ArraySlice<UInt8> { bytes[Int(token.termStart)..<Int(token.termEnd)] }

  /// All terms as text, in order.
  package var terms: [String] { tokens.map { String(decoding: term($0), as: UTF8.self) } }
}
