package import SinterModel

/// Link prediction on plain triple files: read, train, rank.
package enum LinkEvaluation {
  /// Trains on `train`, stops by `validation`, and ranks the whole of `test`, filtered by all three.
  ///
  /// Entities and relations that only the other two files name are unseen: their triples are ranked last.
  /// - Throws: what ``TripleReader/read(_:name:)`` and ``TransETrainer`` throw; `LearnError.NoTriples` for an empty
  ///   test file.
  package static func run(
    train: [UInt8], validation: [UInt8], test: [UInt8],
    names: (train: String, validation: String, test: String) = ("train", "valid", "test"),
    configuration: TransEConfiguration = TransEConfiguration(), progress: (TrainingProgress) -> Bool = { _ in true }
  ) throws(SinterError) -> LinkEvaluationReport {
    var reader = TripleReader()
    let trainTriples = try reader.read(train, name: names.train)
    let validationTriples = try reader.read(validation, name: names.validation)
    let testTriples = try reader.read(test, name: names.test)
    guard !testTriples.isEmpty else {
      throw SinterError("LearnError.NoTriples", "\(names.test) holds no triples to rank.")
    }
    let wall = monotonicSeconds()
    let processor = processorSeconds()
    let model = try TransETrainer.train(
      trainTriples, validation: validationTriples, configuration: configuration, progress: progress)
    let trained = monotonicSeconds()
    let trainedProcessor = processorSeconds()
    var sized = TripleSet(entityCount: reader.entities.count, relationCount: reader.relations.count)
    for i in 0..<testTriples.count {
      sized.append(head: testTriples.heads[i], relation: testTriples.relations[i], tail: testTriples.tails[i])
    }
    let metrics = evaluateLinkPrediction(
      model, test: sized, known: [trainTriples, validationTriples], threads: configuration.threads)
    return LinkEvaluationReport(
      metrics: metrics, model: model, entityCount: reader.entities.count, relationCount: reader.relations.count,
      tripleCounts: (trainTriples.count, validationTriples.count, testTriples.count),
      trainingSeconds: trained - wall, trainingProcessorSeconds: trainedProcessor - processor,
      rankingSeconds: monotonicSeconds() - trained)
  }
}
