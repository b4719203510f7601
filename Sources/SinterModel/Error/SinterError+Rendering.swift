extension SinterError {
  /// The error for people: code and message, and where the query's text is known, its line with a
  /// caret under what is to blame.
  ///
  ///     SyntaxError.UndefinedVariable: Variable `m` is not defined
  ///       line 2, column 8
  ///       | RETURN m.name
  ///       |        ^
  ///
  /// Columns count characters; the caret allows for tabs and for characters two cells wide. Of a
  /// long line only the part around the place is shown.
  public func rendered() -> String {
    let head = "\(code.rawValue): \(message)"
    guard let position, let excerpt = Excerpt(self) else { return head }
    return head + "\n  line \(position.line), column \(position.column)\n  | \(excerpt.line)\n  | \(excerpt.marker)"
  }
}

/// The line of an error and the marks under it.
private struct Excerpt {
  var line = ""
  var marker = ""

  /// The cells of a line that are shown at most.
  private static let width = 100

  init?(_ error: SinterError) {
    guard let span = error.span, let text = error.queryText else { return nil }
    let bytes = text.utf8
    let start = bytes.index(bytes.startIndex, offsetBy: min(max(span.start, 0), bytes.count))
    let end = bytes.index(bytes.startIndex, offsetBy: min(max(span.end, span.start, 0), bytes.count))
    let newline = UInt8(ascii: "\n")
    let lineStart = bytes[..<start].lastIndex(of: newline).map { bytes.index(after: $0) } ?? bytes.startIndex
    let lineEnd = bytes[start...].firstIndex(of: newline) ?? bytes.endIndex
    // Cut far from the place first, so that a line of a megabyte costs no more than a short one.
    let near = bytes.index(start, offsetBy: -4 * Self.width, limitedBy: lineStart) ?? lineStart
    let far = bytes.index(start, offsetBy: 4 * Self.width, limitedBy: lineEnd) ?? lineEnd
    let before = Self.cells(String(decoding: bytes[near..<start], as: UTF8.self))
    let blamed = Self.cells(String(decoding: bytes[start..<min(end, far)], as: UTF8.self))
    let after = Self.cells(String(decoding: bytes[min(end, far)..<far], as: UTF8.self))

    let (head, cutHead) = Self.fit(before.reversed(), Self.width / 2)
    let room = Self.width - head.reduce(0) { $0 + $1.width }
    let (body, cutBody) = Self.fit(blamed, room)
    let (tail, cutTail) = Self.fit(after, room - body.reduce(0) { $0 + $1.width })
    let cutLeft = cutHead || near != lineStart
    let cutRight = cutBody || cutTail || far != lineEnd
    line = (cutLeft ? "…" : "") + (head.reversed() + body + tail).map(\.text).joined() + (cutRight ? "…" : "")
    let indent = (cutLeft ? 1 : 0) + head.reduce(0) { $0 + $1.width }
    marker = String(repeating: " ", count: indent) + String(repeating: "^", count: max(1, body.reduce(0) { $0 + $1.width }))
  }

  private struct Cell {
    var text: String
    var width: Int
  }

  private static func cells(_ text: String) -> [Cell] {
    text.compactMap { character in
      switch character {
      case "\t": Cell(text: "    ", width: 4)
      case "\r", "\r\n": nil
      default: Cell(text: String(character), width: width(of: character))
      }
    }
  }

  /// As many of the first cells as fit, and whether any were left out.
  private static func fit(_ cells: [Cell], _ room: Int) -> ([Cell], Bool) {
    var used = 0
    var count = 0
    while count < cells.count, used + cells[count].width <= room {
      used += cells[count].width
      count += 1
    }
    return (Array(cells[..<count]), count < cells.count)
  }

  /// Two cells for the wide and full-width blocks of East Asian scripts and for emoji, none for
  /// marks that combine, one for the rest.
  private static func width(of character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    case 0x0300...0x036F, 0x200B...0x200F, 0xFE00...0xFE0F: return 0
    default: return 1
    }
  }
}
