import SinterFunctions
import SinterModel

/// Numbers groups by their keys in order of appearance.
struct GroupTable {
  private let keyCount: Int
  private(set) var count = 0
  private(set) var byteCount = 0
  /// Groups of one column of ids: the id of each, found through a hash table.
  private var ids = IDTable()
  private var idKind: Vector?
  /// Groups of anything else.
  private var rows = GrowingTable<GroupingRow, Int32>()
  private var rowKeys: [[Value]] = []

  init(keyCount: Int) { self.keyCount = keyCount }

  mutating func addSingleGroup() { count = 1 }

  /// The group of each row.
  mutating func assign(_ keys: [Vector], _ rowCount: Int) -> [Int32] {
    if keyCount == 1, rowKeys.isEmpty {
      switch keys[0] {
      case .nodes(let a) where isIDs(of: .nodes([])): return assign(a, .nodes([]))
      case .relationships(let a) where isIDs(of: .relationships([])): return assign(a, .relationships([]))
      case .integers(let a) where isIDs(of: .integers([])):
        if let small = a.asIDs { return assign(small, .integers([])) }
      default: break
      }
    }
    if idKind != nil { spillIDs() }
    return (0..<rowCount).map { row in
      let values = keys.map { $0[row] }
      let key = GroupingRow(values)
      let number = Int32(count)
      if let known = rows.insert(key, number) { return known }
      rowKeys.append(values)
      count += 1
      byteCount += 96 + values.reduce(0) { $0 + $1.byteCount }
      return number
    }
  }

  private func isIDs(of kind: Vector) -> Bool {
    switch (idKind, kind) {
    case (nil, _), (.nodes, .nodes), (.relationships, .relationships), (.integers, .integers): true
    default: false
    }
  }

  private mutating func assign(_ a: [UInt32], _ kind: Vector) -> [Int32] {
    idKind = kind
    let numbers = a.withUnsafeBufferPointer { ids.numbers($0) }
    count = ids.count
    byteCount = ids.byteCount
    return numbers
  }

  /// Ids turn into general keys when a batch brings something else.
  private mutating func spillIDs() { spill(keyColumn(0, 0..<count)) }

  /// Ids turn into what `values` makes of them; it gives every id a value of its own.
  mutating func replaceIDs(_ values: (Vector) throws -> Vector) rethrows {
    if idKind != nil { spill(try values(keyColumn(0, 0..<count))) }
  }

  private mutating func spill(_ column: Vector) {
    for number in 0..<count {
      rowKeys.append([column[number]])
      _ = rows.insert(GroupingRow(rowKeys[number]), Int32(number))
    }
    idKind = nil
    ids = IDTable()
  }

  /// A key of the groups in `range`.
  func keyColumn(_ key: Int, _ range: Range<Int>) -> Vector {
    switch idKind {
    case .nodes: .nodes(Array(ids.keys[range]))
    case .relationships: .relationships(Array(ids.keys[range]))
    case .integers: .integers(ids.keys[range].map(Int64.init))
    default: .values(rowKeys[range].map { $0[key] })
    }
  }
}

/// Remembers the group of each node, where keys are the node's properties.
struct NodeGroups {
  private var nodes = IDTable()
  private var groups: [Int32] = []
  var byteCount: Int { nodes.byteCount + groups.count * 4 }

  /// The group of each row; `assign` is asked for the groups of rows whose node is new.
  mutating func numbers(_ ids: [UInt32], _ assign: (_ rows: [Int32]) throws -> [Int32]) rethrows -> [Int32] {
    var numbers = ids.withUnsafeBufferPointer { nodes.numbers($0) }
    if nodes.count > groups.count {
      var fresh: [Int32] = []
      var expected = Int32(groups.count)
      for (row, number) in numbers.enumerated() where number == expected {
        fresh.append(Int32(row))
        expected += 1
      }
      groups += try assign(fresh)
    }
    for i in numbers.indices { numbers[i] = groups[Int(numbers[i])] }
    return numbers
  }
}
