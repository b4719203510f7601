import SinterModel
import SinterPlan
import SinterStorage

/// The base of operators that change the graph: takes in all rows first, so that what was read
/// stays as it was, then changes row by row, then gives the rows.
class UpdateOperator: UnaryOperator, UpdatingOperator {
  let evaluator: Evaluator
  private var results: [Batch]?

  override init(_ plan: LogicalPlan, _ input: Operator) {
    evaluator = Evaluator(input.layout, input.context)
    super.init(plan, input)
  }

  final override func next() throws -> Batch? {
    if results == nil {
      var batches: [Batch] = []
      while let batch = try input.pull() {
        try hold(batch.byteCount)
        batches.append(batch)
      }
      let updated = try batches.map { batch in
        let result = try update(batch)
        try holdChanges()
        return result
      }
      try finish()
      try holdChanges()
      results = updated.filter { $0.count > 0 }.reversed()
    }
    return results!.popLast()
  }

  /// Accounts for the changes the statement made so far, which stay in memory until the commit.
  private func holdChanges() throws {
    guard let writer = context.writer else { return }
    let bytes = writer.changeByteCount
    let grown = bytes - context.changeByteCount
    context.changeByteCount = bytes
    if grown > 0 { try context.hold(grown) }
  }

  /// Applies the changes for a batch; answers the rows to pass on, in this operator's layout.
  func update(_ batch: Batch) throws -> Batch { preconditionFailure("an update changes something") }

  /// Called once all rows are through.
  func finish() throws {}

  override func reset() {
    results = nil
    releaseAll()
    super.reset()
  }

  /// The writer, once more: every change asks for it, and so looks now and then whether the query is to end.
  func writer() throws(SinterError) -> GraphWriter {
    try context.countStep()
    guard let writer = context.writer else {
      throw SinterError("TransactionError.ReadOnly", "This statement changes the graph; run it in a write transaction.")
    }
    return writer
  }

  /// The columns of a batch that go on, with new ones put in.
  func passing(_ batch: Batch, new: [(Variable, Vector)] = []) -> Batch {
    var columns = [Vector](repeating: .constant(.null, count: batch.count), count: layout.variables.count)
    for (to, variable) in layout.variables.enumerated() {
      if let from = input.layout[variable] { columns[to] = batch.columns[from] }
    }
    for (variable, vector) in new {
      if let position = layout[variable] { columns[position] = vector }
    }
    return Batch(columns: columns, count: batch.count)
  }
}

/// Changes of single elements, counted as the statistics want them.
extension UpdateOperator {
  func createNode(labels: [String]) throws -> NodeID {
    let writer = try writer()
    var unique: [String] = []
    for label in labels where !unique.contains(label) { unique.append(label) }
    let node = try writer.createNode(labels: try unique.map { try writer.label($0) })
    context.statistics.nodesCreated += 1
    context.statistics.labelsAdded += unique.count
    return node
  }

  func createRelationship(_ type: String, from start: NodeID, to end: NodeID) throws -> RelationshipID {
    let writer = try writer()
    let relationship = try writer.createRelationship(try writer.type(type), from: start, to: end)
    context.statistics.relationshipsCreated += 1
    return relationship
  }

  /// Sets one property; null removes it.
  func set(_ key: String, of element: Value, to value: Value) throws {
    let writer = try writer()
    if key.hasPrefix(hiddenKeyPrefix) {
      throw SinterError("SyntaxError.UnexpectedSyntax", "Property names that begin with `@` are Sinter's own; facts are changed by DEPOSIT and RETRACT.")
    }
    if value.isNull, writer.view.keyID(key) == nil { return }
    let id = try writer.key(key)
    switch element {
    case .null: return
    case .node(let node):
      try writer.set(id, of: node.id, to: value)
    case .relationship(let relationship):
      try writer.set(id, of: relationship.id, to: value)
    default: throw SinterError("TypeError.InvalidArgumentType", "Properties are set on nodes and relationships, not on \(element.typeName).")
    }
    context.statistics.propertiesSet += 1
  }

  /// Sets the entries of a map on a new element; null entries are left out.
  func setAll(_ properties: Value, on element: Value) throws {
    switch properties {
    case .null: return
    case .map(let entries):
      for (key, value) in entries.sorted(by: { $0.key < $1.key }) where !value.isNull { try set(key, of: element, to: value) }
    default: throw SinterError("TypeError.InvalidArgumentType", "Properties must be a map, not \(properties.typeName).")
    }
  }

