/// A node as a value. Inside the engine it is only an id; a row handed to the user carries
/// ``content`` too, read in the same snapshot.
public struct Node: Sendable {
  public let id: NodeID
  /// Labels and properties, or nil while the node travels inside the engine.
  public var content: Content?

  @inlinable public init(id: NodeID, content: Content? = nil) {
    self.id = id
    self.content = content
  }

  public final class Content: Sendable {
    public let labels: [String]
    public let properties: [String: Value]
    public init(labels: [String], properties: [String: Value]) {
      self.labels = labels
      self.properties = properties
    }
  }

  public var labels: [String] { content?.labels ?? [] }
  public var properties: [String: Value] { content?.properties ?? [:] }
}

/// A relationship as a value; see ``Node`` for what ``content`` is.
public struct Relationship: Sendable {
  public let id: RelationshipID
  public var content: Content?

  @inlinable public init(id: RelationshipID, content: Content? = nil) {
    self.id = id
    self.content = content
  }

  public final class Content: Sendable {
    public let type: String
    public let start: NodeID
    public let end: NodeID
    public let properties: [String: Value]
    public init(type: String, start: NodeID, end: NodeID, properties: [String: Value]) {
      self.type = type
      self.start = start
      self.end = end
      self.properties = properties
    }
  }

  public var type: String { content?.type ?? "" }
  public var start: NodeID? { content?.start }
  public var end: NodeID? { content?.end }
  public var properties: [String: Value] { content?.properties ?? [:] }
}

/// An alternating sequence of nodes and relationships: one more node than relationships, and
/// relationship *i* joins node *i* and node *i + 1* in either direction.
public struct Path: Sendable {
  public var nodes: [Node]
  public var relationships: [Relationship]

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
