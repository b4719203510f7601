import SinterFunctions
import SinterModel
import SinterPlan
import SinterStorage

/// Properties that belong to facts, not to the user's data, are kept under keys that begin so.
let hiddenKeyPrefix = "@"

extension Evaluator {
  // MARK: Properties

  func property(_ base: Vector, _ key: String) throws -> Vector {
    switch base {
    case .nodes(let ids): return try column(key, .node, ids)
    case .relationships(let ids): return try column(key, .relationship, ids)
    default: return try map(base) { try self.property(of: $0, key) }
    }
  }

  private func column(_ key: String, _ entity: EntityKind, _ ids: [UInt32]) throws -> Vector {
    if context.hasDeleted {
      for id in ids where id != Vector.nullID { try requireLive(id, entity) }
    }
    guard let column = context.column(key, entity) else { return .constant(.null, count: ids.count) }
    return try column.gather(ids)
  }

  private func requireLive(_ id: UInt32, _ entity: EntityKind) throws {
    let isLive =
      switch entity {
      case .node: try context.view.exists(NodeID(id)) && !context.pendingDeletes.contains(NodeID(id))
      case .relationship: try context.view.relationship(RelationshipID(id)) != nil
      }
    if !isLive {
      throw SinterError("EntityNotFound.DeletedEntityAccess", "This \(entity == .node ? "node" : "relationship") was deleted earlier in the query.")
    }
  }

  func property(of value: Value, _ key: String) throws -> Value {
    switch value {
    case .null: return .null
    case .node(let node): return try column(key, .node, [node.id.rawValue])[0]
    case .relationship(let relationship): return try column(key, .relationship, [relationship.id.rawValue])[0]
    default: return try Operators.property(of: value, key)
    }
  }

  /// `container[index]`, elements included.
  func element(_ base: Value, _ index: Value) throws -> Value {
    switch (base, index) {
    case (.node, .null), (.relationship, .null): return .null
    case (.node, .string(let key)), (.relationship, .string(let key)): return try property(of: base, key)
    case (.node, _), (.relationship, _):
      throw SinterError("TypeError.MapElementAccessByNonString", "A property's name must be a string, not \(index.typeName).")
    default: return try Operators.element(base, index)
    }
  }

  func dynamicProperty(_ base: Vector, _ index: Vector) throws -> Vector {
    if case .constant(.string(let key), _) = index { return try property(base, key) }
    return try map(base, index) { try self.element($0, $1) }
  }

  /// All properties of an element or map, as a map; null for null.
  /// - Parameter function: the one that asks, for the message.
  func properties(of value: Value, function: String = "properties") throws -> Value {
    switch value {
    case .null, .map: return value
    case .node(let node):
      if context.hasDeleted { try requireLive(node.id.rawValue, .node) }
      return .map(visible(try context.view.properties(of: node.id)))
    case .relationship(let relationship):
      if context.hasDeleted { try requireLive(relationship.id.rawValue, .relationship) }
      return .map(visible(try context.view.properties(of: relationship.id)))
    default: throw SinterError("TypeError.InvalidArgumentValue", "\(function)() takes a node, a relationship or a map, not \(value.typeName).")
    }
  }

  private func visible(_ properties: [(KeyID, Value)]) -> [String: Value] {
    var result: [String: Value] = [:]
    for (key, value) in properties {
      let name = context.view.name(of: key)
      if !name.hasPrefix(hiddenKeyPrefix) { result[name] = value }
    }
    return result
  }

  func mapProjection(_ base: Vector, _ all: Bool, _ keys: [String], _ values: [Vector], _ batch: Batch) throws -> Vector {
    .values(
      try (0..<batch.count).map { row in
        let subject = base[row]
        if subject.isNull { return .null }
        var entries: [String: Value] = [:]
        if all, case .map(let properties) = try properties(of: subject) { entries = properties }
        for (key, vector) in zip(keys, values) { entries[key] = vector[row] }
        return .map(entries)
      })
  }

  // MARK: Labels and types

