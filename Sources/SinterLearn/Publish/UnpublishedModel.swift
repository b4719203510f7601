package import SinterModel
package import SinterStorage

/// A model that was trained to be measured, not to be published.
///
/// `@unchecked Sendable`: its memory is filled before anyone sees it and never written again. ``view`` must not be
/// used beyond the life of this object.
package final class UnpublishedModel: @unchecked Sendable {
  private let entities: UnsafeMutableBufferPointer<Float>
  private let relations: UnsafeMutableBufferPointer<Float>
  private let inverse: UnsafeMutableBufferPointer<Float>
  package let view: ModelView

  /// Trains on what a snapshot shows but for some relationships.
  /// - Parameters:
  ///   - request: types and options as TRAIN MODEL takes them.
  ///   - isHidden: relationships that are taken not to exist.
  /// - Throws: what ``ModelTrainer/train(_:_:progress:)`` throws.
  package init(_ snapshot: GraphView, _ request: ModelTrainingRequest, hiding isHidden: (UInt32) -> Bool) throws(SinterError) {
    let options = try TrainingOptions(request.options)
    let graph = try GraphTriples(snapshot, types: request.types, hiding: isHidden)
    let configuration = try options.configuration(for: graph.types)
    let parts = graph.split(holdout: options.holdout, seed: configuration.seed)
    let model = try TransETrainer.train(
      parts.training, validation: parts.validation.isEmpty ? nil : parts.validation, configuration: configuration)
    func copy(_ values: [Float]) -> UnsafeMutableBufferPointer<Float> {
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: values.count)
      _ = buffer.initialize(from: values)
      return buffer
    }
    entities = copy(model.entities)
    relations = copy(model.relations)
    inverse = copy(model.inverseRelations ?? [])
    func rows(_ buffer: UnsafeMutableBufferPointer<Float>) -> EmbeddingRows {
      EmbeddingRows(UnsafeBufferPointer(buffer), dimension: model.dimension)
    }
    let header = ModelHeader(
      name: request.name, configuration: configuration, margin: model.margin, entityCount: graph.nodes.count,
      types: graph.types, tripleCount: graph.triples.count, fingerprint: graph.fingerprint, createdAt: .null, trainingSeconds: 0,
      epochs: model.history.count, metrics: nil, settings: options.settings)
    view = ModelView(
      header: header,
      transE: try TransEView(
        model: header.model, entities: rows(entities), relations: rows(relations),
        inverseRelations: model.inverseRelations == nil ? nil : rows(inverse), norm: header.norm, margin: header.margin),
      nodes: graph.nodes)
  }

  deinit {
    entities.deallocate()
    relations.deallocate()
    inverse.deallocate()
  }
}
