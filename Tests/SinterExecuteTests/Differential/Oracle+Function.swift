import SinterModel
import TestSupport

extension Oracle {
  func property(_ value: Value, _ key: String) throws(Refusal) -> Value {
    switch value {
    case .null: return .null
    case .node(let node):
      guard let known = graph.nodes[node.id.rawValue] else { throw Refusal() }
      return known.properties[key] ?? .null
    case .relationship(let relationship):
      guard let known = graph.relationships[relationship.id.rawValue] else { throw Refusal() }
      return known.properties[key] ?? .null
    case .map(let members): return members[key] ?? .null
    case .date(let date):
      let (year, month, day) = Oracle.civil(date.daysSinceEpoch)
      switch key {
      case "year": return .integer(year)
      case "month": return .integer(month)
      case "day": return .integer(day)
      case "dayOfWeek": return .integer((date.daysSinceEpoch + 3) % 7 + 1)
      default: throw Refusal()
      }
    default: throw Refusal()
    }
  }

  /// Year, month and day, counted month by month from 1970; for dates after it.
  static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
    var (year, rest) = (Int64(1970), days)
    func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
    while rest >= (isLeap(year) ? 366 : 365) {
      rest -= isLeap(year) ? 366 : 365
      year += 1
    }
    let lengths: [Int64] = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var month = 0
    while rest >= lengths[month] {
      rest -= lengths[month]
      month += 1
    }
    return (year, Int64(month + 1), rest + 1)
  }

  func function(_ name: String, _ arguments: [Value]) throws(Refusal) -> Value {
    if arguments.contains(.null) { return .null }
    switch (name, arguments[0]) {
    case ("size", .list(let values)), ("length", .list(let values)): return .integer(Int64(values.count))
    case ("head", .list(let values)): return values.first ?? .null
    case ("last", .list(let values)): return values.last ?? .null
    case ("tail", .list(let values)): return .list(Array(values.dropFirst()))
    case ("reverse", .list(let values)): return .list(values.reversed())
    case ("isEmpty", .list(let values)): return .boolean(values.isEmpty)
    case (_, .string(let text)): return try textFunction(name, text, arguments)
    case (_, .integer), (_, .float): return try numberFunction(name, arguments)
    case ("length", .path(let path)): return .integer(Int64(path.relationships.count))
    case ("nodes", .path(let path)): return .list(path.nodes.map { .node($0) })
    case ("relationships", .path(let path)): return .list(path.relationships.map { .relationship($0) })
    case ("labels", .node(let node)):
      guard let known = graph.nodes[node.id.rawValue] else { throw Refusal() }
      return .list(known.labels.sorted().map { .string($0) })
    case ("properties", .node(let node)):
      guard let known = graph.nodes[node.id.rawValue] else { throw Refusal() }
      return .map(known.properties)
    case ("keys", .node(let node)):
      guard let known = graph.nodes[node.id.rawValue] else { throw Refusal() }
      return .list(known.properties.keys.sorted().map { .string($0) })
    case (_, .relationship(let relationship)):
      guard let known = graph.relationships[relationship.id.rawValue] else { throw Refusal() }
      switch name {
      case "type": return .string(known.type)
      case "startNode": return .node(Node(id: NodeID(known.start)))
      case "endNode": return .node(Node(id: NodeID(known.end)))
      case "properties": return .map(known.properties)
      default: throw Refusal()
      }
    case ("toString", .boolean(let truth)): return .string(truth ? "true" : "false")
    case ("toString", .date(let date)):
      let (year, month, day) = Oracle.civil(date.daysSinceEpoch)
      func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
      return .string("\(year)-\(two(month))-\(two(day))")
    case ("duration", .map): return arguments[0]
    default: throw Refusal()
    }
  }

  private func textFunction(_ name: String, _ text: String, _ arguments: [Value]) throws(Refusal) -> Value {
    let characters = Array(text)
    func count(_ place: Int) throws(Refusal) -> Int {
      guard place < arguments.count, case .integer(let number) = arguments[place], number >= 0 else { throw Refusal() }
      return Int(number)
    }
    switch name {
    case "size": return .integer(Int64(characters.count))
    case "isEmpty": return .boolean(characters.isEmpty)
    case "reverse": return .string(String(characters.reversed()))
    case "toUpper": return .string(text.uppercased())
    case "toLower": return .string(text.lowercased())
    case "toString": return arguments[0]
    case "toInteger": return Int64(text).map { .integer($0) } ?? .null
    case "left": return .string(String(characters.prefix(try count(1))))
    case "right": return .string(String(characters.suffix(try count(1))))
    case "substring":
      let rest = characters.dropFirst(try count(1))
      return .string(String(arguments.count > 2 ? rest.prefix(try count(2)) : rest))
    case "split":
      guard case .string(let mark) = arguments[1], mark.count == 1 else { throw Refusal() }
      return .list(text.split(separator: Character(mark), omittingEmptySubsequences: false).map { .string(String($0)) })
    case "replace":
      guard case .string(let old) = arguments[1], old.count == 1, case .string(let new) = arguments[2] else { throw Refusal() }
      return .string(characters.map { String($0) == old ? new : String($0) }.joined())
    default: throw Refusal()
    }
  }

  private func numberFunction(_ name: String, _ arguments: [Value]) throws(Refusal) -> Value {
    switch (name, arguments[0]) {
    case ("abs", .integer(let number)): return .integer(number < 0 ? -number : number)
    case ("sign", .integer(let number)): return .integer(number.signum())
    case ("toString", .integer(let number)): return .string(String(number))
    case ("toFloat", .integer(let number)): return .float(Double(number))
    case ("toInteger", .integer): return arguments[0]
    case ("abs", .float(let number)): return .float(number < 0 ? -number : number)
    case ("floor", .float(let number)): return .float(number.rounded(.down))
    case ("ceil", .float(let number)): return .float(number.rounded(.up))
    case ("toInteger", .float(let number)): return .integer(Int64(number.rounded(.towardZero)))
    case ("range", .integer(let from)):
      guard case .integer(let to) = arguments[1], abs(to - from) < 50 else { throw Refusal() }
      return .list(from <= to ? (from...to).map { .integer($0) } : [])
    default: throw Refusal()
    }
  }
}
