package import SinterModel
package import SinterStorage

/// Loads a file of vectors into a property of nodes: those with the label whose key is the row's id, and new nodes for other ids.
package struct VectorLoad: Sendable {
  package var vectors: String
  package var label: String
  package var key: String
  package var property: String
  /// A text file with the id of each row on a line; nil for row numbers from 0.
  package var ids: String?

  package init(vectors: String, label: String, key: String, property: String, ids: String?) {
    self.vectors = vectors
    self.label = label
    self.key = key
    self.property = property
    self.ids = ids
  }

  package struct Summary: Sendable {
    package var vectors = 0
    package var dimension = 0
    package var newNodes = 0
    package var updatedNodes = 0
  }

  /// Rows in one transaction.
  private static let batchLength = 8_192

  /// Runs the load. Each batch of rows is a transaction; a load that was ended is run again to go on.
  /// - Throws: `LoadError.VectorFile`, `LoadError.IO`, and what the store throws.
  package func run(
    into store: GraphStore, isCancelled: @escaping @Sendable () -> Bool = { false }, progress: (Int, Int?) -> Void = { _, _ in }
  ) throws(SinterError) -> Summary {
    let file = try VectorFile(vectors)
    let names = try ids.map { path throws(SinterError) in try LineReader(path) }
    var known = try knownNodes(in: store.snapshot())
    var summary = Summary()
    var isAtEnd = false
    while !isAtEnd {
      if isCancelled() {
        throw SinterError("LimitError.Cancelled", "The load was ended after \(summary.vectors) vectors, which are in the store.")
      }
      var rows: [(id: Value, vector: Value)] = []
      while rows.count < Self.batchLength {
        guard let row = try file.next() else {
          isAtEnd = true
          break
        }
        let number = summary.vectors + rows.count
        guard let id = try id(ofRow: number, names) else {
          throw SinterError("LoadError.VectorFile", "\(ids ?? "") has fewer lines than \(vectors) has rows: none for row \(number + 1).")
        }
        rows.append((id, .list(row.map { .float($0) })))
      }
      if rows.isEmpty { break }
      try put(rows, &known, store, &summary)
      summary.dimension = file.dimension
      progress(summary.vectors, file.rowCount)
    }
    return summary
  }

  private func id(ofRow number: Int, _ names: LineReader?) throws(SinterError) -> Value? {
    guard let names else { return .integer(Int64(number)) }
    return try names.next().map { .string($0) }
  }

  private func put(
    _ rows: [(id: Value, vector: Value)], _ known: inout [String: NodeID], _ store: GraphStore, _ summary: inout Summary
  ) throws(SinterError) {
    var old: [(NodeID, Value)] = []
    var new: [(id: Value, vector: Value)] = []
    var seen: Set<String> = []
    for row in rows {
      let text = Self.text(row.id)
      if let node = known[text] {
        old.append((node, row.vector))
      } else {
        guard seen.insert(text).inserted else {
          throw SinterError("LoadError.VectorFile", "\(ids ?? vectors) has the id `\(text)` twice.")
        }
        new.append(row)
      }
    }
    let changes = (old: old, new: new)
    let first: NodeID?
    do {
      first = try store.write { writer -> NodeID? in
        let (label, key, property) = (try writer.label(label), try writer.key(key), try writer.key(property))
        for (node, vector) in changes.old { try writer.set(property, of: node, to: vector) }
        guard !changes.new.isEmpty else { return nil }
        return try writer.createNodes(
          labels: [label], count: changes.new.count,
          [NewColumn(key, .values(changes.new.map(\.id))), NewColumn(property, .values(changes.new.map(\.vector)))])
      }
    } catch let error as SinterError {
      throw error
    } catch {
      throw LoadFailure.io("The load failed: \(error)")
    }
    if let first {
      for (position, row) in new.enumerated() { known[Self.text(row.id)] = NodeID(first.rawValue + UInt32(position)) }
    }
    summary.vectors += rows.count
    summary.newNodes += new.count
    summary.updatedNodes += old.count
  }

  /// The nodes with the label by their key.
  private func knownNodes(in view: GraphView) throws(SinterError) -> [String: NodeID] {
    guard let label = view.labelID(label), let key = view.keyID(key) else { return [:] }
    let column = view.column(key, of: .node)
    var known: [String: NodeID] = [:]
    var first: UInt32 = 0
    while first < view.nodeIDLimit {
      let end = view.nodeIDLimit - first > UInt32(segmentLength) ? first + UInt32(segmentLength) : view.nodeIDLimit
      var nodes: [UInt32] = []
      try view.scanNodes(first..<end, labels: [label], into: &nodes)
      for (node, value) in zip(nodes, try column.gather(nodes).asValues) where !value.isNull { known[Self.text(value)] = NodeID(node) }
      first = end
    }
    return known
  }

  /// What ids are compared by: a number and its digits are the same id.
  private static func text(_ value: Value) -> String {
    switch value {
    case .string(let text): text
    case .integer(let number): String(number)
    default: ValueNotation.write(value)
    }
  }
}
