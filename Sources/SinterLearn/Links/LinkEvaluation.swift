package import SinterModel

/// Link prediction on plain triple files: read, train, rank.
package enum LinkEvaluation {
  /// A file's bytes and its name for errors.
  package struct File: Sendable {
    package let bytes: [UInt8]
    package let name: String

    package init(_ bytes: [UInt8], name: String) {
      self.bytes = bytes
      self.name = name
    }
  }

  /// What to read.
  package struct Files: Sendable {
    package var train: File
    package var validation: File
    package var test: File
    /// Triples known to be false, for triple classification. Without them true triples are corrupted.
    package var validationNegatives: File?
    package var testNegatives: File?

    package init(train: File, validation: File, test: File, validationNegatives: File? = nil, testNegatives: File? = nil) {
      self.train = train
      self.validation = validation
      self.test = test
      self.validationNegatives = validationNegatives
      self.testNegatives = testNegatives
    }
  }

  /// Trains on `train`, stops by `validation`, and ranks the whole of `test`, filtered by all three.
  ///
  /// Entities and relations that only the other files name are unseen: their triples are ranked last.
  /// - Throws: what ``TripleReader/read(_:name:)`` and ``TransETrainer`` throw; `LearnError.NoTriples` for an empty
  ///   test file.
  package static func run(
    _ files: Files, configuration: TransEConfiguration = TransEConfiguration(), checkpoint: TrainingCheckpoint? = nil,
    progress: (TrainingProgress) -> Bool = { _ in true }
  ) throws(SinterError) -> LinkEvaluationReport {
    var reader = TripleReader()
    let train = try reader.read(files.train.bytes, name: files.train.name)
    let trained = (entities: reader.entities.count, relations: reader.relations.count)
    let validation = try reader.read(files.validation.bytes, name: files.validation.name)
    let test = try reader.read(files.test.bytes, name: files.test.name)
    let falseValidation = try files.validationNegatives.mapping { file throws(SinterError) in
      try reader.read(file.bytes, name: file.name)
    }
    let falseTest = try files.testNegatives.mapping { file throws(SinterError) in
      try reader.read(file.bytes, name: file.name)
    }
    guard !test.isEmpty else {
      throw SinterError("LearnError.NoTriples", "\(files.test.name) holds no triples to rank.")
    }
    let (wall, processor) = (monotonicSeconds(), processorSeconds())
    let model = try TransETrainer.train(
      train, validation: validation, configuration: configuration, checkpoint: checkpoint, progress: progress)
    let (trainedWall, trainedProcessor) = (monotonicSeconds(), processorSeconds())
    var sized = TripleSet(entityCount: reader.entities.count, relationCount: reader.relations.count)
    for i in 0..<test.count { sized.append(head: test.heads[i], relation: test.relations[i], tail: test.tails[i]) }
    let metrics = evaluateLinkPrediction(model, test: sized, known: [train, validation], threads: configuration.threads)
    let ranked = monotonicSeconds()
    let known = KnownAnswers([train, validation, test])
    func negatives(_ triples: TripleSet, _ stream: UInt64) -> TripleSet {
      corrupted(triples, known: known, entityCount: trained.entities, seed: configuration.seed &+ stream)
    }
    let classification = model.withView { view in
      TripleClassification(
        view, validation: (validation, falseValidation ?? negatives(validation, 1)),
        test: (test, falseTest ?? negatives(test, 2)))
    }
    return LinkEvaluationReport(
      metrics: metrics, classification: classification, hasVerifiedNegatives: falseTest != nil, model: model,
      entityCount: reader.entities.count, relations: reader.relations.names,
      tripleCounts: (train.count, validation.count, test.count), trainingSeconds: trainedWall - wall,
      trainingProcessorSeconds: trainedProcessor - processor, rankingSeconds: ranked - trainedWall)
  }
}

extension Optional {
  /// `map` with a typed error.
  fileprivate func mapping<Result, Failure: Error>(_ body: (Wrapped) throws(Failure) -> Result) throws(Failure) -> Result? {
    guard let self else { return nil }
    return try body(self)
  }
}
