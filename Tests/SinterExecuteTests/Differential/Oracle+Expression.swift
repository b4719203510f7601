import SinterModel
import TestSupport

extension Oracle {
  /// - Parameter group: the rows that aggregates are over.
  mutating func evaluate(_ term: Term, _ row: Row, group: [Row]? = nil) throws(Refusal) -> Value {
    try spend()
    switch term {
    case .constant(let value): return value
    case .variable(let name):
      guard let value = row[name] else { throw Refusal() }
      return value
    case .property(let a, let key): return try property(evaluate(a, row, group: group), key)
    case .hasLabel(let name, let labels):
      guard let value = row[name] else { throw Refusal() }
      if value.isNull { return .null }
      guard case .node(let node) = value, let known = graph.nodes[node.id.rawValue] else { throw Refusal() }
      return .boolean(holds(labels, known.labels))
    case .not(let a): return Oracle.value(try truth(evaluate(a, row, group: group)).map { !$0 })
    case .isNull(let a, let negated): return .boolean(try evaluate(a, row, group: group).isNull != negated)
    case .binary(let a, let sign, let b):
      return try binary(evaluate(a, row, group: group), sign, evaluate(b, row, group: group))
    case .function("coalesce", let arguments):
      for argument in arguments {
        let value = try evaluate(argument, row, group: group)
        if !value.isNull { return value }
      }
      return .null
    case .function(let name, let arguments):
      var values: [Value] = []
      for argument in arguments { values.append(try evaluate(argument, row, group: group)) }
      return try function(name, values)
    case .condition(let cases, let otherwise, let subject):
      let wanted: Value? = if let subject { try evaluate(subject, row, group: group) } else { nil }
      for one in cases {
        let found = try evaluate(one.when, row, group: group)
        let isChosen = if let wanted { Oracle.equal(wanted, found) } else { try truth(found) }
        if isChosen == true { return try evaluate(one.then, row, group: group) }
      }
      guard let otherwise else { return .null }
      return try evaluate(otherwise, row, group: group)
    case .list(let terms):
      var values: [Value] = []
      for one in terms { values.append(try evaluate(one, row, group: group)) }
      return .list(values)
    case .map(let members):
      var values: [String: Value] = [:]
      for member in members { values[member.key] = try evaluate(member.term, row, group: group) }
      return .map(values)
    case .aggregate(let name, let operand, let isDistinct, let parameter):
      guard let group else { throw Refusal() }
      return try aggregate(name, operand, isDistinct, parameter, group)
    case .exists(let query): return .boolean(!(try rows(query, over: row)).isEmpty)
    case .count(let query): return .integer(Int64(try rows(query, over: row).count))
    case .collect(let query): return .list(try rows(query, over: row).map { $0[0] })
    case .patternComprehension(let pattern, let filter, let result):
      guard !pattern.hops.isEmpty else { throw Refusal() }
      var values: [Value] = []
      for found in try matches([pattern], filter, row) { values.append(try evaluate(result, found)) }
      return .list(values)
    default: return try overList(term, row, group)
    }
  }

  private mutating func overList(_ term: Term, _ row: Row, _ group: [Row]?) throws(Refusal) -> Value {
    func elements(_ value: Value) throws(Refusal) -> [Value]? {
      if value.isNull { return nil }
      guard case .list(let values) = value else { throw Refusal() }
      return values
    }
    switch term {
    case .subscript_(let a, let b):
      guard let values = try elements(evaluate(a, row, group: group)) else { return .null }
      let place = try evaluate(b, row, group: group)
      if place.isNull { return .null }
      guard case .integer(let index) = place else { throw Refusal() }
      let at = index < 0 ? Int(index) + values.count : Int(index)
      return values.indices.contains(at) ? values[at] : .null
    case .slice(let a, let from, let to):
      guard let values = try elements(evaluate(a, row, group: group)) else { return .null }
      func place(_ index: Int) -> Int { min(max(index < 0 ? index + values.count : index, 0), values.count) }
      let (low, high) = (place(from ?? 0), place(to ?? values.count))
      return .list(low < high ? Array(values[low..<high]) : [])
    case .comprehension(let name, let list, let filter, let result):
      guard let values = try elements(evaluate(list, row, group: group)) else { return .null }
      var found: [Value] = []
      for value in values {
        let inner = row.merging([name: value]) { $1 }
        guard try holds(filter, inner) else { continue }
        if let result { found.append(try evaluate(result, inner)) } else { found.append(value) }
      }
      return .list(found)
    case .quantifier(let kind, let name, let list, let filter):
      guard let values = try elements(evaluate(list, row, group: group)) else { return .null }
      var (yes, unknown) = (0, 0)
      for value in values {
        switch try truth(evaluate(filter, row.merging([name: value]) { $1 })) {
        case true?: yes += 1
        case nil: unknown += 1
        case false?: break
        }
      }
      let no = values.count - yes - unknown
      switch kind {
      case "any": return Oracle.value(yes > 0 ? true : unknown > 0 ? nil : false)
      case "all": return Oracle.value(no > 0 ? false : unknown > 0 ? nil : true)
      case "none": return Oracle.value(yes > 0 ? false : unknown > 0 ? nil : true)
      default: return Oracle.value(yes > 1 ? false : unknown > 0 ? nil : yes == 1)
      }
    case .reduce(let sum, let start, let name, let list, let body):
      var value = try evaluate(start, row, group: group)
      guard let values = try elements(evaluate(list, row, group: group)) else { return .null }
      for element in values { value = try evaluate(body, row.merging([sum: value, name: element]) { $1 }) }
      return value
    default: throw Refusal()
    }
  }

