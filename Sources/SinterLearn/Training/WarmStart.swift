/// Rows to begin a training with: those of an earlier model, for the entities and relations it shares with the new one.
///
/// The earlier model must be of the same kind, dimension and reciprocity. Rows that it lacks begin at random.
package struct WarmStart: Sendable {
  private let view: TransEView
  private let entities: [UInt32?]
  private let relations: [UInt32?]

  /// - Parameters:
  ///   - view: the earlier model. It must outlive the training.
  ///   - entities: by entity of the new training, its row in the earlier model.
  ///   - relations: the same for relations.
  package init(_ view: TransEView, entities: [UInt32?], relations: [UInt32?]) {
    self.view = view
    self.entities = entities
    self.relations = relations
  }

  func apply(to shared: TrainingShared) {
    guard view.dimension == shared.configuration.dimension else { return }
    copy(view.entities, entities, to: shared.entities, from: 0)
    copy(view.relations, relations, to: shared.relations, from: 0)
    if let inverse = view.inverseRelations, shared.scorer.isReciprocal {
      copy(inverse, relations, to: shared.relations, from: shared.triples.relationCount)
    }
  }

  private func copy(_ rows: EmbeddingRows, _ sources: [UInt32?], to table: ParameterTable, from first: Int) {
    for (target, source) in sources.enumerated() where first + target < table.rowCount {
      guard let source, Int(source) < rows.rowCount else { continue }
      table.row(first + target).update(from: rows.row(Int(source)), count: table.dimension)
    }
  }
}
