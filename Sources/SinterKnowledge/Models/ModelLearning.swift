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
  package var strategyColumns: [String] { StrategyPublication.columns }

  package func requireModel(_ name: String?, in view: GraphView) throws(SinterError) {
    _ = try models.model(name, in: view)
  }

  /// The known end is folded in where it is newer than the model, and so are the newest of the candidates. Without any
  /// relation to go by, there is nothing to rank and no row.
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
    guard let vector = try models.vector(of: node.rawValue, model, in: view) else { return [] }
    let nodes = try candidates(request, view)
    let model = try models.model(model, with: nodes, in: view)
    let rows = model.rows(of: nodes)
    let best = try model.transE.rankAnswers(
      of: vector, relation: relation, inverse: inverse, k: min(max(0, request.limit), rows.count),
      candidates: .list(rows))
    return best.map { ScoredElement(id: model.node(ofRow: $0.id), score: $0.score) }
  }

  /// Live nodes with the labels, among the given ids where there are any; ascending.
  private func candidates(_ request: PredictionRequest, _ view: GraphView) throws(SinterError) -> [UInt32] {
    guard let candidates = request.candidates else {
      var nodes: [UInt32] = []
      try view.scanNodes(0..<view.nodeIDLimit, labels: request.labels, into: &nodes)
      return nodes
    }
    var nodes: [UInt32] = []
    for node in candidates {
      guard try view.exists(NodeID(node)) else { continue }
      var hasAll = true
      for label in request.labels { if try !view.has(label, NodeID(node)) { hasAll = false } }
      if hasAll { nodes.append(node) }
    }
    return nodes
  }

  private func types(
    _ start: NodeID, _ end: NodeID, _ model: ModelView, _ limit: Int, _ view: GraphView
  ) throws(SinterError) -> [ScoredElement] {
    let model = try models.model(model, with: [start.rawValue, end.rawValue].sorted(), in: view)
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
    var model = try models.model(name, in: view)
    guard let vector = try models.vector(of: node.rawValue, model, in: view) else {
      throw SinterError(
        "LearnError.UnknownEntity",
        "Model `\(model.header.name)` knows nothing of node \(node.rawValue): it has none of the relations the model was trained on.")
    }
    var nodes: [UInt32] = []
    try view.scanNodes(0..<view.nodeIDLimit, labels: labels, into: &nodes)
    model = try models.model(model, with: nodes, in: view)
    let excluded = model.row(of: node.rawValue).map { [$0] } ?? []
    let best = try model.transE.similar(
      to: vector, k: min(max(0, limit), nodes.count), candidates: .list(model.rows(of: nodes)), excluding: excluded)
    return best.map {
      ScoredElement(id: model.node(ofRow: $0.id), score: -Double(model.transE.distance(from: vector, to: $0.id)))
    }
  }

  package func train(
    _ request: TrainingRequest, in view: GraphView, isCancelled: () -> Bool
  ) throws(SinterError) -> any Sendable {
    if request.isStrategy {
      return try StrategyPublication.train(request.name, scorers: request.types, options: request.options, view, isCancelled)
    }
    if let kind = try Self.factorKind(request, view) {
      return try BehaviourTraining.train(request.name, FactorOptions(kind, request.options), types: request.types, view, isCancelled)
    }
    let inner = ModelTrainingRequest(name: request.name, types: request.types, options: request.options)
    return try ModelTrainer.train(view, inner) { _ in !isCancelled() }
  }

  /// The kind that WITH {kind: …} names, else the one the model is called after, else that of its last version; nil for
  /// an embedding of the graph.
  private static func factorKind(_ request: TrainingRequest, _ view: GraphView) throws(SinterError) -> FactorKind? {
    guard case .string(let text)? = request.options["kind"] else {
      if let kind = FactorKind(rawValue: request.name) { return kind }
      guard let version = try FactorCatalogue.version(of: request.name, in: view) else { return nil }
      return try FactorCatalogue.header(request.name, version, in: view).options.kind
    }
    return FactorKind(rawValue: text.lowercased())
  }

  package func publish(_ trained: any Sendable, writer: GraphWriter) throws(SinterError) -> [[Value]] {
    switch trained {
    case let strategy as StrategyPublication:
      try strategy.publish(writer)
      return strategy.rows
    case let publication as FactorPublication:
      if ModelCatalogue.names(in: writer.view).contains(publication.header.name) {
        throw SinterError(
          "LearnError.BadName", "`\(publication.header.name)` is the name of an embedding of the graph: choose another one.")
      }
      return [Self.row(try FactorCatalogue.publish(publication, writer), isCurrent: true, isDefault: true)]
    case let publication as TrainedPublication:
      return [ModelCatalogue.row(try ModelTrainer.publish(publication, writer))]
    default: preconditionFailure("publish(_:writer:) takes what train gave")
    }
  }

  package func dropModel(_ name: String, ifExists: Bool, writer: GraphWriter) throws(SinterError) {
    if FactorCatalogue.has(name, in: writer.view) { return try FactorCatalogue.drop(name, writer) }
    try ModelCatalogue.drop(name, ifExists: ifExists, writer)
  }

  package func useModel(_ name: String, version: Int, writer: GraphWriter) throws(SinterError) {
    if FactorCatalogue.has(name, in: writer.view) { return try FactorCatalogue.use(name, version: version, writer) }
    try ModelCatalogue.use(name, version: version, writer)
  }

  /// A model of behaviour as a row of SHOW MODELS.
  private static func row(_ header: FactorHeader, isCurrent: Bool, isDefault: Bool) -> [Value] {
    [
      .string(header.name), .integer(Int64(header.version)), .boolean(isCurrent), .boolean(isDefault),
      .list(header.types.map { .string($0) }), .integer(Int64(header.itemCount)), .integer(Int64(header.pairCount)),
      header.dimension > 0 ? .integer(Int64(header.dimension)) : .null, .null, .null, .null, .null,
      .integer(Int64(header.options.epochs)), .float(header.trainingSeconds), header.createdAt, .string(header.fingerprint),
      .map(header.options.settings), .null, .string(header.options.kind.rawValue),
    ]
  }

  package func models(in view: GraphView) throws(SinterError) -> (columns: [String], rows: [[Value]]) {
    var shown = try ModelCatalogue.show(in: view)
    for name in FactorCatalogue.names(in: view) {
      let inUse = try FactorCatalogue.version(of: name, in: view)
      for version in FactorCatalogue.versions(of: name, in: view) {
        let header = try FactorCatalogue.header(name, version, in: view)
        let chosen = try FactorCatalogue.current(header.options.kind, in: view)
        shown.rows.append(
          Self.row(header, isCurrent: version == inUse, isDefault: chosen?.name == name && chosen?.version == version))
      }
    }
    return shown
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