  // MARK: Three values

  static func value(_ truth: Bool?) -> Value { truth.map { .boolean($0) } ?? .null }

  func truth(_ value: Value) throws(Refusal) -> Bool? {
    switch value {
    case .null: return nil
    case .boolean(let truth): return truth
    default: throw Refusal()
    }
  }

  mutating func holds(_ filter: Term?, _ row: Row) throws(Refusal) -> Bool {
    guard let filter else { return true }
    return try truth(evaluate(filter, row)) == true
  }

  static func equal(_ a: Value, _ b: Value) -> Bool? {
    switch (a, b) {
    case (.null, _), (_, .null): return nil
    case (.integer(let x), .float(let y)), (.float(let y), .integer(let x)): return Double(x) == y
    case (.float(let x), .float(let y)): return x == y
    case (.list(let x), .list(let y)):
      guard x.count == y.count else { return false }
      let all = zip(x, y).map { equal($0, $1) }
      return all.contains(false) ? false : all.contains(nil) ? nil : true
    case (.map(let x), .map(let y)):
      guard Set(x.keys) == Set(y.keys) else { return false }
      let all = x.keys.map { equal(x[$0]!, y[$0]!) }
      return all.contains(false) ? false : all.contains(nil) ? nil : true
    default: return key(a) == key(b)
    }
  }

  /// Negative, zero or positive where the two compare.
  static func compare(_ a: Value, _ b: Value) -> Int? {
    func sign(_ x: Double, _ y: Double) -> Int { x < y ? -1 : x > y ? 1 : 0 }
    switch (a, b) {
    case (.integer(let x), .integer(let y)): return x < y ? -1 : x > y ? 1 : 0
    case (.integer(let x), .float(let y)): return sign(Double(x), y)
    case (.float(let x), .integer(let y)): return sign(x, Double(y))
    case (.float(let x), .float(let y)): return sign(x, y)
    case (.string(let x), .string(let y)):
      return x == y ? 0 : x.unicodeScalars.lexicographicallyPrecedes(y.unicodeScalars) ? -1 : 1
    case (.boolean(let x), .boolean(let y)): return (x ? 1 : 0) - (y ? 1 : 0)
    case (.date(let x), .date(let y)): return sign(Double(x.daysSinceEpoch), Double(y.daysSinceEpoch))
    default: return nil
    }
  }

  private func binary(_ a: Value, _ sign: String, _ b: Value) throws(Refusal) -> Value {
    switch sign {
    case "AND", "OR", "XOR":
      let (x, y) = (try truth(a), try truth(b))
      switch sign {
      case "AND": return Oracle.value(x == false || y == false ? false : x == nil || y == nil ? nil : true)
      case "OR": return Oracle.value(x == true || y == true ? true : x == nil || y == nil ? nil : false)
      default: return Oracle.value(x == nil || y == nil ? nil : x != y)
      }
    case "=": return Oracle.value(Oracle.equal(a, b))
    case "<>": return Oracle.value(Oracle.equal(a, b).map { !$0 })
    case "<": return Oracle.value(Oracle.compare(a, b).map { $0 < 0 })
    case "<=": return Oracle.value(Oracle.compare(a, b).map { $0 <= 0 })
    case ">": return Oracle.value(Oracle.compare(a, b).map { $0 > 0 })
    case ">=": return Oracle.value(Oracle.compare(a, b).map { $0 >= 0 })
    case "IN":
      if b.isNull { return .null }
      guard case .list(let values) = b else { throw Refusal() }
      let all = values.map { Oracle.equal(a, $0) }
      return Oracle.value(all.contains(true) ? true : all.contains(nil) ? nil : false)
    case "STARTS WITH", "ENDS WITH", "CONTAINS":
      guard case .string(let x) = a, case .string(let y) = b else { return .null }
      let (text, part) = (Array(x), Array(y))
      guard part.count <= text.count else { return .boolean(false) }
      let places = sign == "STARTS WITH" ? [0] : sign == "ENDS WITH" ? [text.count - part.count] : Array(0...(text.count - part.count))
      return .boolean(places.contains { Array(text[$0..<$0 + part.count]) == part })
    default: return try arithmetic(a, sign, b)
    }
  }

  func number(_ value: Value) throws(Refusal) -> Double {
    switch value {
    case .integer(let number): return Double(number)
    case .float(let number): return number
    default: throw Refusal()
    }
  }

  func arithmetic(_ a: Value, _ sign: String, _ b: Value) throws(Refusal) -> Value {
    switch (a, b) {
    case (.null, _), (_, .null): return .null
    case (.integer(let x), .integer(let y)):
      guard abs(x) < 1 << 30, abs(y) < 1 << 30 else { throw Refusal() }
      switch sign {
      case "+": return .integer(x + y)
      case "-": return .integer(x - y)
      case "*": return .integer(x * y)
      case "/" where y != 0: return .integer(x / y)
      case "%" where y != 0: return .integer(x % y)
      default: throw Refusal()
      }
    case (.string(let x), .string(let y)) where sign == "+": return .string(x + y)
    case (.list(let x), .list(let y)) where sign == "+": return .list(x + y)
    case (.date(let date), .map(let days)) where sign == "+":
      guard case .integer(let days)? = days["days"] else { throw Refusal() }
      return .date(Date(daysSinceEpoch: date.daysSinceEpoch + days))
    default:
      let (x, y) = (try number(a), try number(b))
      switch sign {
      case "+": return .float(x + y)
      case "-": return .float(x - y)
      case "*": return .float(x * y)
      case "/": return .float(x / y)
      default: throw Refusal()
      }
    }
  }
}
