extension Highlighter {
  /// How a text with marks is written.
  package struct Style: Sendable {
    package var before = "<b>"
    package var after = "</b>"
    /// The characters of the piece that is shown at most; nil for all of the text.
    package var fragmentLength: Int?
    /// Whether `&`, `<`, `>` and quotes of the text are written as HTML has them.
    package var escapesHTML = false
    package init() {}
  }

  /// The text with marks around what the query looks for.
  package func highlighted(_ text: String, _ style: Style) -> String {
    let utf8 = Array(text.utf8)
    let marks = marks(in: text)
    let shown = style.fragmentLength.map { Highlighter.fragment(utf8, marks, length: $0) } ?? 0..<utf8.count
    func plain(_ range: Range<Int>) -> String {
      let part = String(decoding: utf8[range], as: UTF8.self)
      return style.escapesHTML ? Highlighter.escapedForHTML(part) : part
    }
    var result = shown.lowerBound > 0 ? "…" : ""
    var at = shown.lowerBound
    for mark in marks where mark.lowerBound >= shown.lowerBound && mark.upperBound <= shown.upperBound {
      result += plain(at..<mark.lowerBound) + style.before + plain(mark) + style.after
      at = mark.upperBound
    }
    result += plain(at..<shown.upperBound)
    return shown.upperBound < utf8.count ? result + "…" : result
  }

  private static func escapedForHTML(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// The piece with the most marks, the first of several, with what is around them; it begins and ends between words.
  private static func fragment(_ utf8: [UInt8], _ marks: [Range<Int>], length: Int) -> Range<Int> {
    // Byte offsets of the scalars, and one behind the last.
    let starts = utf8.indices.filter { utf8[$0] & 0xC0 != 0x80 } + [utf8.count]
    guard starts.count - 1 > length else { return 0..<utf8.count }
    func place(_ offset: Int) -> Int {
      var low = 0
      var high = starts.count - 1
      while low < high {
        let middle = (low + high) >> 1
        if starts[middle] < offset { low = middle + 1 } else { high = middle }
      }
      return low
    }
    var best = (first: 0, last: 0, count: 0)
    var last = 0
    for first in marks.indices {
      last = max(last, first)
      while last + 1 < marks.count, place(marks[last + 1].upperBound) - place(marks[first].lowerBound) <= length { last += 1 }
      if last - first + 1 > best.count { best = (first, last, last - first + 1) }
    }
    var from = 0
    if best.count > 0 {
      let markStart = place(marks[best.first].lowerBound)
      let markEnd = place(marks[best.last].upperBound)
      // A third of the room before, the rest behind.
      from = max(0, min(markStart - max(0, length - (markEnd - markStart)) / 3, starts.count - 1 - length))
    }
    var to = min(from + length, starts.count - 1)
    func isSpace(_ place: Int) -> Bool { place < starts.count - 1 && utf8[starts[place]] <= 0x20 }
    let keepsFrom = best.count > 0 ? place(marks[best.first].lowerBound) : from
    let keepsTo = best.count > 0 ? place(marks[best.last].upperBound) : from + 1
    if from > 0, !isSpace(from - 1), let space = (from..<max(from, keepsFrom)).first(where: isSpace) { from = space + 1 }
    if to < starts.count - 1, !isSpace(to), let space = (min(keepsTo, to)..<to).last(where: isSpace) { to = space }
    return starts[from]..<starts[max(from, to)]
  }
}
