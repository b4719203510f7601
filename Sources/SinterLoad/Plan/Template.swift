/// A text with columns in braces: `{brand} {title}`; `{{` and `}}` are braces.
struct Template: Sendable, Hashable {
  enum Part: Sendable, Hashable {
    case text([UInt8])
    case column(String)
    /// One piece of the mapping's `split`.
    case piece
  }
  var parts: [Part]

  init(parts: [Part]) { self.parts = parts }
  init(column: String) { parts = [.column(column)] }
  init(constant: String) { parts = [.text(Array(constant.utf8))] }

  /// The text when no column takes part.
  var constant: String? {
    if parts.isEmpty { return "" }
    if parts.count == 1, case .text(let bytes) = parts[0] { return String(decoding: bytes, as: UTF8.self) }
    return nil
  }

  var columns: [String] {
    parts.compactMap { if case .column(let name) = $0 { name } else { nil } }
  }

  /// - Throws: ``TemplateError`` for a brace without its partner or an empty name.
  static func parse(_ text: String) throws(TemplateError) -> Template {
    var parts: [Part] = []
    var literal: [UInt8] = []
    let bytes = Array(text.utf8)
    var i = 0
    while i < bytes.count {
      let byte = bytes[i]
      let isDoubled = i + 1 < bytes.count && bytes[i + 1] == byte
      if byte == UInt8(ascii: "{") && !isDoubled {
        guard let close = bytes[i...].firstIndex(of: UInt8(ascii: "}")) else {
          throw TemplateError(message: "the `{` in `\(text)` is never closed; write `{{` for a brace")
        }
        let name = String(decoding: bytes[(i + 1)..<close], as: UTF8.self)
        guard !name.isEmpty else { throw TemplateError(message: "`{}` in `\(text)` names no column") }
        if !literal.isEmpty { parts.append(.text(literal)) }
        literal = []
        parts.append(name == "piece" ? .piece : .column(name))
        i = close + 1
      } else if byte == UInt8(ascii: "}") && !isDoubled {
        throw TemplateError(message: "the `}` in `\(text)` closes nothing; write `}}` for a brace")
      } else {
        literal.append(byte)
        i += byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") ? 2 : 1
      }
    }
    if !literal.isEmpty { parts.append(.text(literal)) }
    return Template(parts: parts)
  }
}

struct TemplateError: Error {
  var message: String
}
