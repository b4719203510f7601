import Sinter

/// Rows as aligned columns under a header.
struct TableLayout {
  let columns: [String]
  /// Cell texts, a list for each row.
  let cells: [[String]]
  /// Columns whose values are all numbers stand on the right.
  let isNumeric: [Bool]
  let widths: [Int]

  /// - Parameters:
  ///   - maximumWidth: the widest columns are cut until a line fits; nil for lines of any length.
  ///   - isNumeric: which columns stand on the right; nil to tell by the values.
  ///   - narrowedColumn: the column that alone is cut, as long as that suffices.
  init(
    columns: [String], rows: [[Value]], maximumWidth: Int? = nil, isNumeric: [Bool]? = nil, narrowedColumn: Int? = nil
  ) {
    self.columns = columns.map(TableLayout.plain)
    cells = rows.map { $0.map(TableLayout.cell) }
    self.isNumeric = isNumeric ?? columns.indices.map { column in
      !rows.isEmpty && rows.allSatisfy { row in
        switch row[column] {
        case .integer, .float, .null: true
        default: false
        }
      } && rows.contains { !$0[column].isNull }
    }
    var widths = self.columns.map { max(1, TextWidth.of($0)) }
    for row in cells {
      for (column, text) in row.enumerated() { widths[column] = max(widths[column], TextWidth.of(text)) }
    }
    guard let maximumWidth else {
      self.widths = widths
      return
    }
    if let narrowedColumn {
      let excess = widths.reduce(0, +) + 3 * widths.count - 1 - maximumWidth
      if excess > 0 { widths[narrowedColumn] = max(min(widths[narrowedColumn], 12), widths[narrowedColumn] - excess) }
    }
    self.widths = TableLayout.fitted(widths, into: maximumWidth)
  }

  /// A value in one line: nothing in it can move the cursor.
  static func cell(_ value: Value) -> String { plain(value.displayText) }

  private static func plain(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) {
          result += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }

  /// Narrows the widest columns alike, none below 8, until the line fits.
  private static func fitted(_ widths: [Int], into maximum: Int) -> [Int] {
    // A space on both sides of a cell, a bar between two.
    let available = maximum - 3 * widths.count + 1
    guard widths.reduce(0, +) > available else { return widths }
    var limit = widths.max() ?? 0
    while limit > 8, widths.reduce(0, { $0 + min($1, limit) }) > available { limit -= 1 }
    return widths.map { min($0, limit) }
  }

  var header: String { line(columns, alignsNumbers: false) }

  var rule: String { widths.map { String(repeating: "─", count: $0 + 2) }.joined(separator: "┼") }

  func line(_ row: [String], alignsNumbers: Bool = true) -> String {
    var text = ""
    for (column, cell) in row.enumerated() {
      if column > 0 { text += " │" }
      text += " "
      let onLeft = alignsNumbers && isNumeric[column]
      text += TextWidth.padded(TextWidth.cut(cell, to: widths[column]), to: widths[column], onLeft: onLeft)
    }
    while text.last == " " { text.removeLast() }
    return text
  }

  /// Whether a cell had to be cut.
  var isCut: Bool {
    widths.indices.contains { column in
      TextWidth.of(columns[column]) > widths[column] || cells.contains { TextWidth.of($0[column]) > widths[column] }
    }
  }
}
