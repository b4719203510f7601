package import SinterModel
package import SinterStorage
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What to train: a model's name, relationship types (none for all), options by name.
package struct ModelTrainingRequest: Sendable {
  package var name: String
  package var types: [String]
  package var options: [String: Value]
  /// Where the state is kept after every epoch; nil keeps none.
  package var checkpointPath: String?

  package init(name: String, types: [String] = [], options: [String: Value] = [:], checkpointPath: String? = nil) {
    self.checkpointPath = checkpointPath
    self.name = name
    self.types = types
    self.options = options
  }
}

/// A trained model on its way into a store.
package struct TrainedPublication: Sendable {
  /// Its version is given when it is published.
  package let header: ModelHeader
  let model: TrainedModel
  let nodes: [UInt32]
  /// One entry per epoch.
  package var history: [EpochMetrics] { model.history }
}

/// Trains models from the graph of a store and publishes them in it.
package enum ModelTrainer {
  /// Trains on a snapshot, outside any write transaction, then publishes in a short one of its own.
  ///
  /// The last published version goes on serving until then, and if anything fails.
  /// - Parameter progress: called on this thread several times a second; false cancels.
  /// - Throws: what ``train(_:_:progress:)`` and ``publish(_:_:)`` throw.
  package static func train(
    store: GraphStore, _ request: ModelTrainingRequest, progress: (TrainingProgress) -> Bool = { _ in true }
  ) throws -> ModelHeader {
    let publication = try train(store.snapshot(), request, progress: progress)
    return try store.write { writer in try publish(publication, writer) }
  }

  /// Trains without touching the store.
  /// - Throws: `LearnError.BadName`, `.UnknownOption`, `.UnknownType`, `.NoTriples`, `.TooFewEntities`,
  ///   `.BadConfiguration`, `.Cancelled`, `.Diverged`.
  package static func train(
    _ view: GraphView, _ request: ModelTrainingRequest, progress: (TrainingProgress) -> Bool = { _ in true }
  ) throws(SinterError) -> TrainedPublication {
    try ModelCatalogue.check(name: request.name)
    let options = try TrainingOptions(request.options)
    let graph = try GraphTriples(view, types: request.types)
    let configuration = try options.configuration(for: graph.types)
    let parts = graph.split(holdout: options.holdout, seed: configuration.seed)
    let start = options.warmStart ? try warmStart(request.name, graph, configuration, view) : nil
    let started = monotonicSeconds()
    let model = try TransETrainer.train(
      parts.training, validation: parts.validation.isEmpty ? nil : parts.validation,
      configuration: configuration, start: start,
      checkpoint: request.checkpointPath.map { TrainingCheckpoint(path: $0) }, progress: progress)
    var metrics: ModelHeader.Metrics?
    if !parts.test.isEmpty {
      let found = evaluateLinkPrediction(
        model, test: parts.test, known: [parts.training, parts.validation], threads: configuration.threads
      ).overall
      metrics = ModelHeader.Metrics(
        testTriples: parts.test.count, meanRank: found.meanRank, mrr: found.meanReciprocalRank, hits1: found.hits1,
        hits3: found.hits3, hits10: found.hits10)
    }
    var header = ModelHeader(
      name: request.name, configuration: configuration, margin: model.margin, entityCount: graph.nodes.count,
      types: graph.types, tripleCount: graph.triples.count, fingerprint: graph.fingerprint, createdAt: now(),
      trainingSeconds: monotonicSeconds() - started, epochs: model.history.count, metrics: metrics,
      settings: options.settings)
    header.relationshipLimit = Int(view.relationshipIDLimit)
    return TrainedPublication(header: header, model: model, nodes: graph.nodes)
  }

  /// The rows of the current version of a model for the nodes and types it shares with a graph; nil where there is no
  /// model of that name yet.
  /// - Throws: `LearnError.BadConfiguration` where the model is of another kind or dimension.
  private static func warmStart(
    _ name: String, _ graph: GraphTriples, _ configuration: TransEConfiguration, _ view: GraphView
  ) throws(SinterError) -> WarmStart? {
    guard ModelCatalogue.names(in: view).contains(name) else { return nil }
    let model = try ModelCache().model(name, in: view)
    guard model.header.model == configuration.model, model.header.dimension == configuration.dimension,
      model.header.isReciprocal == configuration.reciprocalRelations
    else {
      throw SinterError(
        "LearnError.BadConfiguration",
        "Training cannot start from model `\(name)`: it is a \(model.header.model.rawValue) of dimension "
          + "\(model.header.dimension)\(model.header.isReciprocal ? " with reciprocal relations" : ""), and the settings ask "
          + "for \(configuration.model.rawValue) of dimension \(configuration.dimension). Take the same, or leave warmStart out.")
    }
    return WarmStart(
      model.transE, entities: graph.nodes.map { model.row(of: $0) }, relations: graph.types.map { model.relation($0) })
  }

  /// Writes a model as the next version of its name and makes it the current one.
  package static func publish(
    _ publication: TrainedPublication, _ writer: GraphWriter
  ) throws(SinterError) -> ModelHeader {
    var header = publication.header
    header.version = (ModelCatalogue.versions(of: header.name, in: writer.view).max() ?? 0) + 1
    let prefix = ModelCatalogue.prefix(header.name, header.version)
    let model = publication.model
    try writer.putBlob(prefix + "header", ValueMapCoding.encode(header.map))
    try RowBlob.write(prefix + "nodes", publication.nodes, rowLength: 1, writer)
    try RowBlob.write(prefix + "entities", model.entities, rowLength: header.dimension, writer)
    try RowBlob.write(prefix + "relations", model.relations, rowLength: header.dimension, writer)
    if let inverse = model.inverseRelations {
      try RowBlob.write(prefix + "inverse", inverse, rowLength: header.dimension, writer)
    }
    try ModelCatalogue.setCurrent(header.name, header.version, writer)
    return header
  }

  private static func now() -> Value {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let seconds = Int64(now.tv_sec)
    let time = LocalTime(nanosecondOfDay: (seconds % 86_400) * 1_000_000_000)
    let local = LocalDateTime(date: Date(daysSinceEpoch: seconds / 86_400), time: time)
    return .dateTime(DateTime(local: local, offsetSeconds: 0, zone: nil))
  }
}

