package import SinterModel
package import SinterStorage
internal import Synchronization

/// A published model, read in place.
///
/// Pointers lead into the store's map. They stay valid while a view that has the model lives, so a model is asked for
/// in every query (``ModelCache/model(_:in:)``) and not kept beyond it.
package struct ModelView: Sendable {
  package let header: ModelHeader
  package let transE: TransEView
  /// Node ids by row, ascending.
  package let nodes: [UInt32]
  /// Rows of nodes that are newer than the model, behind its own; nil without any.
  package var newcomers: NewcomerRows?

  /// The row of a node, or nil where it was not there when the model was trained.
  /// - Complexity: O(log entities)
  package func row(of node: UInt32) -> UInt32? {
    var low = 0
    var high = nodes.count
    while low < high {
      let middle = (low + high) / 2
      if nodes[middle] < node { low = middle + 1 } else { high = middle }
    }
    if low < nodes.count, nodes[low] == node { return UInt32(low) }
    guard let newcomers, let position = newcomers.nodes.firstIndex(of: node) else { return nil }
    return UInt32(nodes.count + position)
  }

  /// The node of a row.
  package func node(ofRow row: UInt32) -> UInt32 {
    Int(row) < nodes.count ? nodes[Int(row)] : newcomers.map { $0.nodes[Int(row) - nodes.count] } ?? .max
  }

  /// The rows of ascending node ids; those without a row are passed over.
  package func rows(of ascending: [UInt32]) -> [UInt32] {
    var rows: [UInt32] = []
    var row = 0
    for node in ascending {
      while row < nodes.count, nodes[row] < node { row += 1 }
      if row == nodes.count { break }
      if nodes[row] == node { rows.append(UInt32(row)) }
    }
    guard let newcomers else { return rows }
    let wanted = Set(ascending)
    for (position, node) in newcomers.nodes.enumerated() where wanted.contains(node) { rows.append(UInt32(nodes.count + position)) }
    return rows
  }

  /// The number of a relationship type in the model.
  package func relation(_ type: String) -> UInt32? { header.types.firstIndex(of: type).map { UInt32($0) } }

  /// The embedding of a node: its row, or for a node that is newer than the model one folded in from its
  /// relations. nil where it has no relation that the model knows.
  package func vector(of node: UInt32, in view: GraphView) throws(SinterError) -> [Float]? {
    if let row = row(of: node) {
      return Array(UnsafeBufferPointer(start: transE.entities.row(Int(row)), count: header.dimension))
    }
    let relations = try foldInRelations(of: node, in: view)
    return relations.isEmpty ? nil : try transE.foldIn(relations)
  }

  /// The relations of a node to nodes that the model knows.
  func foldInRelations(of node: UInt32, in view: GraphView) throws(SinterError) -> [FoldInRelation] {
    var result: [FoldInRelation] = []
    var scratch = Adjacency.Scratch()
    for (relation, name) in header.types.enumerated() {
      guard let type = view.typeID(name) else { continue }
      for (direction, side) in [(Direction.outgoing, FoldInRelation.Direction.outgoing), (.incoming, .incoming)] {
        guard let run = try view.adjacency(type, direction).run(of: node, scratch: &scratch) else { continue }
        var last: UInt32?
        for i in 0..<run.count where run.neighbors[i] != last {
          last = run.neighbors[i]
          guard let row = row(of: run.neighbors[i]) else { continue }
          result.append(FoldInRelation(relation: UInt32(relation), neighbour: row, direction: side))
        }
      }
    }
    return result
  }
}

/// Opens models once per store and generation; later queries find them in about a microsecond.
package final class ModelCache: Sendable {
  private struct Entry {
    let version: GraphView.Version
    let blob: UInt32
    let name: String
    let model: ModelView
  }

  private let entries = Mutex<[Entry]>([])
  let folded = FoldedVectors()
  private static let limit = 8

  package init() {}

  /// The version of a model that queries take.
  /// - Parameter name: nil for the store's default model.
  /// - Throws: `LearnError.NoModel`, `StorageError.Damaged`.
  package func model(_ name: String?, in view: GraphView) throws(SinterError) -> ModelView {
    let (name, version) = try ModelCatalogue.current(name, in: view)
    return try model(name, version, in: view)
  }

  package func model(_ name: String, _ version: Int, in view: GraphView) throws(SinterError) -> ModelView {
    let entitiesName = ModelCatalogue.prefix(name, version) + "entities"
    guard let state = view.version, let blob = view.blobID(entitiesName) else { return try Self.open(name, version, view) }
    // A blob that is still there lies where it lay: pages of a value do not move until it is deleted.
    let found = entries.withLock { entries in
      entries.first { $0.blob == blob && $0.name == entitiesName && $0.version.sharesSegments(with: state) }
    }
    if let found { return found.model }
    let model = try Self.open(name, version, view)
    entries.withLock { entries in
      if entries.count >= Self.limit { entries.removeFirst() }
      entries.append(Entry(version: state, blob: blob, name: entitiesName, model: model))
    }
    return model
  }

  private static func open(_ name: String, _ version: Int, _ view: GraphView) throws(SinterError) -> ModelView {
    let header = try ModelCatalogue.header(name, version, in: view)
    let prefix = ModelCatalogue.prefix(name, version)
    func rows(_ part: String, _ count: Int) throws(SinterError) -> EmbeddingRows {
      let chunks = try RowBlob.read(prefix + part, rowCount: count, rowLength: header.dimension, in: view)
      return EmbeddingRows(
        chunks: chunks.map { EmbeddingRows.Chunk(base: $0.base.assumingMemoryBound(to: Float.self), rowCount: $0.rowCount) },
        dimension: header.dimension)
    }
    var nodes: [UInt32] = []
    nodes.reserveCapacity(header.entityCount)
    for chunk in try RowBlob.read(prefix + "nodes", rowCount: header.entityCount, rowLength: 1, in: view) {
      nodes.append(contentsOf: UnsafeBufferPointer(start: chunk.base.assumingMemoryBound(to: UInt32.self), count: chunk.rowCount))
    }
    return ModelView(
      header: header,
      transE: try TransEView(
        model: header.model, entities: try rows("entities", header.entityCount), relations: try rows("relations", header.types.count),
        inverseRelations: header.isReciprocal ? try rows("inverse", header.types.count) : nil, norm: header.norm,
        margin: header.margin),
      nodes: nodes)
  }
}
