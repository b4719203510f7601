package import SinterExecute
package import SinterLearn
package import SinterModel
package import SinterStorage

/// Answers PREDICT, TRAIN MODEL, SHOW MODELS, USE MODEL and DROP MODEL.
package final class ModelLearning: LearningExtension {
  package let models: ModelCache

  package init(models: ModelCache = ModelCache()) {
    self.models = models
  }

  package var trainColumns: [String] { ModelCatalogue.columns }

  package func requireModel(_ name: String?, in view: GraphView) throws(SinterError) {
    _ = try models.model(name, in: view)
  }

  /// Candidates that are newer than the model are passed over; the known end is folded in where it is newer. Without
  /// any relation to go by, there is nothing to rank and no row.
  package func predict(_ request: PredictionRequest, in view: GraphView) throws(SinterError) -> [ScoredElement] {
    let model = try models.model(request.model, in: view)
    let limit = max(0, request.limit)
    switch request.open {
    case .type(let start, let end): return try types(start, end, model, limit, view)
    case .end(let node, let type): return try ends(of: node, type, inverse: false, request, model, view)
    case .start(let node, let type): return try ends(of: node, type, inverse: true, request, model, view)
    }
  }

  private func ends(
    of node: NodeID, _ type: TypeID, inverse: Bool, _ request: PredictionRequest, _ model: ModelView, _ view: GraphView
  ) throws(SinterError) -> [ScoredElement] {
    let name = view.name(of: type)
    guard let relation = model.relation(name) else {
      throw SinterError(
        "LearnError.UnknownRelation",
        "Model `\(model.header.name)` has not learned from `\(name)`. It knows \(model.header.types.joined(separator: ", "))."
          + " Train again with that type: TRAIN MODEL \(model.header.name) ON …, \(name).")
    }
    guard let vector = try model.vector(of: node.rawValue, in: view) else { return [] }
    let rows = try candidateRows(request, model, view)
    let best = try model.transE.rankAnswers(
      of: vector, relation: relation, inverse: inverse, k: min(max(0, request.limit), model.nodes.count),
      candidates: .list(rows))
    return best.map { ScoredElement(id: model.nodes[Int($0.id)], score: $0.score) }
  }

  /// Rows of live nodes with the labels, among the given ids where there are any.
  private func candidateRows(
    _ request: PredictionRequest, _ model: ModelView, _ view: GraphView
  ) throws(SinterError) -> [UInt32] {
    guard let candidates = request.candidates else {
      var nodes: [UInt32] = []
      try view.scanNodes(0..<view.nodeIDLimit, labels: request.labels, into: &nodes)
      return model.rows(of: nodes)
    }
    var nodes: [UInt32] = []
    for node in candidates {
      guard try view.exists(NodeID(node)) else { continue }
      var hasAll = true
      for label in request.labels { if try !view.has(label, NodeID(node)) { hasAll = false } }
      if hasAll { nodes.append(node) }
    }
    return model.rows(of: nodes)
  }

  private func types(
    _ start: NodeID, _ end: NodeID, _ model: ModelView, _ limit: Int, _ view: GraphView
  ) throws(SinterError) -> [ScoredElement] {
    guard let head = model.row(of: start.rawValue), let tail = model.row(of: end.rawValue) else { return [] }
    let best = try model.transE.rankRelations(head: head, tail: tail, k: min(limit, model.header.types.count))
    return best.compactMap { prediction in
      view.typeID(model.header.types[Int(prediction.id)]).map { ScoredElement(id: $0.rawValue, score: prediction.score) }
    }
  }

  /// The nodes whose embeddings lie nearest to a node's, nearest first, the node itself left out.
  ///
  /// The score is the distance, negated.
  /// - Parameter labels: what the found nodes must have.
  /// - Throws: `LearnError.NoModel`, `LearnError.UnknownEntity` for a node without any relation the model knows.
  package func similar(
    to node: NodeID, model name: String?, labels: [LabelID], limit: Int, in view: GraphView
  ) throws(SinterError) -> [ScoredElement] {
    let model = try models.model(name, in: view)
    guard let vector = try model.vector(of: node.rawValue, in: view) else {
      throw SinterError(
        "LearnError.UnknownEntity",
        "Model `\(model.header.name)` knows nothing of node \(node.rawValue): it has none of the relations the model was trained on.")
    }
    var nodes: [UInt32] = []
    try view.scanNodes(0..<view.nodeIDLimit, labels: labels, into: &nodes)
    let excluded = model.row(of: node.rawValue).map { [$0] } ?? []
    let best = try model.transE.similar(
      to: vector, k: min(max(0, limit), model.nodes.count), candidates: .list(model.rows(of: nodes)), excluding: excluded)
    return best.map {
      ScoredElement(id: model.nodes[Int($0.id)], score: -Double(model.transE.distance(from: vector, to: $0.id)))
    }
  }

  package func train(
    _ request: TrainingRequest, in view: GraphView, isCancelled: () -> Bool
  ) throws(SinterError) -> any Sendable {
    let inner = ModelTrainingRequest(name: request.name, types: request.types, options: request.options)
    return try ModelTrainer.train(view, inner) { _ in !isCancelled() }
  }

  package func publish(_ trained: any Sendable, writer: GraphWriter) throws(SinterError) -> [Value] {
    guard let publication = trained as? TrainedPublication else { preconditionFailure("publish(_:writer:) takes what train gave") }
    return ModelCatalogue.row(try ModelTrainer.publish(publication, writer))
  }

  package func dropModel(_ name: String, ifExists: Bool, writer: GraphWriter) throws(SinterError) {
    try ModelCatalogue.drop(name, ifExists: ifExists, writer)
  }

  package func useModel(_ name: String, version: Int, writer: GraphWriter) throws(SinterError) {
    try ModelCatalogue.use(name, version: version, writer)
  }

  package func models(in view: GraphView) throws(SinterError) -> (columns: [String], rows: [[Value]]) {
    try ModelCatalogue.show(in: view)
  }
}

extension EngineExtensions {
  /// Everything this module plugs into the engine, sharing one cache of models.
  package static func knowledge() -> EngineExtensions {
    let models = ModelCache()
    let recommender = ShopRecommender(models: models)
    var extensions = EngineExtensions(
      learning: ModelLearning(models: models), recommendation: recommender, facts: FactStore(), catalogue: ShopCatalogue())
    extensions.procedures = FeedbackProcedures.all(recommender) + ModelProcedures.all(models)
    return extensions
  }
}
