/// Cuts a text into statements at the semicolons that stand outside strings, names in backticks and comments.
struct StatementSplitter {
  /// Statements that were ended by a semicolon, without it.
  private(set) var statements: [String] = []
  /// What follows the last semicolon.
  private(set) var rest = ""

  init(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      var start = 0
      var index = 0
      while index < utf8.count {
        guard utf8[index] == UInt8(ascii: ";") else {
          index = StatementSplitter.end(ofPieceAt: index, in: utf8)
          continue
        }
        append(utf8[start..<index])
        index += 1
        start = index
      }
      rest = String(decoding: UnsafeBufferPointer(rebasing: utf8[start..<utf8.count]), as: UTF8.self)
    }
  }

  private mutating func append(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
    let statement = String(decoding: bytes, as: UTF8.self)
    if !StatementSplitter.isBlank(statement) { statements.append(statement) }
  }

  /// All statements, the last one with or without a semicolon.
  static func all(in text: String) -> [String] {
    let splitter = StatementSplitter(text)
    return splitter.statements + (isBlank(splitter.rest) ? [] : [splitter.rest])
  }

  /// Whether a text holds nothing but white space and comments; a comment without an end is something.
  static func isBlank(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { utf8 in
      var index = 0
      while index < utf8.count {
        let byte = utf8[index]
        if byte == 0x20 || (0x09...0x0D).contains(byte) {
          index += 1
        } else if isComment(at: index, in: utf8) {
          let start = index
          index = end(ofPieceAt: start, in: utf8)
          if utf8[start + 1] == UInt8(ascii: "*"), !isClosed(utf8[start..<index]) { return false }
        } else {
          return false
        }
      }
      return true
    }
  }

  private static func isClosed(_ comment: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    comment.count >= 4 && comment.suffix(2).elementsEqual("*/".utf8)
  }

  private static func isComment(at index: Int, in utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    utf8[index] == UInt8(ascii: "/") && index + 1 < utf8.count
      && (utf8[index + 1] == UInt8(ascii: "/") || utf8[index + 1] == UInt8(ascii: "*"))
  }

  /// Where the string, quoted name, comment or single byte that begins at `start` ends.
  private static func end(ofPieceAt start: Int, in utf8: UnsafeBufferPointer<UInt8>) -> Int {
    var index = start + 1
    switch utf8[start] {
    case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
      let quote = utf8[start]
      while index < utf8.count, utf8[index] != quote {
        if utf8[index] == UInt8(ascii: "\\"), quote != UInt8(ascii: "`") { index += 1 }
        index += 1
      }
      return min(index + 1, utf8.count)
    case UInt8(ascii: "/") where isComment(at: start, in: utf8):
      if utf8[index] == UInt8(ascii: "/") {
        while index < utf8.count, utf8[index] != 0x0A { index += 1 }
        return index
      }
      index += 1
      while index < utf8.count {
        if utf8[index] == UInt8(ascii: "*"), index + 1 < utf8.count, utf8[index + 1] == UInt8(ascii: "/") { return index + 2 }
        index += 1
      }
      return utf8.count
    default: return index
    }
  }
}
