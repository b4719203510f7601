import SinterModel
import SinterPlan

/// MERGE: for each row what matches, or else what is created.
///
/// Where the pattern is a single element whose matches no other row's changes can alter, but by creating the same element,
/// the rows of a batch are matched and created together; otherwise one after the other.
final class MergeOperator: UpdateOperator {
  let merge: Merge
  let runner: SubplanRunner
  let inner: Evaluator
  let creating: Evaluator
  private let innerLayout: Layout
  /// What makes two rows ask for the same element; nil when rows go one by one.
  private let identity: MergeIdentity?

  init(_ plan: LogicalPlan, _ input: Operator, _ merge: Merge) throws {
    self.merge = merge
    runner = try SubplanRunner(merge.match, outer: input.layout, input.context)
    innerLayout = Layout(input.layout.variables + merge.variables)
    inner = Evaluator(innerLayout, input.context)
    creating = Evaluator(Layout(input.layout.variables + merge.create.variables), input.context)
    identity = MergeIdentity(merge)
    super.init(plan, input)
  }

  override var inputs: [Operator] { [input, runner.root] }

  override func update(_ batch: Batch) throws -> Batch {
    if let identity, let result = try updateTogether(batch, identity) { return result }
    var parents: [Int32] = []
    var columns = [[Value]](repeating: [], count: merge.variables.count)
    for row in 0..<batch.count {
      if row & 255 == 0 { try context.checkInterrupts() }
      let one = batch.count == 1 ? batch : batch.gathering([Int32(row)])
      var found: [Batch] = []
      runner.start(one)
      while let match = try runner.root.pull() {
        try hold(match.byteCount)
        found.append(match)
      }
      var results: [Batch] = []
      if found.isEmpty {
        results = [try create(one)]
      } else {
        for match in found {
          let positions = try merge.variables.map { try runner.root.layout.position($0) }
          var columns = one.gathering([Int32](repeating: 0, count: match.count)).columns
          columns += positions.map { match.columns[$0] }
          let result = Batch(columns: columns, count: match.count)
          if !merge.onMatch.isEmpty { try apply(merge.onMatch, result, inner) }
          results.append(result)
        }
      }
      for result in results {
        parents += [Int32](repeating: Int32(row), count: result.count)
        for k in merge.variables.indices { columns[k] += result.columns[input.layout.variables.count + k].asValues }
      }
    }
    var output = [Vector](repeating: .constant(.null, count: parents.count), count: layout.variables.count)
    for (to, variable) in layout.variables.enumerated() {
      if let from = input.layout[variable] {
        output[to] = batch.columns[from].gathering(parents)
      } else if let k = merge.variables.firstIndex(of: variable) {
        output[to] = .values(columns[k]).compacted
      }
    }
    return Batch(columns: output, count: parents.count)
  }

  private func create(_ row: Batch) throws -> Batch {
    try rejectNulls(row)
    var creation = Creation(self, row, creating)
    for element in merge.create { try creation.create(element) }
    let created = creation.columns
    let columns = merge.variables.map { variable -> Vector in
      created.last { $0.0 == variable }?.1 ?? .constant(.null, count: 1)
    }
    let result = Batch(columns: row.columns + columns, count: 1)
    if !merge.onCreate.isEmpty { try apply(merge.onCreate, result, inner) }
    return result
  }

  /// A null property never matches, so MERGE with one would create again and again.
  private func rejectNulls(_ row: Batch) throws {
    for element in merge.create {
      let properties: Scalar?
      switch element {
      case .node(_, _, let p): properties = p
      case .relationship(_, _, _, _, let p, _, _): properties = p
      }
      guard let properties, properties.freeVariables.isSubset(of: VariableSet(input.layout.variables)) else { continue }
      if case .map(let entries) = try evaluator.evaluate(properties, row)[0], let null = entries.first(where: { $0.value.isNull }) {
        throw SinterError(
          "SemanticError.MergeReadOwnWrites", "MERGE cannot use a null value for the property `\(null.key)`; filter such rows out first.",
          at: properties.span)
      }
    }
  }
}

extension Vector {
  /// A column of elements as ids, where all values are of one kind.
  var compacted: Vector {
    guard case .values(let values) = self, let first = values.first else { return self }
    switch first {
    case .node:
      var ids: [UInt32] = []
      for value in values {
        guard case .node(let node) = value else { return self }
        ids.append(node.id.rawValue)
      }
      return .nodes(ids)
    case .relationship:
      var ids: [UInt32] = []
      for value in values {
        guard case .relationship(let relationship) = value else { return self }
        ids.append(relationship.id.rawValue)
      }
      return .relationships(ids)
    default: return self
    }
  }
}
