import SinterModel
import SinterPlan
import SinterStorage

/// How rows of a MERGE of a single element are told apart: by its ends and its properties.
struct MergeIdentity {
  /// Bound nodes at the ends of a relationship, none for a node.
  let ends: [Variable]
  let properties: [Scalar]
  /// The variable that is matched or created.
  let element: Variable
  /// Keys that ON CREATE and ON MATCH set.
  let written: Set<String>

  /// nil when a row's outcome may hang on more than whether a row before it created its element.
  init?(_ merge: Merge) {
    guard merge.match.rowNumber != nil, merge.create.count == 1, let written = (merge.onCreate + merge.onMatch).writtenKeys else { return nil }
    let map: Scalar?
    switch merge.create[0] {
    case .node(let variable, let labels, let properties):
      guard labels.allSatisfy({ $0.conjunction != nil }) else { return nil }
      (element, ends, map) = (variable, [], properties)
    case .relationship(let variable, .name, let from, let to, let properties, nil, _):
      (element, ends, map) = (variable, [from, to], properties)
    default: return nil
    }
    guard merge.variables == [element] else { return nil }
    switch map {
    case nil: properties = []
    case .map(let keys, let scalars):
      guard written.isDisjoint(with: keys) else { return nil }
      properties = scalars
    default: return nil
    }
    self.written = written
    for case .setProperty(.variable(let target), _, let scalar, _) in merge.onCreate + merge.onMatch {
      guard target == element, !scalar.hasSubquery else { return nil }
    }
  }
}

/// Equal for rows that ask for the same element.
private struct MergeKey: Hashable {
  var start: UInt32 = 0
  var end: UInt32 = 0
  var values: [Value]
}

extension MergeOperator {
  /// Matches all rows, creates what is missing, once for all rows that ask for the same, then applies ON CREATE and ON MATCH.
  /// - Returns: nil, with nothing done, when the rows have to go one by one.
  func updateTogether(_ batch: Batch, _ identity: MergeIdentity) throws -> Batch? {
    guard batch.count > 1, !context.hasDeleted, let keys = try keys(batch, identity) else { return nil }
    var found = try matches(batch)
    // The first row of each key without a match creates its element.
    var creators: [MergeKey: Int] = [:]
    var creating: [Int32] = []
    for row in 0..<batch.count where found.first[row] == Vector.nullID {
      if creators[keys[row]] == nil {
        creators[keys[row]] = creating.count
        creating.append(Int32(row))
      }
    }
    if !identity.ends.isEmpty, !creating.isEmpty {
      // Without a direction, the same ends the other way round would match what was created.
      for key in creators.keys where key.start != key.end {
        if creators[MergeKey(start: key.end, end: key.start, values: key.values)] != nil { return nil }
      }
    }
    let created = try create(creating.count == batch.count ? batch : batch.gathering(creating))
    for row in 0..<batch.count where found.first[row] == Vector.nullID { found.first[row] = created[creators[keys[row]]!] }
    return try result(batch, found, creating, identity)
  }

  /// A key for each row; nil when they cannot be compared as the language does, or an end is missing.
  private func keys(_ batch: Batch, _ identity: MergeIdentity) throws -> [MergeKey]? {
    guard identity.properties.allSatisfy({ $0.isIndependent(of: identity.written, batch, input.layout) }) else { return nil }
    let values = try identity.properties.map { try evaluator.evaluate($0, batch) }
    let ends = try identity.ends.map { batch.columns[try input.layout.position($0)] }
    var nodes: [[UInt32]] = []
    for end in ends {
      guard case .nodes(let ids) = end, !ids.contains(Vector.nullID) else { return nil }
      nodes.append(ids)
    }
    var keys: [MergeKey] = []
    keys.reserveCapacity(batch.count)
    for row in 0..<batch.count {
      let own = values.map { $0[row] }
      guard own.allSatisfy(\.isPlainKey) else { return nil }
      keys.append(MergeKey(start: nodes.first?[row] ?? 0, end: nodes.last?[row] ?? 0, values: own))
    }
    return keys
  }

