internal import Synchronization
internal import SinterModel

/// One pass over the training questions: sampled negatives by lock-free threads, or all entities by matrix products.
final class EpochPass {
  private let shared: TrainingShared
  private let workers: [ChunkWorker]
  private let allEntities: AllEntitiesTrainer?
  private let order: UnsafeMutableBufferPointer<UInt32>
  private let stepSize: Int
  /// Share of each relation's triples that ask for heads, by Bernoulli sampling; empty where every triple asks both.
  private let headShares: [Float]

  init(_ shared: TrainingShared, threads: Int) {
    self.shared = shared
    let configuration = shared.configuration
    if configuration.usesMatrixProducts {
      let trainer = AllEntitiesTrainer(shared, threads: threads)
      allEntities = trainer
      workers = []
      stepSize = trainer.batchSize
      order = .allocate(capacity: trainer.questionCount)
    } else {
      allEntities = nil
      workers = (0..<threads).map { _ in ChunkWorker(shared) }
      stepSize = configuration.chunkSize
      order = .allocate(capacity: 2 * shared.triples.count)
    }
    _ = order.initialize(from: 0..<UInt32(order.count))
    headShares = configuration.negativeSampling == .bernoulli ? Self.headShares(shared.triples, shared.known) : []
  }

  deinit { order.deallocate() }

  /// Steps in a pass.
  var stepCount: Int { (order.count + stepSize - 1) / stepSize }

  /// Mean loss of the questions that were looked at.
  var loss: Double {
    if let allEntities { return allEntities.lossSum / Double(max(1, allEntities.lossCount)) }
    return workers.reduce(0.0) { $0 + $1.lossSum } / Double(max(1, workers.reduce(0) { $0 + $1.lossCount }))
  }

  /// - Parameters:
  ///   - epoch: from 1; with the seed it decides all chance of the pass.
  ///   - rate: the learning rate after so many (broken) epochs, at a step of this pass from 1; nil ends the pass.
  ///   - progress: called on this thread several times a second with the (broken) epochs done; false cancels.
  /// - Returns: whether it was cancelled.
  func run(_ epoch: Int, rate: (Double, Int) -> Float?, progress: (Double) -> Bool) -> Bool {
    shuffle(epoch)
    for worker in workers { worker.resetLoss() }
    allEntities?.resetLoss()
    let next = Atomic<Int>(0)
    let stop = Atomic<Bool>(false)
    let stepCount = stepCount
    var lastReport = 0.0
    // The trainer against all entities splits every step over the threads itself.
    Workers.run(max(1, workers.count)) { thread in
      while !stop.load(ordering: .relaxed) {
        let step = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard step < stepCount else { return }
        let done = Double(epoch - 1) + Double(step) / Double(stepCount)
        // Only the time limit can end the work before its last step.
        guard let rate = rate(done, step + 1) else { return }
        if thread == 0 {
          // Only the calling thread, number 0, reports.
          let now = monotonicSeconds()
          if now - lastReport > 0.2 {
            lastReport = now
            if !progress(done) { stop.store(true, ordering: .relaxed) }
          }
        }
        let part = UnsafeBufferPointer(
          rebasing: UnsafeBufferPointer(order)[step * stepSize..<min(order.count, (step + 1) * stepSize)])
        var generator = SplitMix64(seed: shared.configuration.seed, stream: UInt64(epoch) << 32 | UInt64(step + 1))
        if let allEntities {
          allEntities.train(part, rate: rate, generator: &generator)
        } else {
          workers[thread].train(part, rate: rate, generator: &generator)
        }
      }
    }
    return stop.load(ordering: .relaxed)
  }

  /// An order that depends on the seed and the epoch alone, so that a training can go on from any epoch.
  private func shuffle(_ epoch: Int) {
    var generator = SplitMix64(seed: shared.configuration.seed, stream: UInt64(epoch) << 32)
    for i in order.indices { order[i] = UInt32(i) }
    if !headShares.isEmpty {
      let count = shared.triples.count
      for i in order.indices {
        let triple = i % count
        let asksHead = generator.unitFloat() < headShares[Int(shared.triples.relations[triple])]
        order[i] = UInt32(asksHead ? count + triple : triple)
      }
    }
    var order = order
    order.shuffle(using: &generator)
  }

  /// tph / (tph + hpt) by relation: a relation whose heads have many tails asks for heads more often, because a random
  /// head is more often false than a random tail (Wang et al. 2014).
  private static func headShares(_ triples: TripleSet, _ known: KnownAnswers) -> [Float] {
    var counts = [Float](repeating: 0, count: triples.relationCount)
    var heads = counts
    var tails = counts
    for relation in triples.relations { counts[Int(relation)] += 1 }
    for question in 0..<known.questionCount {
      let parts = known.parts(ofQuestion: question)
      if parts.inverse { tails[parts.relation] += 1 } else { heads[parts.relation] += 1 }
    }
    return counts.indices.map { relation in
      guard counts[relation] > 0 else { return 0.5 }
      let tailsPerHead = counts[relation] / heads[relation]
      let headsPerTail = counts[relation] / tails[relation]
      return tailsPerHead / (tailsPerHead + headsPerTail)
    }
  }
}
