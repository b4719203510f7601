import SinterModel
import SinterStorage

/// The nodes of one id space while they are loaded: numbers from 0 in order of appearance.
struct IDSpace: Sendable {
  let name: String
  var ids = IDDictionary()
  var isInteger = false
  /// Number of the label set in the run's table, by node.
  var labelSets: [UInt32] = []
  /// By property; a column may end before the last node.
  var properties: [Property] = []

  struct Property: Sendable {
    var name: String
    var column: NodeColumn
    /// Whether values take the place of those that nodes of the store have.
    var overwrites = false
  }

  var count: Int { labelSets.count }

  init(name: String) { self.name = name }

  mutating func propertyIndex(_ name: String, kind: ColumnKind) -> Int {
    if let index = properties.firstIndex(where: { $0.name == name }) { return index }
    properties.append(Property(name: name, column: NodeColumn(kind)))
    return properties.count - 1
  }
}

/// Label sets by number, each with its labels in order of appearance.
struct LabelSetTable: Sendable {
  private(set) var sets: [[String]] = []
  private var numbers: [[String]: UInt32] = [:]
  private var unions: [UInt64: UInt32] = [:]

  mutating func number(_ labels: [String]) -> UInt32 {
    var unique: [String] = []
    for label in labels where !unique.contains(label) { unique.append(label) }
    let sorted = unique.sorted()
    if let number = numbers[sorted] { return number }
    numbers[sorted] = UInt32(sets.count)
    sets.append(unique)
    return UInt32(sets.count - 1)
  }

  /// The set with the labels of both.
  mutating func union(_ a: UInt32, _ b: UInt32) -> UInt32 {
    if a == b { return a }
    let key = UInt64(a) << 32 | UInt64(b)
    if let number = unions[key] { return number }
    let number = number(sets[Int(a)] + sets[Int(b)])
    unions[key] = number
    return number
  }
}

extension IDSpace {
  /// Takes in a chunk's nodes.
  ///
  /// A row whose id is new makes a node; for one that is known, `duplicates` says whether missing
  /// properties are filled, all are overwritten, or the row is a fault. Labels are added.
  /// - Parameter labelSet: of each row.
  /// - Returns: The rows that repeat an id although that is an error.
  mutating func merge(
    _ chunk: NodeChunk, plan: NodePlan, labelSet: (Int) -> UInt32, union: (UInt32, UInt32) -> UInt32
  ) -> [Int] {
    let first = count
    let rows = chunk.ids.count
    var numbers = [UInt32](repeating: 0, count: rows)
    var isNew = [Bool](repeating: false, count: rows)
    var duplicates: [Int] = []
    chunk.ids.bytes.withUnsafeBufferPointer { bytes in
      for row in 0..<rows {
        (numbers[row], isNew[row]) = ids.insert(UnsafeBufferPointer(rebasing: bytes[chunk.ids.range(row)]))
        let set = labelSet(row)
        if isNew[row] {
          labelSets.append(set)
        } else if plan.duplicates == .error {
          duplicates.append(row)
        } else if labelSets[Int(numbers[row])] != set {
          labelSets[Int(numbers[row])] = union(labelSets[Int(numbers[row])], set)
        }
      }
    }
    let areAllNew = count - first == rows
    for (property, column) in zip(plan.properties, chunk.columns) where column.presentCount > 0 {
      let index = propertyIndex(property.name, kind: column.kind)
      properties[index].overwrites = properties[index].overwrites || plan.duplicates == .last
      if areAllNew, properties[index].column.kind == column.kind {
        properties[index].column.append(contentsOf: column, from: first)
        continue
      }
      for row in 0..<rows where column.isPresent(row) {
        let number = Int(numbers[row])
        guard isNew[row] || plan.duplicates != .error else { continue }
        properties[index].column.set(number, from: column, row: row, overwrites: isNew[row] || plan.duplicates == .last)
      }
    }
    return duplicates
  }
}

extension IDSpace {
  /// Bytes of properties in memory.
  var residentBytes: Int { properties.reduce(0) { $0 + $1.column.residentBytes } }

  /// Puts the properties aside.
  /// - Parameter isLast: whether no more nodes come; then only what is on disk already is completed.
  mutating func spill(to file: () throws(SinterError) -> SpillFile, isLast: Bool) throws(SinterError) {
    for index in properties.indices where !isLast || properties[index].column.isSpilled {
      try properties[index].column.spill(to: file(), isLast: isLast)
    }
  }
}
