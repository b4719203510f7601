/// A node as a value. Inside the engine it is only an id; a row handed to the user carries
/// ``content`` too, read in the same snapshot.
public struct Node: Sendable {
  /// Dense, and the store's own affair; keep a property of your own to find a node again.
  public let id: NodeID
  /// Labels and properties, or nil while the node travels inside the engine.
  public var content: Content?

  /// A node by its id, with what a row carries of it.
  @inlinable public init(id: NodeID, content: Content? = nil) {
    self.id = id
    self.content = content
  }

  /// What a row carries of a node.
  public final class Content: Sendable {
    /// The names of the labels.
    public let labels: [String]
    /// The properties by name.
    public let properties: [String: Value]
    /// Labels and properties as they are in one snapshot.
    public init(labels: [String], properties: [String: Value]) {
      self.labels = labels
      self.properties = properties
    }
  }

  /// The names of the labels; none while the node travels inside the engine.
  public var labels: [String] { content?.labels ?? [] }
  /// The properties by name; none while the node travels inside the engine.
  public var properties: [String: Value] { content?.properties ?? [:] }
}

/// A relationship as a value; see ``Node`` for what ``content`` is.
public struct Relationship: Sendable {
  /// Dense, and the store's own affair.
  public let id: RelationshipID
  /// Type, ends and properties, or nil while the relationship travels inside the engine.
  public var content: Content?

  /// A relationship by its id, with what a row carries of it.
  @inlinable public init(id: RelationshipID, content: Content? = nil) {
    self.id = id
    self.content = content
  }

  /// What a row carries of a relationship.
  public final class Content: Sendable {
    /// The type's name.
    public let type: String
    /// The node it starts at.
    public let start: NodeID
    /// The node it ends at.
    public let end: NodeID
    /// The properties by name; the attributes of a fact are not among them.
    public let properties: [String: Value]
    /// Type, ends and properties as they are in one snapshot.
    public init(type: String, start: NodeID, end: NodeID, properties: [String: Value]) {
      self.type = type
      self.start = start
      self.end = end
      self.properties = properties
    }
  }

  /// The type's name; empty while the relationship travels inside the engine.
  public var type: String { content?.type ?? "" }
  /// The node it starts at.
  public var start: NodeID? { content?.start }
  /// The node it ends at.
  public var end: NodeID? { content?.end }
  /// The properties by name.
  public var properties: [String: Value] { content?.properties ?? [:] }
}

/// An alternating sequence of nodes and relationships: one more node than relationships, and
/// relationship *i* joins node *i* and node *i + 1* in either direction.
public struct Path: Sendable {
  /// The nodes, from the start to the end of the path.
  public var nodes: [Node]
  /// The relationships between them.
  public var relationships: [Relationship]

  /// A path along `relationships`; there must be one more node than these.
  public init(nodes: [Node], relationships: [Relationship]) {
    self.nodes = nodes
    self.relationships = relationships
  }

  /// The number of relationships.
  public var length: Int { relationships.count }
}

// Elements are equal when their ids are.
extension Node: Hashable {
  @inlinable public static func == (a: Node, b: Node) -> Bool { a.id == b.id }
  @inlinable public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension Relationship: Hashable {
  @inlinable public static func == (a: Relationship, b: Relationship) -> Bool { a.id == b.id }
  @inlinable public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension Path: Hashable {}
