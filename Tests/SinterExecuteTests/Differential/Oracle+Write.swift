import SinterModel
import TestSupport

extension Oracle {
  /// Applies a writing clause row by row.
  mutating func write(_ clause: RandomQuery.Clause, _ rows: [Row]) throws(Refusal) -> [Row] {
    var next: [Row] = []
    switch clause {
    case .create(let patterns):
      for row in rows {
        var row = row
        for pattern in patterns { row = try create(pattern, row) }
        next.append(row)
      }
    case .merge(let pattern, let onCreate, let onMatch):
      for row in rows {
        let found = try matches([pattern], nil, row)
        for match in found { try change(onMatch, match) }
        next += found
        if found.isEmpty {
          let created = try create(pattern, row)
          try change(onCreate, created)
          next.append(created)
        }
      }
    case .set(let changes):
      for row in rows { try change(changes, row) }
      next = rows
    case .delete(let names, let detach):
      for row in rows { for name in names { try delete(row[name], detach) } }
      next = rows
      let ids = graph.relationships.values.flatMap { [$0.start, $0.end] }
      guard ids.allSatisfy({ graph.nodes[$0] != nil }) else { throw Refusal() }
    case .foreach(let name, let list, let clauses):
      for row in rows {
        let value = try evaluate(list, row)
        if value.isNull { continue }
        guard case .list(let values) = value else { throw Refusal() }
        for element in values { _ = try run(clauses, [row.merging([name: element]) { $1 }], [:]) }
      }
      next = rows
    case .match, .unwind, .with, .call: throw Refusal()
    }
    return next
  }

  private mutating func create(_ pattern: Pattern, _ row: Row) throws(Refusal) -> Row {
    var row = row
    var ids: [UInt32] = []
    for node in pattern.nodes {
      if let name = node.name, let bound = row[name] {
        guard case .node(let known) = bound else { throw Refusal() }
        ids.append(known.id.rawValue)
        continue
      }
      var labels: Set<String> = []
      func add(_ term: LabelTerm) throws(Refusal) {
        switch term {
        case .label(let name): labels.insert(name)
        case .and(let a, let b):
          try add(a)
          try add(b)
        case .not, .or: throw Refusal()
        }
      }
      if let term = node.labels { try add(term) }
      var properties: [(String, Value)] = []
      for (key, term) in node.properties { properties.append((key, try evaluate(term, row))) }
      let id = graph.createNode(labels: labels)
      for (key, value) in properties { graph.setNode(id, key, to: value) }
      if let name = node.name { row[name] = .node(Node(id: NodeID(id))) }
      ids.append(id)
    }
    for (place, hop) in pattern.hops.enumerated() {
      guard hop.length == nil, hop.types.count == 1 else { throw Refusal() }
      let (start, end) = hop.direction == .left ? (ids[place + 1], ids[place]) : (ids[place], ids[place + 1])
      let id = graph.createRelationship(hop.types[0], from: start, to: end)
      for (key, term) in hop.properties { graph.setRelationship(id, key, to: try evaluate(term, row)) }
      if let name = hop.name { row[name] = .relationship(Relationship(id: RelationshipID(id))) }
    }
    return row
  }

  private mutating func change(_ changes: [RandomQuery.Change], _ row: Row) throws(Refusal) {
    for change in changes {
      switch change {
      case .property(let name, let key, let term): try set(row[name], key, evaluate(term, row))
      case .removeProperty(let name, let key): try set(row[name], key, .null)
      case .label(let name, let label), .removeLabel(let name, let label):
        guard let value = row[name] else { throw Refusal() }
        if value.isNull { continue }
        guard case .node(let node) = value else { throw Refusal() }
        graph.setLabel(label, of: node.id.rawValue, to: !change.isRemoval)
      case .merge(let name, let term), .replace(let name, let term):
        guard case .map(let members) = try evaluate(term, row), let value = row[name] else { throw Refusal() }
        if case .replace = change, case .node(let node) = value {
          for key in graph.nodes[node.id.rawValue]?.properties.keys.sorted() ?? [] { try set(value, key, .null) }
        } else if case .replace = change {
          throw Refusal()
        }
        for (key, member) in members { try set(value, key, member) }
      }
    }
  }

  private mutating func set(_ target: Value?, _ key: String, _ value: Value) throws(Refusal) {
    switch target {
    case .null?: break
    case .node(let node)?: graph.setNode(node.id.rawValue, key, to: value)
    case .relationship(let relationship)?: graph.setRelationship(relationship.id.rawValue, key, to: value)
    default: throw Refusal()
    }
  }

  private mutating func delete(_ target: Value?, _ detach: Bool) throws(Refusal) {
    switch target {
    case .null?: break
    case .relationship(let relationship)?: graph.deleteRelationship(relationship.id.rawValue)
    case .node(let node)?:
      if detach { for relationship in graph.relationships(of: node.id.rawValue) { graph.deleteRelationship(relationship) } }
      graph.deleteNode(node.id.rawValue)
    default: throw Refusal()
    }
  }
}
