extension Double {
  /// The shortest digits that read back as the same float, always with a decimal point: `1.0`, `1.5E-7`, `1.0E300`,
  /// `NaN`, `Infinity`, `-Infinity`. Finite ones are JSON numbers too.
  package var languageText: String {
    if isNaN { return "NaN" }
    if isInfinite { return self < 0 ? "-Infinity" : "Infinity" }
    let digits = description
    guard let mark = digits.utf8.firstIndex(of: UInt8(ascii: "e")) else { return digits }
    let mantissa = digits[..<mark]
    let exponent = Int(digits[digits.utf8.index(after: mark)...]) ?? 0
    let point = mantissa.utf8.contains(UInt8(ascii: ".")) ? "" : ".0"
    return "\(mantissa)\(point)E\(exponent)"
  }
}

extension Value {
  /// What `toString` gives; nil for null and for kinds it does not take (lists, maps, graph elements).
  package var languageText: String? {
    switch self {
    case .boolean(let a): a ? "true" : "false"
    case .integer(let a): String(a)
    case .float(let a): a.languageText
    case .string(let a): a
    case .date(let a): a.description
    case .localTime(let a): a.description
    case .time(let a): a.description
    case .localDateTime(let a): a.description
    case .dateTime(let a): a.description
    case .duration(let a): a.description
    case .null, .list, .map, .node, .relationship, .path: nil
    }
  }

  /// The name of the value's type for messages: `Integer`, `List`, `LocalDateTime`.
  package var typeName: String {
    switch self {
    case .null: "Null"
    case .boolean: "Boolean"
    case .integer: "Integer"
    case .float: "Float"
    case .string: "String"
    case .list: "List"
    case .map: "Map"
    case .node: "Node"
    case .relationship: "Relationship"
    case .path: "Path"
    case .date: "Date"
    case .localTime: "LocalTime"
    case .time: "Time"
    case .localDateTime: "LocalDateTime"
    case .dateTime: "DateTime"
    case .duration: "Duration"
    }
  }

  /// The value's type within a sentence: `an integer`, `a list`, `null`.
  package var typePhrase: String {
    switch self {
    case .null: "null"
    case .integer: "an integer"
    case .localTime: "a local time"
    case .localDateTime: "a local datetime"
    default: "a " + typeName.lowercased()
    }
  }

  /// The value for people to read in a table: a string stands without quotes; inside lists and maps it has them.
  public var displayText: String {
    if case .string(let text) = self { return text }
    return description
  }
}

extension Value: CustomStringConvertible {
  /// The value in the query language's own notation, as near as it has one: `'it\'s'`, `[1, 2.0]`, `{a: null}`,
  /// `(:Item {id: 'i1'})`, `[:BOUGHT {count: 2}]`, `(…)-[…]->(…)`; temporal values as their text.
  public var description: String {
    var text = ""
    write(to: &text)
    return text
  }

  func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .string(let a): Value.writeQuoted(a, to: &text)
    case .list(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += ", " }
        element.write(to: &text)
      }
      text += "]"
    case .map(let entries): Value.write(entries, to: &text)
    case .node(let node): node.write(to: &text)
    case .relationship(let relationship): relationship.write(to: &text)
    case .path(let path): path.write(to: &text)
    default: text += languageText ?? ""
    }
  }

  private static func writeQuoted(_ string: String, to text: inout String) {
    text += "'"
    for scalar in string.unicodeScalars {
      switch scalar {
      case "'": text += "\\'"
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "'"
  }

  /// A name as it can be written in a query: in backticks unless it is an ordinary identifier.
  static func writeName(_ name: String, to text: inout String) {
    let isPlain =
      !name.isEmpty && !(name.unicodeScalars.first?.properties.numericType != nil)
      && name.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType != nil }
    if isPlain {
      text += name
    } else {
      text += "`"
      for character in name { text += character == "`" ? "``" : String(character) }
      text += "`"
    }
  }

  static func write(_ entries: [String: Value], to text: inout String) {
    text += "{"
    for (index, key) in entries.keys.sorted(by: { $0.codePointOrder($1) < 0 }).enumerated() {
      if index > 0 { text += ", " }
      writeName(key, to: &text)
      text += ": "
      (entries[key] ?? .null).write(to: &text)
    }
    text += "}"
  }
}

extension Node: CustomStringConvertible {
  /// `(:Label {key: value})`; a node without content shows its id, `(#7)`.
  public var description: String {
    var text = ""
    write(to: &text)
    return text
  }

  func write(to text: inout String) {
    guard let content else {
      text += "(#\(id.rawValue))"
      return
    }
    text += "("
    for label in content.labels {
      text += ":"
      Value.writeName(label, to: &text)
    }
    if !content.properties.isEmpty {
      if !content.labels.isEmpty { text += " " }
      Value.write(content.properties, to: &text)
    }
    text += ")"
  }
}

extension Relationship: CustomStringConvertible {
  /// `[:TYPE {key: value}]`; a relationship without content shows its id, `[#7]`.
  public var description: String {
    var text = ""
    write(to: &text)
    return text
  }

  func write(to text: inout String) {
    guard let content else {
      text += "[#\(id.rawValue)]"
      return
    }
    text += "[:"
    Value.writeName(content.type, to: &text)
    if !content.properties.isEmpty {
      text += " "
      Value.write(content.properties, to: &text)
    }
    text += "]"
  }
}

extension Path: CustomStringConvertible {
  /// `(a)-[r]->(b)<-[s]-(c)`; arrows show the stored direction where it is known.
  public var description: String {
    var text = ""
    write(to: &text)
    return text
  }

  func write(to text: inout String) {
    for (index, node) in nodes.enumerated() {
      node.write(to: &text)
      guard index < relationships.count, index + 1 < nodes.count else { continue }
      let relationship = relationships[index]
      let isBackward = relationship.start.map { $0 != node.id } ?? false
      text += isBackward ? "<-" : "-"
      relationship.write(to: &text)
      text += isBackward || relationship.start == nil ? "-" : "->"
    }
  }
}