  /// The names of labels of a list of label tests, computed ones for a row.
  func names(_ tests: [LabelTest], _ batch: Batch, _ row: Int) throws -> [String] {
    try tests.flatMap { test -> [String] in
      switch test {
      case .name(let name): return [name]
      case .and(let all): return try names(all, batch, row)
      case .dynamic(let scalar): return try evaluator.labelNames(try evaluator.evaluate(scalar, batch.gathering([Int32(row)]))[0])
      case .any, .not, .or, .dynamicAny:
        throw SinterError("SyntaxError.UnexpectedSyntax", phase: .compile, "A label that is written must be a plain name.")
      }
    }
  }
}

final class CreateOperator: UpdateOperator {
  private let elements: [CreateElement]
  private let creating: Evaluator

  init(_ plan: LogicalPlan, _ input: Operator, _ elements: [CreateElement]) {
    self.elements = elements
    creating = Evaluator(Layout(input.layout.variables + elements.variables), input.context)
    super.init(plan, input)
  }

  override func update(_ batch: Batch) throws -> Batch {
    var creation = Creation(self, batch, creating)
    for element in elements { try creation.create(element) }
    return passing(batch, new: creation.columns)
  }
}

/// Creates the elements of a pattern for all rows of a batch, one element after the other.
struct Creation {
  private let op: UpdateOperator
  /// Over the rows with all elements beside them, in the order in which they are created.
  private let evaluator: Evaluator
  private var batch: Batch
  /// The column of the element to be created next.
  private var next: Int
  /// What was created so far, by variable.
  private(set) var columns: [(Variable, Vector)] = []

  init(_ op: UpdateOperator, _ batch: Batch, _ evaluator: Evaluator) {
    self.op = op
    self.evaluator = evaluator
    self.batch = batch
    next = batch.columns.count
    // A column for every variable of the layout: expressions with variables of their own put them behind.
    let missing = evaluator.layout.variables.count - next
    self.batch.columns += [Vector](repeating: .constant(.null, count: batch.count), count: missing)
  }

  mutating func create(_ element: CreateElement) throws {
    switch element {
    case .node(let variable, let labels, let properties):
      if let first = try op.createNodes(labels, properties, evaluator, batch) {
        return add(variable, .nodes(Array(first..<first + UInt32(batch.count))))
      }
      let maps = try properties.map { try evaluator.evaluate($0, batch) }
      var ids: [UInt32] = []
      for row in 0..<batch.count {
        let node = try op.createNode(labels: try op.names(labels, batch, row))
        ids.append(node.rawValue)
        if let maps { try op.setAll(maps[row], on: .node(Node(id: node))) }
      }
      add(variable, .nodes(ids))
    case .relationship(let variable, let type, let from, let to, let properties, let fact, let spot):
      let starts = try evaluator.evaluate(.variable(from), batch)
      let ends = try evaluator.evaluate(.variable(to), batch)
      if fact == nil,
        let first = try evaluator.located(
          spot, { try op.createRelationships(type, from: starts, to: ends, properties, evaluator, batch) })
      {
        return add(variable, .relationships(Array(first..<first + UInt32(batch.count))))
      }
      let maps = try properties.map { try evaluator.evaluate($0, batch) }
      let attributes = try fact.map { try FactColumns($0, evaluator, batch) }
      var ids: [UInt32] = []
      for row in 0..<batch.count {
        let relationship = try evaluator.located(spot) { () throws -> RelationshipID in
          let start = try node(starts[row], "starts")
          let end = try node(ends[row], "ends")
          guard let name = try op.names([type], batch, row).first else {
            throw SinterError("SyntaxError.NoSingleRelationshipType", "A relationship needs one type.")
          }
          if let attributes { return try op.deposit(name, from: start, to: end, attributes, row) }
          return try op.createRelationship(name, from: start, to: end)
        }
        ids.append(relationship.rawValue)
        if let maps { try op.setAll(maps[row], on: .relationship(Relationship(id: relationship))) }
      }
      add(variable, .relationships(ids))
    }
  }

  private func node(_ value: Value, _ place: String) throws -> NodeID {
    switch value {
    case .node(let node):
      guard try op.context.view.exists(node.id), !op.context.pendingDeletes.contains(node.id) else {
        throw SinterError("EntityNotFound.DeletedEntityAccess", "A relationship \(place) at a node that was deleted earlier in the query.")
      }
      return node.id
    case .null:
      throw SinterError("SemanticError.MissingNode", "A relationship \(place) at a node that is null; MATCH it first, or keep such rows out with WHERE … IS NOT NULL.")
    default: throw SinterError("TypeError.InvalidArgumentType", "A relationship \(place) at a node, not at \(value.typeName).")
    }
  }

  private mutating func add(_ variable: Variable, _ vector: Vector) {
    columns.append((variable, vector))
    batch.columns[next] = vector
    next += 1
  }
}

extension [CreateElement] {
  /// What the elements bind.
  var variables: [Variable] {
    map { element in
      switch element {
      case .node(let variable, _, _), .relationship(let variable, _, _, _, _, _, _): variable
      }
    }
  }
}
