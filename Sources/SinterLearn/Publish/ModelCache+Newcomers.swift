package import SinterModel
package import SinterStorage
internal import Synchronization

/// Embeddings of nodes that are newer than a model, folded in from their relations.
///
/// A node is folded in again only when its relations to known nodes changed, so a vector outlives the snapshot it was
/// made in; what a view sees depends on that view alone.
final class FoldedVectors: Sendable {
  private struct Entry {
    let relations: [FoldInRelation]
    let vector: [Float]
  }

  private struct OfModel {
    let header: ModelHeader
    var entries: [UInt32: Entry]
  }

  private let models = Mutex<[OfModel]>([])
  private static let modelLimit = 4
  private static let entryLimit = 8_192

  /// A node's vector; nil where it has no relation to a node that the model knows.
  func vector(of node: UInt32, _ model: ModelView, _ view: GraphView) throws(SinterError) -> [Float]? {
    let relations = try model.foldInRelations(of: node, in: view)
    if relations.isEmpty { return nil }
    let kept = models.withLock { models in models.first { $0.header == model.header }?.entries[node] }
    if let kept, kept.relations == relations { return kept.vector }
    let vector = try model.transE.foldIn(relations)
    models.withLock { models in
      if !models.contains(where: { $0.header == model.header }) {
        if models.count >= Self.modelLimit { models.removeFirst() }
        models.append(OfModel(header: model.header, entries: [:]))
      }
      guard let position = models.firstIndex(where: { $0.header == model.header }) else { return }
      if models[position].entries.count >= Self.entryLimit { models[position].entries = [:] }
      models[position].entries[node] = Entry(relations: relations, vector: vector)
    }
    return vector
  }
}

extension ModelCache {
  /// How many of the newest nodes without a row are candidates, folded in.
  package static let newcomerLimit = 128
  /// Among how many of the nodes of greatest id these are looked for.
  private static let searchLimit = 4_096

  /// The embedding of a node: its row, or one folded in. nil where it has no relation that the model knows.
  package func vector(of node: UInt32, _ model: ModelView, in view: GraphView) throws(SinterError) -> [Float]? {
    if model.row(of: node) != nil { return try model.vector(of: node, in: view) }
    return try folded.vector(of: node, model, view)
  }

  /// The model with rows for the newest of the nodes that have none, as far as their relations tell where they belong.
  /// - Parameter nodes: ascending.
  /// - Complexity: O(nodes), and folding in those whose relations changed
  package func model(_ model: ModelView, with nodes: some RandomAccessCollection<UInt32>, in view: GraphView) throws(SinterError) -> ModelView {
    var newcomers: [UInt32] = []
    var vectors: [Float] = []
    // Whoever has the greatest ids came last.
    for node in nodes.suffix(Self.searchLimit).reversed() {
      if newcomers.count == Self.newcomerLimit { break }
      if model.row(of: node) != nil { continue }
      guard let vector = try folded.vector(of: node, model, view) else { continue }
      newcomers.append(node)
      vectors += vector.reversed()
    }
    if newcomers.isEmpty { return model }
    return try model.extended(by: newcomers.reversed(), vectors: vectors.reversed())
  }
}

extension ModelView {
  /// The same model with more rows behind its own.
  func extended(by newcomers: [UInt32], vectors: [Float]) throws(SinterError) -> ModelView {
    let storage = NewcomerRows(newcomers, vectors)
    return ModelView(
      header: header,
      transE: try TransEView(
        model: transE.model,
        entities: EmbeddingRows(
          chunks: transE.entities.chunks + [EmbeddingRows.Chunk(base: storage.base, rowCount: newcomers.count)],
          dimension: header.dimension),
        relations: transE.relations, inverseRelations: transE.inverseRelations, norm: transE.norm, margin: transE.margin),
      nodes: nodes, newcomers: storage)
  }
}

/// Rows behind those of a model. `@unchecked Sendable`: nothing changes after `init`.
package final class NewcomerRows: @unchecked Sendable {
  /// Ascending.
  package let nodes: [UInt32]
  let base: UnsafePointer<Float>

  init(_ nodes: [UInt32], _ vectors: [Float]) {
    self.nodes = nodes
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: max(1, vectors.count))
    vectors.withUnsafeBufferPointer { if let from = $0.baseAddress { memory.initialize(from: from, count: vectors.count) } }
    base = UnsafePointer(memory)
  }

  deinit { base.deallocate() }
}