  func hasLabels(_ base: Vector, _ test: LabelTest, _ batch: Batch) throws -> Vector {
    if case .nodes(let ids) = base, case .name(let name) = test, let kept = try nodesWithLabel(name, ids) {
      var truth = [UInt8](repeating: 0, count: ids.count)
      for i in kept { truth[Int(i)] = 1 }
      return .booleans(truth)
    }
    let dynamic = try dynamicNames(test, batch)
    return .values(
      try (0..<batch.count).map { row in
        switch base[row] {
        case .null: return .null
        case .node(let node): return .boolean(try passes(Set(try labels(of: node.id)), test, dynamic, row))
        case .relationship(let relationship): return .boolean(try passes([try type(of: relationship.id)], test, dynamic, row))
        case let other:
          throw SinterError("SyntaxError.InvalidArgumentType", phase: .runtime, "Labels can be tested on nodes and relationships, not on \(other.typeName).")
        }
      })
  }

  /// The positions of the nodes that have a label; nil where nulls or deleted nodes want the general way.
  func nodesWithLabel(_ name: String, _ ids: [UInt32]) throws -> [Int32]? {
    if context.hasDeleted || ids.contains(Vector.nullID) { return nil }
    guard let label = context.view.labelID(name) else { return [] }
    var kept = ids.indices.map { Int32(truncatingIfNeeded: $0) }
    try context.view.filter(ids, selection: &kept, label: label)
    return kept
  }

  /// The values of computed names, in the order in which `passes` meets them.
  private func dynamicNames(_ test: LabelTest, _ batch: Batch) throws -> [Scalar: Vector] {
    var names: [Scalar: Vector] = [:]
    for scalar in test.scalars { names[scalar] = try evaluate(scalar, batch) }
    return names
  }

  private func passes(_ names: Set<String>, _ test: LabelTest, _ dynamic: [Scalar: Vector], _ row: Int) throws -> Bool {
    switch test {
    case .name(let name): return names.contains(name)
    case .any: return !names.isEmpty
    case .not(let inner): return try !passes(names, inner, dynamic, row)
    case .and(let all): return try all.allSatisfy { try passes(names, $0, dynamic, row) }
    case .or(let all): return try all.contains { try passes(names, $0, dynamic, row) }
    case .dynamic(let scalar):
      return try labelNames(dynamic[scalar]![row]).allSatisfy(names.contains)
    case .dynamicAny(let scalar): return try labelNames(dynamic[scalar]![row]).contains(where: names.contains)
    }
  }

  /// A computed label: a string, or a list of strings that are all meant.
  func labelNames(_ value: Value) throws -> [String] {
    switch value {
    case .string(let name):
      guard !name.isEmpty else { throw SinterError("ArgumentError.InvalidArgumentValue", "A label or type has at least one character.") }
      return [name]
    case .list(let all): return try all.flatMap { try labelNames($0) }
    default: throw SinterError("TypeError.InvalidArgumentType", "A computed label must be a string or a list of strings, not \(value.typeName).")
    }
  }

  func labels(of node: NodeID) throws -> [String] {
    if context.hasDeleted { try requireLive(node.rawValue, .node) }
    return try context.view.labels(of: node).map { context.view.name(of: $0) }
  }

  func type(of relationship: RelationshipID) throws -> String {
    context.view.name(of: try record(relationship).type)
  }

  func record(_ relationship: RelationshipID) throws -> RelationshipRecord {
    guard let record = try context.view.relationship(relationship) ?? context.deletedRelationships[relationship] else {
      throw SinterError("EntityNotFound.DeletedEntityAccess", "This relationship was deleted earlier in the query.")
    }
    return record
  }

  // MARK: Paths

  /// Builds paths from nodes, relationships and lists of relationships in turn; null where any part is null.
  func path(_ parts: [Vector], _ batch: Batch) throws -> Vector {
    .values(
      try (0..<batch.count).map { row in
        guard case .node(let start) = parts[0][row] else { return .null }
        var path = Path(nodes: [start], relationships: [])
        var i = 1
        while i < parts.count {
          switch parts[i][row] {
          case .relationship(let relationship): try extend(&path, by: relationship.id)
          case .list(let relationships):
            for case .relationship(let relationship) in relationships { try extend(&path, by: relationship.id) }
          default: return .null
          }
          i += 2
        }
        context.limits.transientBytes += 48 * path.nodes.count
        try context.checkRoom(0)
        return .path(path)
      })
  }

  private func extend(_ path: inout Path, by id: RelationshipID) throws {
    let record = try record(id)
    let next = path.nodes.last!.id == record.start ? record.end : record.start
    try context.countStep()
    path.relationships.append(Relationship(id: id))
    path.nodes.append(Node(id: next))
  }
}
