import SinterModel
import SinterPlan

/// A path that was found, told apart by the segments of its pattern, in the order in which it was walked.
struct FoundPath {
  var nodes: [UInt32] = []
  var relationships: [UInt32] = []
  /// For each junction, the number of relationships before it.
  var junctions: [Int] = []
}

/// Reads the variables of a pattern off the paths that match it.
struct PathReader {
  /// What a variable stands for.
  enum Part {
    case junction(Int)
    case relationships
    case single(segment: Int)
    case group(segment: Int, isNode: Bool, place: Int)
    case path
  }

  /// Every variable that a path binds, its far end included.
  let parts: [(variable: Variable, part: Part)]
  private let selection: PathSelection
  private let space: PathSpace

  init(_ selection: PathSelection, _ space: PathSpace) {
    self.selection = selection
    self.space = space
    var parts: [(variable: Variable, part: Part)] = [(selection.relationships, .relationships)]
    for j in selection.junctions.indices.dropFirst() where selection.junctions[j] != selection.from {
      parts.append((selection.junctions[j], .junction(j)))
    }
    for (s, segment) in selection.segments.enumerated() {
      if segment.isSingle { parts.append((segment.hops[0].relationship, .single(segment: s))) }
      for group in segment.groups {
        if let place = segment.nodes.firstIndex(of: group.element) {
          parts.append((group.list, .group(segment: s, isNode: true, place: place)))
        } else if let place = segment.hops.firstIndex(where: { $0.relationship == group.element }) {
          parts.append((group.list, .group(segment: s, isNode: false, place: place)))
        }
      }
    }
    if let path = selection.path { parts.append((path, .path)) }
    self.parts = parts
  }

  /// The path that a walk through the search's positions is.
  func read(_ steps: PathEnumerator.Steps, _ search: PathSearch) -> FoundPath {
    var path = FoundPath()
    path.nodes.append(search.positions[Int(steps[0].position)].node)
    for (position, relationship) in steps {
      if case .junction = space.automaton.place(Int(search.positions[Int(position)].state)) {
        path.junctions.append(path.relationships.count)
      }
      if relationship == Vector.nullID { continue }
      path.relationships.append(relationship)
      path.nodes.append(0)
    }
    // A relationship leads to the node of the position behind it.
    var hop = 0
    for i in 1..<max(steps.count, 1) where steps[i - 1].relationship != Vector.nullID {
      hop += 1
      path.nodes[hop] = search.positions[Int(steps[i].position)].node
    }
    return path
  }

  /// Whether every repetition satisfies what is asked of it as a whole.
  func passes(_ path: FoundPath, _ source: Batch, _ row: Int) throws -> Bool {
    for (s, filter) in space.repetitionFilters.enumerated() {
      guard let filter else { continue }
      let hopCount = selection.segments[s].hops.count
      let (first, last) = (path.junctions[s], path.junctions[s + 1])
      let count = (last - first) / hopCount
      if count == 0 { continue }
      let kept = try filter.passing(count, of: source, row: row) { local in
        if local <= hopCount { return .nodes(stride(from: first + local, to: last + local, by: hopCount).map { path.nodes[$0] }) }
        let place = local - hopCount - 1
        return .relationships(stride(from: first + place, to: last + place, by: hopCount).map { path.relationships[$0] })
      }
      if kept.count < count { return false }
    }
    return true
  }

  func value(_ part: Part, of path: FoundPath) -> Value {
    switch part {
    case .junction(let j): return .node(Node(id: NodeID(path.nodes[path.junctions[j]])))
    case .relationships: return path.relationships.relationshipList(reversed: selection.isReversed)
    case .single(let s): return .relationship(Relationship(id: RelationshipID(path.relationships[path.junctions[s]])))
    case .group(let s, let isNode, let place):
      let hopCount = selection.segments[s].hops.count
      let places = stride(from: path.junctions[s] + place, to: path.junctions[s + 1] + place, by: hopCount)
      return isNode
        ? places.map { path.nodes[$0] }.nodeList(reversed: selection.isReversed)
        : places.map { path.relationships[$0] }.relationshipList(reversed: selection.isReversed)
    case .path:
      let nodes = path.nodes.map { Node(id: NodeID($0)) }
      let relationships = path.relationships.map { Relationship(id: RelationshipID($0)) }
      return .path(
        selection.isReversed
          ? Path(nodes: nodes.reversed(), relationships: relationships.reversed()) : Path(nodes: nodes, relationships: relationships))
    }
  }
}
