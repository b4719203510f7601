/// A node's dense id. Ids count up from 0 in the order of creation and are never given out twice.
///
/// Ids are 32 bits wide, so a store holds at most 4,294,967,295 nodes and as many relationships;
/// creating one more is an error. `UInt32.max` is never an id: in a batch it stands for null.
public struct NodeID: Hashable, Comparable, Sendable {
  public let rawValue: UInt32
  @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }
  @inlinable public static func < (a: NodeID, b: NodeID) -> Bool { a.rawValue < b.rawValue }
}

/// A relationship's dense id; see ``NodeID`` for its range.
public struct RelationshipID: Hashable, Comparable, Sendable {
  public let rawValue: UInt32
  @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }
  @inlinable public static func < (a: RelationshipID, b: RelationshipID) -> Bool { a.rawValue < b.rawValue }
}

/// The number of a label's name in a store's catalogue.
package struct LabelID: Hashable, Comparable, Sendable {
  package let rawValue: UInt32
  @inlinable package init(_ rawValue: UInt32) { self.rawValue = rawValue }
  @inlinable package static func < (a: LabelID, b: LabelID) -> Bool { a.rawValue < b.rawValue }
}

/// The number of a relationship type's name in a store's catalogue.
package struct TypeID: Hashable, Comparable, Sendable {
  package let rawValue: UInt32
  @inlinable package init(_ rawValue: UInt32) { self.rawValue = rawValue }
  @inlinable package static func < (a: TypeID, b: TypeID) -> Bool { a.rawValue < b.rawValue }
}

/// The number of a property key's name in a store's catalogue.
package struct KeyID: Hashable, Comparable, Sendable {
  package let rawValue: UInt32
  @inlinable package init(_ rawValue: UInt32) { self.rawValue = rawValue }
  @inlinable package static func < (a: KeyID, b: KeyID) -> Bool { a.rawValue < b.rawValue }
}

/// Which of the two kinds of graph element a column, index or constraint speaks of.
package enum EntityKind: UInt8, Sendable, Hashable {
  case node = 0
  case relationship = 1
}

/// The direction in which a relationship is followed from a node.
package enum Direction: UInt8, Sendable, Hashable {
  case outgoing = 0
  case incoming = 1
}
