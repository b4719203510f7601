import SinterModel
import SinterStorage

/// Gives elements that leave the engine their labels and properties.
struct Materializer {
  private let context: ExecutionContext
  private var view: GraphView { context.view }
  private var nodes: [NodeID: Node.Content] = [:]
  private var relationships: [RelationshipID: Relationship.Content] = [:]
  private var nodeProperties = VisibleProperties(.node)
  private var relationshipProperties = VisibleProperties(.relationship)

  /// Bytes of contents read since this was last asked for.
  private var byteCount = 0

  init(context: ExecutionContext) { self.context = context }

  mutating func takeByteCount() -> Int {
    defer { byteCount = 0 }
    return byteCount
  }

  mutating func fill(_ value: Value) throws(SinterError) -> Value {
    switch value {
    case .node(let node): return .node(try fill(node))
    case .relationship(let relationship): return .relationship(try fill(relationship))
    case .path(var path):
      for i in path.nodes.indices { path.nodes[i] = try fill(path.nodes[i]) }
      for i in path.relationships.indices { path.relationships[i] = try fill(path.relationships[i]) }
      return .path(path)
    case .list(var items):
      for i in items.indices where items[i].holdsElement { items[i] = try fill(items[i]) }
      return .list(items)
    case .map(var entries):
      for (key, entry) in entries where entry.holdsElement { entries[key] = try fill(entry) }
      return .map(entries)
    default: return value
    }
  }

  private mutating func fill(_ node: Node) throws(SinterError) -> Node {
    if node.content != nil { return node }
    if let known = nodes[node.id] { return Node(id: node.id, content: known) }
    let labels = try view.labels(of: node.id).map { view.name(of: $0) }
    let content = Node.Content(labels: labels, properties: try nodeProperties.values(of: node.id.rawValue, view))
    if nodes.count > 4096 { nodes = [:] }
    nodes[node.id] = content
    byteCount += 96 + labels.count * 24 + Value.map(content.properties).byteCount
    return Node(id: node.id, content: content)
  }

  private mutating func fill(_ relationship: Relationship) throws(SinterError) -> Relationship {
    if relationship.content != nil { return relationship }
    if let known = relationships[relationship.id] { return Relationship(id: relationship.id, content: known) }
    guard let record = try view.relationship(relationship.id) ?? context.deletedRelationships[relationship.id] else {
      return relationship
    }
    let content = Relationship.Content(
      type: view.name(of: record.type), start: record.start, end: record.end,
      properties: try relationshipProperties.values(of: relationship.id.rawValue, view))
    if relationships.count > 4096 { relationships = [:] }
    relationships[relationship.id] = content
    byteCount += 96 + Value.map(content.properties).byteCount
    return Relationship(id: relationship.id, content: content)
  }
}

/// Reads all properties of elements but the hidden ones; the columns are looked up once.
private struct VisibleProperties {
  private let entity: EntityKind
  private var columns: [(name: String, column: PropertyColumn)] = []
  /// How many keys the store had when the columns were looked up.
  private var keyCount = 0

  init(_ entity: EntityKind) { self.entity = entity }

  mutating func values(of id: UInt32, _ view: GraphView) throws(SinterError) -> [String: Value] {
    let names = view.keyNames
    if names.count != keyCount {
      columns = []
      for number in names.indices where !names[number].hasPrefix(hiddenKeyPrefix) {
        let column = view.column(KeyID(UInt32(number)), of: entity)
        if !column.isEmptyForGood { columns.append((names[number], column)) }
      }
      keyCount = names.count
    }
    var result: [String: Value] = [:]
    for (name, column) in columns {
      let value = try column.value(of: id)
      if !value.isNull { result[name] = value }
    }
    return result
  }
}

extension Value {
  /// The value is or may contain a node, relationship or path.
  fileprivate var holdsElement: Bool {
    switch self {
    case .node, .relationship, .path, .list, .map: true
    default: false
    }
  }
}
