/// One column of a batch: up to a batch's worth of values of one kind, or mixed.
///
/// Elements that only pass through stay ids; `values` is the general form that every operator
/// understands, the others are what the hot loops work on.
package enum Vector: Sendable {
  /// Node ids; `Vector.nullID` stands for null.
  case nodes([UInt32])
  /// Relationship ids; `Vector.nullID` stands for null.
  case relationships([UInt32])
  /// Integers without nulls.
  case integers([Int64])
  /// Floats without nulls.
  case floats([Double])
  /// Three-valued truth: 0 false, 1 true, 2 null.
  case booleans([UInt8])
  /// Anything, nulls included.
  case values([Value])
  /// The same value in every row.
  case constant(Value, count: Int)

  package static let nullID = UInt32.max

  package var count: Int {
    switch self {
    case .nodes(let a): a.count
    case .relationships(let a): a.count
    case .integers(let a): a.count
    case .floats(let a): a.count
    case .booleans(let a): a.count
    case .values(let a): a.count
    case .constant(_, let count): count
    }
  }

  /// The value in a row, as the language sees it.
  package subscript(row: Int) -> Value {
    switch self {
    case .nodes(let a): a[row] == Vector.nullID ? .null : .node(Node(id: NodeID(a[row])))
    case .relationships(let a): a[row] == Vector.nullID ? .null : .relationship(Relationship(id: RelationshipID(a[row])))
    case .integers(let a): .integer(a[row])
    case .floats(let a): .float(a[row])
    case .booleans(let a): a[row] == 2 ? .null : .boolean(a[row] == 1)
    case .values(let a): a[row]
    case .constant(let value, _): value
    }
  }

  /// The rows at `indices`, in that order.
  /// - Complexity: O(`indices.count`)
  package func gathering(_ indices: [Int32]) -> Vector {
    switch self {
    case .nodes(let a): .nodes(indices.map { a[Int($0)] })
    case .relationships(let a): .relationships(indices.map { a[Int($0)] })
    case .integers(let a): .integers(indices.map { a[Int($0)] })
    case .floats(let a): .floats(indices.map { a[Int($0)] })
    case .booleans(let a): .booleans(indices.map { a[Int($0)] })
    case .values(let a): .values(indices.map { a[Int($0)] })
    case .constant(let value, _): .constant(value, count: indices.count)
    }
  }

  /// Every row as a general value.
  package var asValues: [Value] {
    if case .values(let a) = self { return a }
    return (0..<count).map { self[$0] }
  }
}
