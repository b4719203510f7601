import SinterModel
import SinterPlan
import SinterStorage

/// The sets of nodes that an EXISTS was answered with so far, by the values they depend on.
final class MemberTable {
  let membership: Membership
  let runner: SubplanRunner
  let probePosition: Int
  let keyPositions: [Int]
  private var sets: [GroupingRow: MemberSet] = [:]

  struct MemberSet {
    /// What asking row by row has cost so far.
    var spent = 0.0
    var nodes: NodeBitmap?
  }

  /// Sets that are kept at a time.
  private static let setLimit = 64

  init(_ membership: Membership, outer: Layout, _ context: ExecutionContext) throws {
    self.membership = membership
    runner = try SubplanRunner(membership.subplan, outer: outer, context)
    probePosition = try outer.position(membership.probe)
    keyPositions = try membership.subplan.imports.map { try outer.position($0) }
  }

  /// The set for a key, gathered as soon as asking row by row would have cost as much; nil before.
  func set(for key: GroupingRow, row: Int32, of batch: Batch, rowCount: Int) throws -> NodeBitmap? {
    var known = sets[key] ?? MemberSet()
    if let nodes = known.nodes { return nodes }
    known.spent += Double(rowCount) * membership.probeCost
    if known.spent >= membership.gatheringCost { known.nodes = try gather(batch.gathering([row])) }
    if sets.count >= MemberTable.setLimit, sets[key] == nil { sets.removeAll(keepingCapacity: true) }
    sets[key] = known
    return known.nodes
  }

  private func gather(_ row: Batch) throws -> NodeBitmap {
    var nodes = NodeBitmap()
    runner.start(row)
    while let found = try runner.root.pull() {
      switch found.columns[0] {
      case .nodes(let ids): for id in ids where id != Vector.nullID { nodes.insert(id) }
      case let column:
        for i in 0..<column.count { if case .node(let node) = column[i] { nodes.insert(node.id.rawValue) } }
      }
    }
    return nodes
  }
}

/// A set of nodes, a bit for each id.
struct NodeBitmap {
  private var words: [UInt64] = []

  mutating func insert(_ id: UInt32) {
    let word = Int(id >> 6)
    if word >= words.count { words.append(contentsOf: repeatElement(0, count: max(word + 1, 2 * words.count) - words.count)) }
    words[word] |= 1 << UInt64(id & 63)
  }

  func contains(_ id: UInt32) -> Bool {
    let word = Int(id >> 6)
    return word < words.count && words[word] & (1 << UInt64(id & 63)) != 0
  }
}

extension Evaluator {
  /// EXISTS by looking nodes up in sets that are gathered once, where that costs less.
  func exists(_ subplan: Subplan, _ membership: Membership, _ batch: Batch) throws -> Vector {
    let identity = ObjectIdentifier(subplan)
    let table = try memberTables[identity] ?? MemberTable(membership, outer: layout, context)
    memberTables[identity] = table
    guard case .nodes(let probes) = batch.columns[table.probePosition] else { return try existsByRow(subplan, batch) }
    var answers = [UInt8](repeating: 0, count: batch.count)
    var open: [Int32] = []
    for (key, rows) in groups(batch, table.keyPositions) {
      guard let nodes = try table.set(for: key, row: rows[0], of: batch, rowCount: rows.count) else {
        open += rows
        continue
      }
      for row in rows where nodes.contains(probes[Int(row)]) { answers[Int(row)] = 1 }
    }
    if open.isEmpty { return .booleans(answers) }
    open.sort()
    guard case .booleans(let found) = try existsByRow(subplan, open.count == batch.count ? batch : batch.gathering(open)) else {
      return .booleans(answers)
    }
    for (i, row) in open.enumerated() { answers[Int(row)] = found[i] }
    return .booleans(answers)
  }

  /// The rows of a batch by what they have in some columns.
  private func groups(_ batch: Batch, _ positions: [Int]) -> [(GroupingRow, [Int32])] {
    let columns = positions.map { batch.columns[$0] }
    let all = (0..<Int32(batch.count)).map { $0 }
    if columns.allSatisfy(\.isSame) { return [(GroupingRow(columns.map { $0[0] }), all)] }
    var numbers: [GroupingRow: Int] = [:]
    var groups: [(GroupingRow, [Int32])] = []
    for row in all {
      let key = GroupingRow(columns.map { $0[Int(row)] })
      if let number = numbers[key] {
        groups[number].1.append(row)
      } else {
        numbers[key] = groups.count
        groups.append((key, [row]))
      }
    }
    return groups
  }
}

extension Vector {
  /// Every row surely has the same value.
  fileprivate var isSame: Bool {
    switch self {
    case .constant: true
    case .nodes(let ids), .relationships(let ids): ids.allSatisfy { $0 == ids[0] }
    case .integers(let a): a.allSatisfy { $0 == a[0] }
    default: count < 2
    }
  }
}
