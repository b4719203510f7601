import SinterModel

/// A row that was not loaded.
struct Reject: Sendable {
  /// The number of its source in the plan.
  var source: Int
  var line: Int
  var fault: RowFault
  /// The row as it stands in the file.
  var raw: [UInt8]
}

/// What became of one block's rows.
struct ChunkResult: Sendable {
  var source: Int
  var rows = 0
  var filtered = 0
  /// Relationships passed over because a node is unknown and the mapping says `missing: skip`.
  var skipped = 0
  var rejects: [Reject] = []
  /// By node mapping.
  var nodes: [NodeChunk] = []
  /// Any number for each relationship mapping: one per type.
  var relationships: [RelationshipChunk] = []
}

/// Nodes of one mapping, row by row.
struct NodeChunk: Sendable {
  var ids = Column(.string)
  /// The text of the mapping's label column.
  var labelTexts: Column?
  /// By property of the mapping.
  var columns: [Column]
  /// Kept when a repeated id is an error.
  var lines: [Int]?

  mutating func truncate(to count: Int) {
    ids.truncate(to: count)
    labelTexts?.truncate(to: count)
    for index in columns.indices { columns[index].truncate(to: count) }
    if let kept = lines, kept.count > count { lines = Array(kept[..<count]) }
  }
}

/// Relationships of one mapping and one type.
struct RelationshipChunk: Sendable {
  /// The mapping's number within its source.
  var mapping: Int
  var type: String
  /// Numbers of the nodes within their spaces.
  var starts: [UInt32] = []
  var ends: [UInt32] = []
  var columns: [Column]

  mutating func reserveCapacity(_ rows: Int) {
    starts.reserveCapacity(rows)
    ends.reserveCapacity(rows)
    for index in columns.indices { columns[index].reserveCapacity(rows) }
  }

  mutating func truncate(to count: Int) {
    starts.removeLast(max(0, starts.count - count))
    ends.removeLast(max(0, ends.count - count))
    for index in columns.indices { columns[index].truncate(to: count) }
  }
}
