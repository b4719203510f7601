import SinterModel
import TestSupport

extension Oracle {
  /// Where a walk has come.
  private struct Walk {
    var row: Row
    var used: Set<UInt32>
    var at: UInt32
    var nodes: [UInt32]
    var relationships: [UInt32]
  }

  mutating func matches(_ patterns: [Pattern], _ filter: Term?, _ row: Row) throws(Refusal) -> [Row] {
    var states: [(row: Row, used: Set<UInt32>)] = [(row, [])]
    for pattern in patterns {
      var next: [(row: Row, used: Set<UInt32>)] = []
      for state in states { next += try match(pattern, state.row, state.used) }
      guard next.count <= 2_000 else { throw Refusal() }
      states = next
    }
    var found: [Row] = []
    for state in states where try holds(filter, state.row) { found.append(state.row) }
    return found
  }

  private mutating func match(
    _ pattern: Pattern, _ row: Row, _ used: Set<UInt32>
  ) throws(Refusal) -> [(row: Row, used: Set<UInt32>)] {
    var walks: [Walk] = []
    for id in graph.nodes.keys.sorted() {
      if let row = try bind(pattern.nodes[0], id, row) {
        walks.append(Walk(row: row, used: used, at: id, nodes: [id], relationships: []))
      }
    }
    for (hop, node) in zip(pattern.hops, pattern.nodes.dropFirst()) {
      var next: [Walk] = []
      for walk in walks {
        for end in try ends(hop, walk) {
          guard var row = try bind(node, end.at, end.row) else { continue }
          if let name = hop.name {
            let added = end.relationships.dropFirst(walk.relationships.count).map { Value.relationship(Relationship(id: RelationshipID($0))) }
            let value = hop.length == nil ? added[0] : .list(Array(added))
            if let bound = row[name], Oracle.key(bound) != Oracle.key(value) { continue }
            row[name] = value
          }
          var end = end
          end.row = row
          next.append(end)
        }
        try spend(next.count)
      }
      walks = next
    }
    if pattern.selection != .all { walks = shortest(walks, pattern.selection) }
    return walks.map { walk in
      var row = walk.row
      if let name = pattern.name {
        row[name] = .path(
          Path(nodes: walk.nodes.map { Node(id: NodeID($0)) }, relationships: walk.relationships.map { Relationship(id: RelationshipID($0)) }))
      }
      return (row, walk.used)
    }
  }

  /// Of the walks between the same two nodes only the shortest, or one of them.
  private func shortest(_ walks: [Walk], _ selection: Pattern.Selection) -> [Walk] {
    var best: [[UInt32]: [Walk]] = [:]
    for walk in walks where walk.nodes.first != walk.at {
      let ends = [walk.nodes[0], walk.at]
      guard let known = best[ends]?.first, known.relationships.count <= walk.relationships.count else {
        best[ends] = [walk]
        continue
      }
      if known.relationships.count == walk.relationships.count && selection == .allShortest { best[ends]!.append(walk) }
    }
    return best.values.flatMap(\.self)
  }

  private mutating func bind(_ pattern: Pattern.NodePattern, _ id: UInt32, _ row: Row) throws(Refusal) -> Row? {
    guard let node = graph.nodes[id] else { return nil }
    if let labels = pattern.labels, !holds(labels, node.labels) { return nil }
    for (key, term) in pattern.properties {
      guard try Oracle.equal(node.properties[key] ?? .null, evaluate(term, row)) == true else { return nil }
    }
    var row = row
    if let name = pattern.name {
      let value = Value.node(Node(id: NodeID(id)))
      if let bound = row[name], Oracle.key(bound) != Oracle.key(value) { return nil }
      row[name] = value
    }
    return try holds(pattern.filter, row) ? row : nil
  }

  func holds(_ labels: LabelTerm, _ all: Set<String>) -> Bool {
    switch labels {
    case .label(let name): all.contains(name)
    case .not(let a): !holds(a, all)
    case .and(let a, let b): holds(a, all) && holds(b, all)
    case .or(let a, let b): holds(a, all) || holds(b, all)
    }
  }

  /// All ways to go on along a hop.
  private mutating func ends(_ hop: Pattern.Hop, _ start: Walk) throws(Refusal) -> [Walk] {
    let length = hop.length ?? 1...1
    var found = length.lowerBound == 0 ? [start] : []
    var fringe = [start]
    for step in 0..<length.upperBound {
      var next: [Walk] = []
      for walk in fringe {
        for id in graph.relationships.keys.sorted() where !walk.used.contains(id) {
          let relationship = graph.relationships[id]!
          guard hop.types.isEmpty || hop.types.contains(relationship.type) else { continue }
          var isFitting = true
          for (key, term) in hop.properties where isFitting {
            isFitting = try Oracle.equal(relationship.properties[key] ?? .null, evaluate(term, start.row)) == true
          }
          guard isFitting else { continue }
          var nodes: [UInt32] = []
          if hop.direction != .left && relationship.start == walk.at { nodes.append(relationship.end) }
          let isLoopSeen = hop.direction == .either && relationship.start == relationship.end
          if hop.direction != .right && relationship.end == walk.at && !isLoopSeen { nodes.append(relationship.start) }
          for node in nodes {
            var longer = walk
            longer.used.insert(id)
            longer.at = node
            longer.nodes.append(node)
            longer.relationships.append(id)
            next.append(longer)
          }
        }
        try spend(1 + next.count / 4)
      }
      fringe = next
      if step + 1 >= length.lowerBound { found += fringe }
    }
    return found
  }
}
