import SinterModel
import SinterPlan

/// Up to a few thousand rows, column by column.
struct Batch {
  var columns: [Vector]
  var count: Int

  static let unit = Batch(columns: [], count: 1)

  /// The rows at `indices`, in that order, of the columns at `positions`.
  func gathering(_ indices: [Int32], positions: [Int]) -> [Vector] {
    positions.map { columns[$0].gathering(indices) }
  }

  func gathering(_ indices: [Int32]) -> Batch {
    Batch(columns: columns.map { $0.gathering(indices) }, count: indices.count)
  }

  func row(_ index: Int) -> [Value] { columns.map { $0[index] } }

  /// An estimate of the bytes the rows hold, for the memory budget.
  var byteCount: Int {
    columns.reduce(0) { sum, column in
      switch column {
      case .nodes(let a), .relationships(let a): sum + a.count * 4
      case .integers(let a): sum + a.count * 8
      case .floats(let a): sum + a.count * 8
      case .booleans(let a): sum + a.count
      case .values(let a): sum + a.reduce(0) { $0 + $1.byteCount }
      case .constant(let value, _): sum + value.byteCount
      }
    }
  }
}

/// Which variable stands in which column.
struct Layout {
  let variables: [Variable]
  /// Only of wide rows: a short list is searched faster than a table is made.
  private let positions: [Variable: Int]

  init(_ variables: [Variable]) {
    self.variables = variables
    positions = variables.count > 16 ? Dictionary(uniqueKeysWithValues: zip(variables, variables.indices)) : [:]
  }

  subscript(variable: Variable) -> Int? {
    positions.isEmpty ? variables.firstIndex(of: variable) : positions[variable]
  }

  /// The column of a variable that the planner promised to be there.
  func position(_ variable: Variable) throws(SinterError) -> Int {
    guard let position = self[variable] else {
      throw SinterError("InternalError.MissingColumn", "The plan has no column for `\(variable.name)`; please report this query.")
    }
    return position
  }
}

extension Value {
  /// An estimate of the bytes a value holds.
  var byteCount: Int {
    switch self {
    case .string(let s): 24 + (s.utf8.count > 15 ? s.utf8.count : 0)
    case .list(let all): 56 + all.reduce(0) { $0 + $1.byteCount }
    case .map(let entries): 96 + entries.reduce(0) { $0 + 16 + $1.value.byteCount }
    case .path(let path): 96 + 32 * path.nodes.count
    default: 24
    }
  }
}

extension [Vector] {
  /// One column from the same column of several batches.
  static func concatenated(_ parts: [Vector]) -> Vector {
    guard let first = parts.first else { return .values([]) }
    if parts.count == 1 { return first }
    switch first {
    case .nodes:
      var all: [UInt32] = []
      for part in parts {
        guard case .nodes(let a) = part else { return mixed(parts) }
        all += a
      }
      return .nodes(all)
    case .relationships:
      var all: [UInt32] = []
      for part in parts {
        guard case .relationships(let a) = part else { return mixed(parts) }
        all += a
      }
      return .relationships(all)
    case .integers:
      var all: [Int64] = []
      for part in parts {
        guard case .integers(let a) = part else { return mixed(parts) }
        all += a
      }
      return .integers(all)
    case .floats:
      var all: [Double] = []
      for part in parts {
        guard case .floats(let a) = part else { return mixed(parts) }
        all += a
      }
      return .floats(all)
    default: return mixed(parts)
    }
  }

  private static func mixed(_ parts: [Vector]) -> Vector { .values(parts.flatMap(\.asValues)) }
}

extension Batch {
  static func concatenated(_ batches: [Batch], columnCount: Int) -> Batch {
    if batches.count == 1 { return batches[0] }
    return Batch(
      columns: (0..<columnCount).map { c in [Vector].concatenated(batches.map { $0.columns[c] }) },
      count: batches.reduce(0) { $0 + $1.count })
  }
}
