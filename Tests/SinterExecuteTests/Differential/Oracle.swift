import SinterModel
import TestSupport

/// Answers a random query over an oracle graph as directly as the language is defined: every way to assign elements is
/// tried, relationships of one MATCH being different from each other.
struct Oracle {
  let graph: OracleGraph
  typealias Row = [String: Value]

  /// Rows in the order of the language, where it has one; nil when there are too many on the way.
  func rows(_ query: RandomQuery) -> [[Value]]? {
    var all: [[Value]] = []
    for part in query.parts {
      guard let rows = rows(part) else { return nil }
      all += rows
    }
    if query.parts.count > 1 && !query.isUnionAll { all = distinct(all) }
    return all
  }

  private func rows(_ part: RandomQuery.Part) -> [[Value]]? {
    var rows: [Row] = [[:]]
    for clause in part.clauses {
      guard rows.count <= 200 else { return nil }
      switch clause {
      case .match(let patterns, let filter, let optional):
        rows = rows.flatMap { row -> [Row] in
          let found = match(patterns[...], row, used: []).filter { holds(filter, $0) }
          guard found.isEmpty && optional else { return found }
          var missing = row
          for name in patterns.flatMap(\.nodes).compactMap(\.name) where missing[name] == nil { missing[name] = .null }
          return [missing]
        }
      case .unwind(let values, let name):
        rows = rows.flatMap { row in
          values.map { value in
            var longer = row
            longer[name] = .integer(value)
            return longer
          }
        }
      case .with(let projection, let filter):
        let names = projection.items.map(\.alias)
        rows = project(projection, rows).map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }.filter { holds(filter, $0) }
      }
    }
    return project(part.result, rows)
  }

  // MARK: Patterns

  func match(_ patterns: ArraySlice<RandomQuery.Pattern>, _ row: Row, used: Set<UInt32>) -> [Row] {
    guard let pattern = patterns.first else { return [row] }
    return matchOne(pattern, row, used).flatMap { match(patterns.dropFirst(), $0.row, used: $0.used) }
  }

  private func matchOne(_ pattern: RandomQuery.Pattern, _ row: Row, _ used: Set<UInt32>) -> [(row: Row, used: Set<UInt32>)] {
    var states = bind(pattern.nodes[0], row, candidates: graph.nodes.keys.sorted()).map { (row: $0.row, at: $0.node, used: used) }
    for (hop, node) in zip(pattern.hops, pattern.nodes.dropFirst()) {
      states = states.flatMap { state in
        ends(hop, from: state.at, used: state.used).flatMap { end in
          bind(node, state.row, candidates: [end.node]).map { (row: $0.row, at: $0.node, used: end.used) }
        }
      }
    }
    return states.map { ($0.row, $0.used) }
  }

  private func bind(_ pattern: RandomQuery.NodePattern, _ row: Row, candidates: [UInt32]) -> [(row: Row, node: UInt32)] {
    candidates.compactMap { id in
      guard let node = graph.nodes[id] else { return nil }
      if let label = pattern.label, !node.labels.contains(label) { return nil }
      if let property = pattern.property, node.properties[property.key] != .integer(property.value) { return nil }
      var row = row
      if let name = pattern.name {
        let value = Value.node(Node(id: NodeID(id)))
        if let bound = row[name], bound != value { return nil }
        row[name] = value
      }
      return (row, id)
    }
  }

  private func ends(_ hop: RandomQuery.Hop, from start: UInt32, used: Set<UInt32>) -> [(node: UInt32, used: Set<UInt32>)] {
    let length = hop.length ?? 1...1
    var found: [(node: UInt32, used: Set<UInt32>)] = length.lowerBound == 0 ? [(start, used)] : []
    var fringe = [(node: start, used: used)]
    for step in 1...max(1, length.upperBound) where step <= length.upperBound {
      fringe = fringe.flatMap { state in
        graph.relationships.flatMap { id, relationship -> [(node: UInt32, used: Set<UInt32>)] in
          guard !state.used.contains(id), hop.types.isEmpty || hop.types.contains(relationship.type) else { return [] }
          var nodes: [UInt32] = []
          if hop.direction != .left && relationship.start == state.node { nodes.append(relationship.end) }
          if hop.direction != .right && relationship.end == state.node && !(hop.direction == .either && relationship.start == relationship.end) {
            nodes.append(relationship.start)
          }
          return nodes.map { ($0, state.used.union([id])) }
        }
      }
      if step >= length.lowerBound { found += fringe }
    }
    return found
  }

  // MARK: Conditions, in three values

  private func holds(_ condition: RandomQuery.Condition?, _ row: Row) -> Bool { condition.map { truth($0, row) == true } ?? true }

  private func truth(_ condition: RandomQuery.Condition, _ row: Row) -> Bool? {
    switch condition {
    case .compare(let a, let sign, let b):
      guard case .integer(let x) = value(a, row), case .integer(let y) = value(b, row) else { return nil }
      switch sign {
      case "=": return x == y
      case "<>": return x != y
      case "<": return x < y
      case "<=": return x <= y
      case ">": return x > y
      default: return x >= y
      }
    case .isNull(let a, let negated): return value(a, row).isNull != negated
    case .hasLabel(let name, let label):
      guard case .node(let node)? = row[name] else { return nil }
      return graph.nodes[node.id.rawValue]!.labels.contains(label)
    case .same(let a, let b, let negated):
      guard let x = row[a], let y = row[b], !x.isNull, !y.isNull else { return nil }
      return (x == y) != negated
    case .exists(let pattern): return !match([pattern], row, used: []).isEmpty
    case .and(let a, let b):
      let (x, y) = (truth(a, row), truth(b, row))
      if x == false || y == false { return false }
      return x == nil || y == nil ? nil : true
    case .or(let a, let b):
      let (x, y) = (truth(a, row), truth(b, row))
      if x == true || y == true { return true }
      return x == nil || y == nil ? nil : false
    case .not(let a): return truth(a, row).map { !$0 }
    }
  }

  private func value(_ operand: RandomQuery.Operand, _ row: Row) -> Value {
    switch operand {
    case .property(let name, let key):
      guard case .node(let node)? = row[name] else { return .null }
      return graph.nodes[node.id.rawValue]!.properties[key] ?? .null
    case .number(let name): return row[name] ?? .null
    case .constant(let number): return .integer(number)
    case .sum(let a, let b):
      guard case .integer(let x) = value(a, row), case .integer(let y) = value(b, row) else { return .null }
      return .integer(x + y)
    case .count(let pattern): return .integer(Int64(match([pattern], row, used: []).count))
    }
  }

  // MARK: Projections

  private func project(_ projection: RandomQuery.Projection, _ rows: [Row]) -> [[Value]] {
    var result: [[Value]]
    if projection.items.contains(where: { $0.value.isAggregate }) {
      result = aggregate(projection, rows)
    } else {
      result = rows.map { row in projection.items.map { single($0.value, row) } }
    }
    if projection.isDistinct { result = distinct(result) }
    if projection.isOrdered {
      result.sort { a, b in
        for (x, y) in zip(a, b) {
          let order = x.orderability(y)
          if order != 0 { return projection.descends ? order > 0 : order < 0 }
        }
        return false
      }
    }
    result = Array(result.dropFirst(projection.skip ?? 0))
    return projection.limit.map { Array(result.prefix($0)) } ?? result
  }

  private func single(_ item: RandomQuery.Projection.ItemValue, _ row: Row) -> Value {
    switch item {
    case .variable(let name): row[name] ?? .null
    case .operand(let operand): value(operand, row)
    case .countRows, .aggregate: .null
    }
  }

  private func aggregate(_ projection: RandomQuery.Projection, _ rows: [Row]) -> [[Value]] {
    let keys = projection.items.indices.filter { !projection.items[$0].value.isAggregate }
    var order: [[Value]] = []
    var groups: [[Value]: [Row]] = [:]
    for row in rows {
      let key = keys.map { single(projection.items[$0].value, row) }
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(row)
    }
    if keys.isEmpty && rows.isEmpty {
      order = [[]]
      groups[[]] = []
    }
    return order.map { key in
      var keyIndex = 0
      return projection.items.map { item in
        switch item.value {
        case .variable, .operand:
          keyIndex += 1
          return key[keyIndex - 1]
        case .countRows: return .integer(Int64(groups[key]!.count))
        case .aggregate(let function, let operand, let isDistinct):
          var numbers = groups[key]!.compactMap { row -> Int64? in if case .integer(let n) = value(operand, row) { n } else { nil } }
          if isDistinct { numbers = Array(Set(numbers)) }
          switch function {
          case "count": return .integer(Int64(numbers.count))
          case "sum": return .integer(numbers.reduce(0, +))
          case "min": return numbers.min().map { .integer($0) } ?? .null
          default: return numbers.max().map { .integer($0) } ?? .null
          }
        }
      }
    }
  }

  private func distinct(_ rows: [[Value]]) -> [[Value]] {
    var seen: Set<[Value]> = []
    return rows.filter { seen.insert($0).inserted }
  }
}
