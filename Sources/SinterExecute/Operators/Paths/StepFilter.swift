import SinterModel
import SinterPlan
import SinterStorage

/// Predicates on what a search stands at: some candidates, beside the row that the search began with.
///
/// Only the columns that the predicates read are made, and what is the same for all candidates is a constant.
final class StepFilter {
  private let predicates: [Scalar]
  private let evaluator: Evaluator
  private let outerPositions: [Int]
  private let localPositions: [Int]
  /// The answer depends on the candidates alone.
  let isIndependent: Bool

  /// - Parameter locals: variables of the candidates, which hide those of the row.
  /// - Returns: nil when there is nothing to test.
  init?(_ predicates: [Scalar], row input: Layout, locals: [Variable], _ context: ExecutionContext) {
    if predicates.isEmpty { return nil }
    let free = predicates.reduce(into: VariableSet()) { $0.formUnion($1.freeVariables) }
    var localVariables: [Variable] = []
    var localPositions: [Int] = []
    for (i, variable) in locals.enumerated() where free.contains(variable) && !localVariables.contains(variable) {
      localVariables.append(variable)
      localPositions.append(i)
    }
    let outer = input.variables.enumerated().filter { free.contains($1) && !localVariables.contains($1) }
    self.predicates = predicates
    self.localPositions = localPositions
    outerPositions = outer.map(\.offset)
    isIndependent = outer.isEmpty
    evaluator = Evaluator(Layout(outer.map(\.element) + localVariables), context)
  }

  /// The candidates that pass every predicate.
  /// - Parameter local: the column of a local variable, by its place among them.
  func passing(_ count: Int, of source: Batch, row: Int, local: (Int) -> Vector) throws -> [Int32] {
    var columns = outerPositions.map { Vector.constant(source.columns[$0][row], count: count) }
    for position in localPositions { columns.append(local(position)) }
    var rows = Batch(columns: columns, count: count)
    var kept = (0..<Int32(count)).map { $0 }
    for predicate in predicates where rows.count > 0 {
      let truth = try evaluator.truths(try evaluator.evaluate(predicate, rows))
      let passing = (0..<Int32(rows.count)).filter { truth[Int($0)] == 1 }
      if passing.count == rows.count { continue }
      kept = passing.map { kept[Int($0)] }
      rows = rows.gathering(passing)
    }
    return kept
  }
}

/// The neighbours of a node over one hop of a pattern, before and after its predicates.
struct HopCandidates {
  var neighbors: [UInt32] = []
  var relationships: [UInt32] = []

  var count: Int { neighbors.count }

  /// Adds all neighbours over `hops` that `isAllowed` admits; a loop at the node comes once.
  mutating func add(
    _ node: UInt32, _ hops: inout HopHandles, isUndirected: Bool, _ view: GraphView, _ scratch: inout Adjacency.Scratch,
    where isAllowed: (_ neighbor: UInt32, _ relationship: UInt32) -> Bool
  ) throws {
    for (adjacency, direction) in hops.resolved(view) {
      let skipsLoops = isUndirected && direction == .incoming
      try adjacency.forEachRun(of: node, scratch: &scratch) { run in
        for i in 0..<run.count where !(skipsLoops && run.neighbors[i] == node) && isAllowed(run.neighbors[i], run.relationships[i]) {
          neighbors.append(run.neighbors[i])
          relationships.append(run.relationships[i])
        }
      }
    }
  }

  mutating func keep(_ kept: [Int32]) {
    if kept.count == count { return }
    neighbors = kept.map { neighbors[Int($0)] }
    relationships = kept.map { relationships[Int($0)] }
  }
}

/// The relationships of a walk, with a fast test whether one is among them.
struct Trail {
  private(set) var relationships: [UInt32] = []
  private var members: Set<UInt32> = []
  /// Up to so many, looking through them is faster than hashing.
  private static let linearLimit = 24

  var count: Int { relationships.count }

  func contains(_ relationship: UInt32) -> Bool {
    relationships.count <= Trail.linearLimit ? relationships.contains(relationship) : members.contains(relationship)
  }

  mutating func append(_ relationship: UInt32) {
    relationships.append(relationship)
    if relationships.count == Trail.linearLimit + 1 {
      members = Set(relationships)
    } else if relationships.count > Trail.linearLimit {
      members.insert(relationship)
    }
  }

  mutating func removeLast() {
    let last = relationships.removeLast()
    if relationships.count >= Trail.linearLimit { members.remove(last) }
  }
}

extension [UInt32] {
  /// A list value of nodes, in this order or turned round.
  func nodeList(reversed: Bool) -> Value {
    .list((reversed ? self.reversed() : self).map { .node(Node(id: NodeID($0))) })
  }

  func relationshipList(reversed: Bool) -> Value {
    .list((reversed ? self.reversed() : self).map { .relationship(Relationship(id: RelationshipID($0))) })
  }
}
