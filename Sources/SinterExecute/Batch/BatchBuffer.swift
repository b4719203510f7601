import SinterModel

/// Rows gathered from many batches, column by column, without ever holding them twice.
struct BatchBuffer {
  private(set) var columns: [Vector]
  private(set) var count = 0

  init(columnCount: Int) { columns = [Vector](repeating: .constant(.null, count: 0), count: columnCount) }

  /// - Complexity: amortised O(the rows added)
  mutating func append(_ batch: Batch) {
    for i in columns.indices {
      if count == 0 { columns[i] = batch.columns[i].expanded } else { columns[i].append(batch.columns[i]) }
    }
    count += batch.count
  }

  var batch: Batch { Batch(columns: columns, count: count) }

  /// Bytes of all rows.
  var byteCount: Int { batch.byteCount }
}

extension Vector {
  /// A constant as so many values.
  fileprivate var expanded: Vector {
    guard case .constant(let value, let count) = self else { return self }
    switch value {
    case .integer(let n): return .integers([Int64](repeating: n, count: count))
    case .float(let x): return .floats([Double](repeating: x, count: count))
    default: return .values([Value](repeating: value, count: count))
    }
  }

  /// Adds the rows of another column; both end up as general values where their kinds differ.
  fileprivate mutating func append(_ other: Vector) {
    switch (self, other.expanded) {
    case (.nodes(var a), .nodes(let b)):
      self = .booleans([])
      a += b
      self = .nodes(a)
    case (.relationships(var a), .relationships(let b)):
      self = .booleans([])
      a += b
      self = .relationships(a)
    case (.integers(var a), .integers(let b)):
      self = .booleans([])
      a += b
      self = .integers(a)
    case (.floats(var a), .floats(let b)):
      self = .booleans([])
      a += b
      self = .floats(a)
    case (.booleans(var a), .booleans(let b)):
      self = .values([])
      a += b
      self = .booleans(a)
    case (_, let b):
      var a = asValues
      self = .booleans([])
      a += b.asValues
      self = .values(a)
    }
  }
}
