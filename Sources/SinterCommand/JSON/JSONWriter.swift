import Sinter

/// Writes values as JSON text into a byte buffer.
struct JSONWriter {
  var bytes: [UInt8] = []

  mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func comma(unlessFirst isFirst: inout Bool) {
    if isFirst { isFirst = false } else { bytes.append(UInt8(ascii: ",")) }
  }

  /// `"name":`
  mutating func name(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
  }

  mutating func integer(_ number: Int64) {
    guard number < 0 || number > 9 else {
      bytes.append(UInt8(ascii: "0") + UInt8(number))
      return
    }
    var digits = number.magnitude
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { buffer in
      var start = 20
      while digits > 0 {
        start -= 1
        let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: 10)
        buffer[start] = UInt8(ascii: "0") + UInt8(remainder)
        digits = quotient
      }
      if number < 0 { bytes.append(UInt8(ascii: "-")) }
      bytes.append(contentsOf: UnsafeMutableBufferPointer(rebasing: buffer[start..<20]))
    }
  }

  /// The shortest digits that give the same float back, always with a point or an exponent.
  mutating func float(_ number: Double) {
    if number.isFinite {
      bytes.append(contentsOf: number.description.utf8)
    } else {
      raw(number.isNaN ? "{\"$float\":\"NaN\"}" : number < 0 ? "{\"$float\":\"-Infinity\"}" : "{\"$float\":\"Infinity\"}")
    }
  }

  mutating func string(_ text: String) {
    var text = text
    bytes.append(UInt8(ascii: "\""))
    text.withUTF8 { utf8 in
      var start = 0
      for index in 0..<utf8.count {
        let byte = utf8[index]
        guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<index]))
        escaped(byte)
        start = index + 1
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<utf8.count]))
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escaped(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    default:
      raw("u00")
      let digits: StaticString = "0123456789abcdef"
      bytes.append(digits.utf8Start[Int(byte >> 4)])
      bytes.append(digits.utf8Start[Int(byte & 15)])
    }
  }
}

extension JSONWriter {
  /// A value in the form that tells all kinds apart: tags, and `$map` around maps with keys in `$`.
  mutating func value(_ value: Value) {
    switch value {
    case .null: raw("null")
    case .boolean(let payload): raw(payload ? "true" : "false")
    case .integer(let payload): integer(payload)
    case .float(let payload): float(payload)
    case .string(let payload): string(payload)
    case .list(let payload): list(payload)
    case .map(let payload):
      let isWrapped = payload.keys.contains { $0.utf8.first == UInt8(ascii: "$") }
      if isWrapped { raw("{\"$map\":") }
      map(payload)
      if isWrapped { raw("}") }
    case .node(let payload): tagged("{\"$node\":") { $0.node(payload) }
    case .relationship(let payload): tagged("{\"$rel\":") { $0.relationship(payload) }
    case .path(let payload): tagged("{\"$path\":") { $0.path(payload) }
    case .date(let payload): tagged("{\"$date\":") { $0.string(payload.description) }
    case .localTime(let payload): tagged("{\"$localtime\":") { $0.string(payload.description) }
    case .time(let payload): tagged("{\"$time\":") { $0.string(payload.description) }
    case .localDateTime(let payload): tagged("{\"$localdatetime\":") { $0.string(payload.description) }
    case .dateTime(let payload): tagged("{\"$datetime\":") { $0.string(payload.description) }
    case .duration(let payload): tagged("{\"$duration\":") { $0.string(payload.description) }
    }
  }

  mutating func list(_ values: [Value]) {
    raw("[")
    var isFirst = true
    for value in values {
      comma(unlessFirst: &isFirst)
      self.value(value)
    }
    raw("]")
  }

  private mutating func tagged(_ opening: StaticString, _ content: (inout JSONWriter) -> Void) {
    raw(opening)
    content(&self)
    raw("}")
  }

  /// Entries in the order of their names, so that equal maps give equal text.
  private mutating func map(_ entries: [String: Value], omittingNulls: Bool = false) {
    raw("{")
    var isFirst = true
    for (key, value) in entries.count > 1 ? entries.sorted(by: { $0.key < $1.key }) : Array(entries) {
      if omittingNulls, value.isNull { continue }
      comma(unlessFirst: &isFirst)
      name(key)
      self.value(value)
    }
    raw("}")
  }

  private mutating func node(_ node: Node) {
    raw("{\"id\":")
    integer(Int64(node.id.rawValue))
    raw(",\"labels\":")
    list(node.labels.map(Value.string))
    raw(",\"properties\":")
    map(node.properties, omittingNulls: true)
    raw("}")
  }

  private mutating func relationship(_ relationship: Relationship) {
    raw("{\"id\":")
    integer(Int64(relationship.id.rawValue))
    raw(",\"type\":")
    string(relationship.type)
    raw(",\"start\":")
    integer(Int64(relationship.start?.rawValue ?? 0))
    raw(",\"end\":")
    integer(Int64(relationship.end?.rawValue ?? 0))
    raw(",\"properties\":")
    map(relationship.properties, omittingNulls: true)
    raw("}")
  }

  private mutating func path(_ path: Path) {
    raw("{\"nodes\":[")
    var isFirst = true
    for node in path.nodes {
      comma(unlessFirst: &isFirst)
      self.node(node)
    }
    raw("],\"rels\":[")
    isFirst = true
    for relationship in path.relationships {
      comma(unlessFirst: &isFirst)
      self.relationship(relationship)
    }
    raw("]}")
  }
}
