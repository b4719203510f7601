import SinterModel
import SinterStorage

/// Where everything that was read will stand: the ids of nodes and relationships, names as numbers.
/// A plain value, shared by the threads that build segments.
struct GraphLayout: Sendable {
  /// Relationships of one type, with consecutive ids.
  struct TypeGroup: Sendable {
    var type: TypeID
    /// Positions in `sinks`, and the id of each one's first relationship.
    var sinks: [(sink: Int, firstID: Int)]
    var count: Int
  }
  /// The rows of one property in one run of ids.
  struct Piece: Sendable {
    enum Source: Sendable {
      case node(space: Int, property: Int)
      case relationship(sink: Int, column: Int)
    }
    var firstID: Int
    var count: Int
    var source: Source
  }

  let spaces: [IDSpace]
  let sinks: [RelationshipSink]
  let labelSets: LabelSetTable
  /// The store's number of each of the run's label sets.
  private(set) var labelSetIDs: [UInt32] = []
  /// The id of each space's first new node.
  private(set) var firstNodeIDs: [Int] = []
  /// By space, the ids of nodes that the store has already; they come first in a space.
  let existingIDs: [[UInt32]]
  /// New ids begin here.
  let firstNodeID: Int
  let firstRelationshipID: Int
  private(set) var nodeLimit: Int
  private(set) var relationshipLimit: Int
  private(set) var types: [TypeGroup] = []
  private(set) var nodePieces: [KeyID: [Piece]] = [:]
  private(set) var relationshipPieces: [KeyID: [Piece]] = [:]
  var catalog: Catalog

  /// - Parameter catalog: the store's; an empty one for a new store.
  /// - Throws: `LimitError.…` when there are more nodes or relationships than ids.
  init(_ run: LoadRun, catalog: Catalog, existingIDs: [[UInt32]]) throws(SinterError) {
    // The ids themselves have done their work.
    spaces = run.spaces.map { space in
      var space = space
      space.ids = IDDictionary()
      return space
    }
    sinks = run.sinks
    labelSets = run.labelSets
    self.existingIDs = existingIDs
    self.catalog = catalog
    firstNodeID = Int(catalog.nodeIDLimit)
    firstRelationshipID = Int(catalog.relationshipIDLimit)
    nodeLimit = firstNodeID
    relationshipLimit = firstRelationshipID
    layOutNodes()
    layOutRelationships()
    guard nodeLimit < Int(UInt32.max) else {
      throw SinterError("LimitError.Nodes", "The store would have \(nodeLimit) nodes; it holds at most 4,294,967,294.")
    }
    guard relationshipLimit < Int(UInt32.max) else {
      throw SinterError(
        "LimitError.Relationships",
        "The store would have \(relationshipLimit) relationships; it holds at most 4,294,967,294.")
    }
    self.catalog.nodeIDLimit = UInt32(nodeLimit)
    self.catalog.relationshipIDLimit = UInt32(relationshipLimit)
  }

  private mutating func layOutNodes() {
    for set in labelSets.sets {
      let ids = set.map { catalog.addLabel($0) }.sorted()
      labelSetIDs.append(catalog.addLabelSet(ids))
    }
    for (index, space) in spaces.enumerated() {
      firstNodeIDs.append(nodeLimit)
      let existing = existingIDs[index].count
      for (number, property) in space.properties.enumerated() where property.column.hasValues {
        let key = catalog.addKey(property.name)
        let piece = Piece(firstID: nodeLimit, count: space.count - existing, source: .node(space: index, property: number))
        nodePieces[key, default: []].append(piece)
      }
      nodeLimit += space.count - existing
    }
  }

  private mutating func layOutRelationships() {
    var order: [String] = []
    var sinksByType: [String: [Int]] = [:]
    for (index, sink) in sinks.enumerated() where sink.count > 0 {
      if sinksByType[sink.type] == nil { order.append(sink.type) }
      sinksByType[sink.type, default: []].append(index)
    }
    for name in order {
      var group = TypeGroup(type: catalog.addType(name), sinks: [], count: 0)
      for index in sinksByType[name]! {
        let sink = sinks[index]
        group.sinks.append((index, relationshipLimit))
        for (number, property) in sink.propertyNames.enumerated() where sink.hasValues[number] {
          relationshipPieces[catalog.addKey(property), default: []].append(
            Piece(firstID: relationshipLimit, count: sink.count, source: .relationship(sink: index, column: number)))
        }
        relationshipLimit += sink.count
        group.count += sink.count
      }
      types.append(group)
    }
    types.sort { $0.type < $1.type }
  }

  /// A node's id.
  @inline(__always)
  func nodeID(space: Int, number: UInt32) -> UInt32 {
    let existing = existingIDs[space]
    return Int(number) < existing.count ? existing[Int(number)] : UInt32(firstNodeIDs[space] + Int(number) - existing.count)
  }

  /// All ids of the segments that hold ids in `range`.
  static func segments(of range: Range<Int>) -> Range<Int> {
    range.isEmpty ? 0..<0 : (range.lowerBound / segmentLength)..<((range.upperBound - 1) / segmentLength + 1)
  }
}

/// Node numbers of a space → ids, for one array at a time.
struct NodeNumbering {
  private let existing: [UInt32]
  private let base: UInt32

  init(_ layout: GraphLayout, space: Int) {
    existing = layout.existingIDs[space]
    base = UInt32(truncatingIfNeeded: layout.firstNodeIDs[space] &- existing.count)
  }

  @inline(__always)
  func id(_ number: UInt32) -> UInt32 {
    if existing.isEmpty { return number &+ base }
    return Int(number) < existing.count ? existing[Int(number)] : number &+ base
  }
}