/// Matrices of 4-byte numbers as blobs of full chunks, with whole rows in every chunk.
///
/// Every chunk is padded to its full length, so that it lies on pages of its own and is read in place.
enum RowBlob {
  static func rowsPerChunk(_ rowLength: Int) -> Int { GraphView.blobChunkSizeBytes / (4 * rowLength) }

  static func write<Element: BitwiseCopyable>(
    _ name: String, _ elements: [Element], rowLength: Int, _ writer: GraphWriter
  ) throws(SinterError) {
    let perChunk = rowsPerChunk(rowLength) * rowLength
    var start = 0
    do {
      try writer.putBlob(name) { buffer in
        guard start < elements.count else { return 0 }
        let count = min(perChunk, elements.count - start)
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
        elements.withUnsafeBytes { bytes in
          buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start * 4..<(start + count) * 4]))
        }
        start += count
        return buffer.count
      }
    } catch let error as SinterError {
      throw error
    } catch {
      throw SinterError("StorageError.IO", "\(error)")
    }
  }

  /// The chunks of a blob with the number of rows in each.
  /// - Throws: `StorageError.Damaged` where there are not exactly as many chunks as the rows need.
  static func read(
    _ name: String, rowCount: Int, rowLength: Int, in view: GraphView
  ) throws(SinterError) -> [(base: UnsafeRawPointer, rowCount: Int)] {
    let perChunk = rowsPerChunk(rowLength)
    let chunks = try view.blobChunks(name)
    guard chunks.count == (rowCount + perChunk - 1) / perChunk else {
      throw SinterError(
        "StorageError.Damaged", "The model part `\(name)` has \(chunks.count) blocks, which does not fit \(rowCount) rows. Train again.")
    }
    var result: [(UnsafeRawPointer, Int)] = []
    var left = rowCount
    for chunk in chunks {
      guard let base = chunk.baseAddress, chunk.count == GraphView.blobChunkSizeBytes, Int(bitPattern: base) % 4 == 0 else {
        throw SinterError("StorageError.Damaged", "A block of the model part `\(name)` has a wrong size. Train again.")
      }
      result.append((base, min(perChunk, left)))
      left -= perChunk
    }
    return result
  }
}
