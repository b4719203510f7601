import SinterModel
import TestSupport

extension Oracle {
  mutating func project(
    _ projection: RandomQuery.Projection, _ rows: [Row], _ outer: Row
  ) throws(Refusal) -> [(row: Row, values: [Value])] {
    var results: [(row: Row, values: [Value], old: Row)] = []
    func finish(_ values: [Value], _ old: Row) -> (row: Row, values: [Value], old: Row) {
      var row = projection.isStar ? old : outer
      for (item, value) in zip(projection.items, values) { row[item.alias] = value }
      return (row, values, old)
    }
    if projection.hasAggregate {
      results = try groups(projection, rows).map { finish($0, outer) }
    } else {
      for row in rows {
        var values: [Value] = []
        for item in projection.items { values.append(try evaluate(item.term, row)) }
        results.append(finish(values, row))
      }
    }
    if projection.isDistinct {
      var seen: Set<String> = []
      results = results.filter { result in
        let all = projection.isStar ? Oracle.key(.map(result.row)) : result.values.map(Oracle.key).joined(separator: "|")
        return seen.insert(all).inserted
      }
    }
    if !projection.order.isEmpty {
      var keyed: [(keys: [Value], index: Int)] = []
      for (index, result) in results.enumerated() {
        let environment = projection.isDistinct || projection.hasAggregate ? result.row : result.old.merging(result.row) { $1 }
        var keys: [Value] = []
        for key in projection.order { keys.append(try evaluate(key.term, environment)) }
        keyed.append((keys, index))
      }
      keyed.sort { a, b in
        for (k, (x, y)) in zip(a.keys, b.keys).enumerated() {
          let order = x.orderability(y)
          if order != 0 { return projection.order[k].descends ? order > 0 : order < 0 }
        }
        return a.index < b.index
      }
      results = keyed.map { results[$0.index] }
    }
    if projection.skip != nil || projection.limit != nil {
      guard projection.isTotallyOrdered else { throw Refusal() }
      results = Array(results.dropFirst(projection.skip ?? 0))
      if let limit = projection.limit { results = Array(results.prefix(limit)) }
    }
    return results.map { ($0.row, $0.values) }
  }

  private mutating func groups(_ projection: RandomQuery.Projection, _ rows: [Row]) throws(Refusal) -> [[Value]] {
    var order: [String] = []
    var groups: [String: (keys: [Value], rows: [Row])] = [:]
    let keyItems = projection.items.filter { !$0.term.hasAggregate }
    for row in rows {
      var keys: [Value] = []
      for item in keyItems { keys.append(try evaluate(item.term, row)) }
      let name = keys.map(Oracle.key).joined(separator: "|")
      if groups[name] == nil {
        order.append(name)
        groups[name] = (keys, [])
      }
      groups[name]!.rows.append(row)
    }
    if keyItems.isEmpty && rows.isEmpty {
      order = [""]
      groups[""] = ([], [])
    }
    var results: [[Value]] = []
    for name in order {
      let group = groups[name]!
      var keys = group.keys[...]
      var values: [Value] = []
      for item in projection.items {
        if item.term.hasAggregate {
          values.append(try evaluate(item.term, group.rows.first ?? [:], group: group.rows))
        } else {
          values.append(keys.removeFirst())
        }
      }
      results.append(values)
    }
    return results
  }

  mutating func aggregate(
    _ name: String, _ operand: Term?, _ isDistinct: Bool, _ parameter: Double?, _ rows: [Row]
  ) throws(Refusal) -> Value {
    guard let operand else { return .integer(Int64(rows.count)) }
    var values: [Value] = []
    for row in rows {
      let value = try evaluate(operand, row)
      if !value.isNull { values.append(value) }
    }
    if isDistinct { values = distinct(values.map { [$0] }).map { $0[0] } }
    switch name {
    case "count": return .integer(Int64(values.count))
    case "collect": return .list(values)
    case "min": return values.min { $0.orderability($1) < 0 } ?? .null
    case "max": return values.max { $0.orderability($1) < 0 } ?? .null
    case "sum":
      var sum = Value.integer(0)
      for value in values { sum = try arithmetic(sum, "+", value) }
      return sum
    default: break
    }
    var numbers: [Double] = []
    for value in values { numbers.append(try number(value)) }
    guard !numbers.isEmpty else { return name.hasPrefix("stDev") ? .float(0) : .null }
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    switch name {
    case "avg": return .float(mean)
    case "stDev", "stDevP":
      let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      if name == "stDevP" { return .float((squares / Double(numbers.count)).squareRoot()) }
      return .float(numbers.count < 2 ? 0 : (squares / Double(numbers.count - 1)).squareRoot())
    case "percentileDisc":
      let sorted = values.sorted { $0.orderability($1) < 0 }
      let place = Int(((parameter ?? 0) * Double(sorted.count)).rounded(.up)) - 1
      return sorted[max(0, place)]
    case "percentileCont":
      let sorted = numbers.sorted()
      let place = (parameter ?? 0) * Double(sorted.count - 1)
      let (low, high) = (sorted[Int(place)], sorted[min(Int(place) + 1, sorted.count - 1)])
      return .float(low + (high - low) * (place - place.rounded(.down)))
    default: throw Refusal()
    }
  }
}
