internal import SinterModel
internal import SinterStorage

/// A neighbour and the relationship that leads to it.
struct Link {
  var node: UInt32
  var relationship: UInt32
}

/// Some relationship types seen from one side, such as all types by which a user has an item.
struct LinkTypes {
  /// With the type's name, for sentences.
  let members: [(type: TypeID, name: String, adjacency: Adjacency)]

  /// What is taken not to exist.
  private let hidden: HiddenLinks

  /// The types of `names` that the store has, in that order.
  init(_ names: [String], _ direction: Direction, in view: GraphView, hiding hidden: HiddenLinks = .none) {
    self.hidden = hidden
    members = names.compactMap { name in
      guard let type = view.typeID(name), view.relationshipCount(type: type) > 0 else { return nil }
      return (type, name, view.adjacency(type, direction))
    }
  }

  var isEmpty: Bool { members.isEmpty }

  /// The links of a node over all types, type by type, each in order of (neighbour, relationship).
  func links(of node: UInt32) throws(SinterError) -> [Link] {
    var result: [Link] = []
    for member in members { try member.adjacency.append(linksOf: node, to: &result) }
    if !hidden.isEmpty { result.removeAll { hidden.contains($0.relationship) } }
    return result
  }

  /// The links of a node of one member, in order of (neighbour, relationship).
  func links(of node: UInt32, by member: Adjacency) throws(SinterError) -> [Link] {
    var result: [Link] = []
    try member.append(linksOf: node, to: &result)
    if !hidden.isEmpty { result.removeAll { hidden.contains($0.relationship) } }
    return result
  }

  func degree(of node: UInt32) throws(SinterError) -> Int {
    var sum = 0
    for member in members { sum += try member.adjacency.degree(of: node) }
    return sum
  }

  /// The first relationship (by type, then id) from `node` to `other`.
  func link(_ node: UInt32, _ other: UInt32, where accept: (UInt32) throws -> Bool = { _ in true })
    throws(SinterError) -> (relationship: UInt32, name: String)?
  {
    for member in members {
      let found = try member.adjacency.relationship(from: node, to: other) { relationship in
        try !self.hidden.contains(relationship) && accept(relationship)
      }
      if let found { return (found, member.name) }
    }
    return nil
  }
}

extension Adjacency {
  func append(linksOf node: UInt32, to links: inout [Link]) throws(SinterError) {
    var scratch = Scratch()
    var found: [Link] = []
    try typed {
      try forEachRun(of: node, scratch: &scratch) { run in
        for i in 0..<run.count { found.append(Link(node: run.neighbors[i], relationship: run.relationships[i])) }
      }
    }
    links.append(contentsOf: found)
  }

  /// The first relationship from `node` to `other` that `accept` takes.
  /// - Complexity: O(log degree) and the number passed over
  func relationship(
    from node: UInt32, to other: UInt32, where accept: (UInt32) throws -> Bool
  ) throws(SinterError) -> UInt32? {
    var scratch = Scratch()
    var found: UInt32?
    try typed {
      try forEachRun(of: node, scratch: &scratch) { run in
        guard found == nil else { return }
        let neighbours = UnsafeBufferPointer(start: run.neighbors, count: run.count)
        var position = lowerBound(neighbours, other)
        while position < run.count, neighbours[position] == other {
          if try accept(run.relationships[position]) {
            found = run.relationships[position]
            return
          }
          position += 1
        }
      }
    }
    return found
  }

  /// The relationships from `node` to `other`, ascending.
  /// - Complexity: O(log degree) and their number
  func relationships(from node: UInt32, to other: UInt32) throws(SinterError) -> [UInt32] {
    var scratch = Scratch()
    var result: [UInt32] = []
    try typed {
      try forEachRun(of: node, scratch: &scratch) { run in
        var low = 0
        var high = run.count
        while low < high {
          let middle = (low + high) / 2
          if run.neighbors[middle] < other { low = middle + 1 } else { high = middle }
        }
        while low < run.count, run.neighbors[low] == other {
          result.append(run.relationships[low])
          low += 1
        }
      }
    }
    return result
  }
}

/// Runs what throws anything as what throws ``SinterError``: storage throws nothing else.
func typed<Result>(_ body: () throws -> Result) throws(SinterError) -> Result {
  do {
    return try body()
  } catch let error as SinterError {
    throw error
  } catch {
    throw SinterError("StorageError.IO", "\(error)")
  }
}
