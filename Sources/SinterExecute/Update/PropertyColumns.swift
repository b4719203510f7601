import SinterModel
import SinterPlan
import SinterStorage

/// The properties of elements that are created together: a column for each key, in order of the keys' names.
struct PropertyColumns {
  private var columns: [(name: String, values: Vector)] = []

  /// nil when the properties are no map that is written out, so that each row may have keys of its own.
  init?(_ properties: Scalar?, _ evaluator: Evaluator, _ batch: Batch) throws {
    switch properties {
    case nil: return
    case .map(let names, let scalars):
      // Of a key that comes twice the last value counts.
      if Set(names).count < names.count { return nil }
      for (name, scalar) in zip(names, scalars) { columns.append((name, try evaluator.evaluate(scalar, batch))) }
    case .parameter?, .constant?:
      switch try evaluator.evaluate(properties!, batch) {
      case .constant(.map(let entries), _):
        for (name, value) in entries { columns.append((name, .constant(value, count: batch.count))) }
      case .constant(.null, _): return
      default: return nil
      }
    default: return nil
    }
    // Names of our own are refused where they are set.
    if columns.contains(where: { $0.name.hasPrefix(hiddenKeyPrefix) }) { return nil }
    columns.sort { $0.name < $1.name }
  }

  /// The columns with keys instead of names, without those that have no value at all, and how many values there are.
  func resolved(_ writer: GraphWriter) throws(SinterError) -> (columns: [NewColumn], count: Int) {
    var resolved: [NewColumn] = []
    var count = 0
    for (name, values) in columns {
      let present = values.presentCount
      guard present > 0 else { continue }
      resolved.append(NewColumn(try writer.key(name), values))
      count += present
    }
    return (resolved, count)
  }
}

extension Vector {
  /// Rows that are not null.
  fileprivate var presentCount: Int {
    switch self {
    case .integers(let a): a.count
    case .floats(let a): a.count
    case .booleans(let a): a.reduce(0) { $0 + ($1 == 2 ? 0 : 1) }
    case .nodes(let a), .relationships(let a): a.reduce(0) { $0 + ($1 == Vector.nullID ? 0 : 1) }
    case .values(let a): a.reduce(0) { $0 + ($1.isNull ? 0 : 1) }
    case .constant(let value, let count): value.isNull ? 0 : count
    }
  }
}

// Elements whose labels and keys the text names are made for all rows of a batch at once.
extension UpdateOperator {
  /// - Returns: The first new node, which the others follow; nil when rows may differ in labels or keys.
  func createNodes(
    _ tests: [LabelTest], _ properties: Scalar?, _ evaluator: Evaluator, _ batch: Batch
  ) throws -> UInt32? {
    var labels: [String] = []
    for test in tests {
      guard let names = test.conjunction else { return nil }
      for name in names where !labels.contains(name) { labels.append(name) }
    }
    guard let columns = try PropertyColumns(properties, evaluator, batch) else { return nil }
    try context.checkInterrupts()
    let writer = try writer()
    let ids = try labels.map { try writer.label($0) }
    let (resolved, count) = try columns.resolved(writer)
    let first = try writer.createNodes(labels: ids, count: batch.count, resolved)
    context.statistics.nodesCreated += batch.count
    context.statistics.labelsAdded += labels.count * batch.count
    context.statistics.propertiesSet += count
    return first.rawValue
  }

  /// - Returns: The first new relationship, which the others follow; nil when rows may differ in type or keys, or an end is
  ///   no node or a deleted one.
  func createRelationships(
    _ test: LabelTest, from starts: Vector, to ends: Vector, _ properties: Scalar?, _ evaluator: Evaluator, _ batch: Batch
  ) throws -> UInt32? {
    guard case .name(let type) = test, case .nodes(let starts) = starts, case .nodes(let ends) = ends,
      try areLive(starts), try areLive(ends), let columns = try PropertyColumns(properties, evaluator, batch)
    else { return nil }
    try context.checkInterrupts()
    let writer = try writer()
    let typeID = try writer.type(type)
    let (resolved, count) = try columns.resolved(writer)
    let first = try writer.createRelationships(typeID, starts: starts, ends: ends, resolved)
    context.statistics.relationshipsCreated += batch.count
    context.statistics.propertiesSet += count
    return first.rawValue
  }

  private func areLive(_ nodes: [UInt32]) throws -> Bool {
    for node in nodes {
      guard node != Vector.nullID, try context.view.exists(NodeID(node)) else { return false }
      if context.hasDeleted, context.pendingDeletes.contains(NodeID(node)) { return false }
    }
    return true
  }
}
