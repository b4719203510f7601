import SinterModel
import SinterPlan
import SinterStorage

/// SET, REMOVE and RETRACT.
final class SetOperator: UpdateOperator {
  private let mutations: [Mutation]

  init(_ plan: LogicalPlan, _ input: Operator, _ mutations: [Mutation]) {
    self.mutations = mutations
    super.init(plan, input)
  }

  override func update(_ batch: Batch) throws -> Batch {
    try apply(mutations, batch, evaluator)
    return passing(batch)
  }
}

extension UpdateOperator {
  /// Applies mutations row by row: the items of one row see what the items before them did.
  func apply(_ mutations: [Mutation], _ batch: Batch, _ evaluator: Evaluator) throws {
    if try applyTogether(mutations, batch, evaluator) { return }
    for row in 0..<batch.count {
      let one = batch.count == 1 ? batch : batch.gathering([Int32(row)])
      for mutation in mutations { try apply(mutation, one, evaluator) }
    }
  }

  private func apply(_ mutation: Mutation, _ row: Batch, _ evaluator: Evaluator) throws {
    func value(_ scalar: Scalar) throws -> Value { try evaluator.evaluate(scalar, row)[0] }
    switch mutation {
    case .setProperty(let target, let key, let scalar, let spot):
      try evaluator.located(spot) { try set(key, of: try live(try value(target)), to: try value(scalar)) }
    case .setDynamicProperty(let target, let keyScalar, let scalar, let spot):
      try evaluator.located(spot) {
        guard case .string(let key) = try value(keyScalar) else {
          throw SinterError("TypeError.MapElementAccessByNonString", "A property's name must be a string.")
        }
        try set(key, of: try live(try value(target)), to: try value(scalar))
      }
    case .replaceProperties(let target, let scalar, let spot):
      try evaluator.located(spot) { try replace(try live(try value(target)), with: try value(scalar), keepsOthers: false, evaluator) }
    case .mergeProperties(let target, let scalar, let spot):
      try evaluator.located(spot) { try replace(try live(try value(target)), with: try value(scalar), keepsOthers: true, evaluator) }
    case .addLabels(let target, let tests, let spot):
      try evaluator.located(spot) { try changeLabels(try live(try value(target)), try names(tests, row, 0), adds: true) }
    case .removeLabels(let target, let tests, let spot):
      try evaluator.located(spot) { try changeLabels(try live(try value(target)), try names(tests, row, 0), adds: false) }
    case .retract(let target, let source, let reason, let spot):
      try evaluator.located(spot) { try retract(try value(target), source: try source.map(value), reason: try reason.map(value)) }
    }
  }

  /// The element, unless it was deleted earlier in the query.
  private func live(_ value: Value) throws -> Value {
    switch value {
    case .node(let node) where context.hasDeleted:
      if try context.pendingDeletes.contains(node.id) || !context.view.exists(node.id) { throw deleted("node") }
    case .relationship(let relationship) where context.hasDeleted:
      if try context.view.relationship(relationship.id) == nil { throw deleted("relationship") }
    default: break
    }
    return value
  }

  private func deleted(_ what: String) -> SinterError {
    SinterError("EntityNotFound.DeletedEntityAccess", "This \(what) was deleted earlier in the query.")
  }

  private func replace(_ element: Value, with value: Value, keepsOthers: Bool, _ evaluator: Evaluator) throws {
    if element.isNull { return }
    let entries: [String: Value]
    switch value {
    case .map, .node, .relationship:
      guard case .map(let read) = try evaluator.properties(of: value) else { return }
      entries = read
    default:
      throw SinterError("TypeError.InvalidArgumentType", "Properties are taken from a map, a node or a relationship, not from \(value.typePhrase).")
    }
    if !keepsOthers, case .map(let old) = try evaluator.properties(of: element) {
      for key in old.keys.sorted() where entries[key] == nil || entries[key]!.isNull { try set(key, of: element, to: .null) }
    }
    for (key, value) in entries.sorted(by: { $0.key < $1.key }) where keepsOthers || !value.isNull { try set(key, of: element, to: value) }
  }

  private func changeLabels(_ element: Value, _ names: [String], adds: Bool) throws {
    let writer = try writer()
    switch element {
    case .null: return
    case .node(let node):
      for name in names {
        if adds {
          if try writer.addLabel(try writer.label(name), to: node.id) { context.statistics.labelsAdded += 1 }
        } else if let label = writer.view.labelID(name), try writer.removeLabel(label, from: node.id) {
          context.statistics.labelsRemoved += 1
        }
      }
    default: throw SinterError("TypeError.InvalidArgumentType", "Labels are changed on nodes, not on \(element.typePhrase).")
    }
  }
}

final class DeleteOperator: UpdateOperator {
  private let targets: [Scalar]
  private let detach: Bool
  /// Nodes to delete once all rows' relationships are gone, and those that lost one which they waited for.
  private var nodesToDelete: [NodeID] = []

  init(_ plan: LogicalPlan, _ input: Operator, _ targets: [Scalar], detach: Bool) {
    self.targets = targets
    self.detach = detach
    super.init(plan, input)
  }

  override func update(_ batch: Batch) throws -> Batch {
    let columns = try targets.map { try evaluator.evaluate($0, batch) }
    var nodes: [NodeID] = []
    var relationships: [RelationshipID] = []
    for row in 0..<batch.count {
      for column in columns { try collect(column[row], &nodes, &relationships) }
    }
    context.hasDeleted = true
    for relationship in relationships { try delete(relationship) }
    for node in nodes where try context.view.exists(node) {
      if detach {
        for relationship in try context.view.relationships(of: node) { try delete(relationship) }
      }
      nodesToDelete.append(node)
    }
    return passing(batch)
  }

  override func finish() throws {
    try context.delete(nodesToDelete)
    nodesToDelete = []
  }

  private func collect(_ value: Value, _ nodes: inout [NodeID], _ relationships: inout [RelationshipID]) throws {
    switch value {
    case .null: return
    case .node(let node): nodes.append(node.id)
    case .relationship(let relationship): relationships.append(relationship.id)
    case .path(let path):
      nodes += path.nodes.map(\.id)
      relationships += path.relationships.map(\.id)
    case .list(let all):
      for item in all { try collect(item, &nodes, &relationships) }
    default: throw SinterError("SyntaxError.InvalidArgumentType", phase: .runtime, "DELETE takes nodes, relationships and paths, not \(value.typePhrase).")
    }
  }

  private func delete(_ relationship: RelationshipID) throws {
    guard let record = try context.view.relationship(relationship) else { return }
    try writer().deleteRelationship(relationship)
    context.deletedRelationships[relationship] = record
    context.statistics.relationshipsDeleted += 1
    for node in [record.start, record.end] where context.pendingDeletes.contains(node) { nodesToDelete.append(node) }
  }
}