  private struct Matches {
    /// By row; `Vector.nullID` for none.
    var first: [UInt32]
    /// Of rows with several.
    var more: [Int32: [UInt32]] = [:]
  }

  private func matches(_ batch: Batch) throws -> Matches {
    var matches = Matches(first: [UInt32](repeating: Vector.nullID, count: batch.count))
    let position = try runner.root.layout.position(merge.variables[0])
    runner.start(batch)
    while let found = try runner.root.pull() {
      try hold(found.byteCount)
      let rows = runner.rowNumbers(found)
      for (i, row) in rows.enumerated() {
        guard let id = found.columns[position][i].elementID else { continue }
        if matches.first[Int(row)] == Vector.nullID { matches.first[Int(row)] = id } else { matches.more[row, default: []].append(id) }
      }
    }
    return matches
  }

  /// The elements created for the rows, in their order.
  private func create(_ rows: Batch) throws -> [UInt32] {
    guard rows.count > 0 else { return [] }
    var creation = Creation(self, rows, creating)
    try creation.create(merge.create[0])
    switch creation.columns[0].1 {
    case .nodes(let ids), .relationships(let ids): return ids
    default: preconditionFailure("what is created is elements")
    }
  }

  /// The rows with their elements, after ON CREATE for the rows in `creating` and ON MATCH for the others.
  private func result(_ batch: Batch, _ found: Matches, _ creating: [Int32], _ identity: MergeIdentity) throws -> Batch {
    var parents: [Int32] = []
    var ids: [UInt32] = []
    // Positions among the results.
    var new: [Int32] = []
    var old: [Int32] = []
    var nextCreating = 0
    for row in 0..<Int32(batch.count) {
      let isNew = nextCreating < creating.count && creating[nextCreating] == row
      if isNew { nextCreating += 1 }
      for id in [found.first[Int(row)]] + (found.more[row] ?? []) {
        if isNew { new.append(Int32(ids.count)) } else { old.append(Int32(ids.count)) }
        parents.append(row)
        ids.append(id)
      }
    }
    let isNode = identity.ends.isEmpty
    let whole = Batch(columns: batch.columns.map { $0.gathering(parents) } + [isNode ? .nodes(ids) : .relationships(ids)], count: ids.count)
    try applySets(whole, new, old, identity)
    var output = [Vector](repeating: .constant(.null, count: ids.count), count: layout.variables.count)
    for (to, variable) in layout.variables.enumerated() {
      if let from = input.layout[variable] {
        output[to] = whole.columns[from]
      } else if variable == identity.element {
        output[to] = whole.columns[batch.columns.count]
      }
    }
    return Batch(columns: output, count: ids.count)
  }

  private func applySets(_ rows: Batch, _ new: [Int32], _ old: [Int32], _ identity: MergeIdentity) throws {
    let scalars = (merge.onCreate + merge.onMatch).compactMap { mutation -> Scalar? in
      if case .setProperty(_, _, let scalar, _) = mutation { scalar } else { nil }
    }
    if scalars.isEmpty { return }
    // An element is created before it is matched, and no value depends on another row.
    if scalars.allSatisfy({ $0.isIndependent(of: identity.written, rows, inner.layout) }) {
      if !new.isEmpty, !merge.onCreate.isEmpty { try apply(merge.onCreate, rows.gathering(new), inner) }
      if !old.isEmpty, !merge.onMatch.isEmpty { try apply(merge.onMatch, rows.gathering(old), inner) }
      return
    }
    let isNew = Set(new)
    for row in 0..<Int32(rows.count) { try apply(isNew.contains(row) ? merge.onCreate : merge.onMatch, rows.gathering([row]), inner) }
  }
}

extension Value {
  /// Whether equality in the language is equality of the values themselves, and certain.
  fileprivate var isPlainKey: Bool {
    switch self {
    case .integer, .boolean, .date: true
    // Others may be equal in a different normal form.
    case .string(let text): text.utf8.allSatisfy { $0 < 0x80 }
    default: false
    }
  }

  fileprivate var elementID: UInt32? {
    switch self {
    case .node(let node): node.id.rawValue
    case .relationship(let relationship): relationship.id.rawValue
    default: nil
    }
  }
}
