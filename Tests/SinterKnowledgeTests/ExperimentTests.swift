import SinterModel
import SinterStorage
import TestSupport
import Testing

@testable import SinterKnowledge

struct ExperimentTests {
  private func experiment(_ weights: [Double], seed: Int64 = 1, name: String = "e") -> Experiment {
    let total = weights.reduce(0, +)
    return Experiment(
      name: name,
      variants: weights.enumerated().map { Experiment.Variant(name: "v\($0)", strategy: nil, weight: $1 / total) },
      goal: .clicked, seed: seed, significance: 0.05, expectedEffect: 0.02, startedAt: .null, stoppedAt: .null, winner: nil)
  }

  @Test func splitsByTheWeightsAndStaysPut() {
    let split = experiment([1, 2, 5])
    var counts = [0, 0, 0]
    for n in 0..<40_000 {
      let variant = split.variant(ofKey: "su\(n)")
      #expect(split.variant(ofKey: "su\(n)") == variant)
      counts[Int(variant.name.dropFirst())!] += 1
    }
    #expect(SequentialTest.splitP(counts, weights: split.variants.map(\.weight)) > 0.001)
    // Another experiment, or another seed, splits independently.
    for other in [experiment([1, 1], seed: 2), experiment([1, 1], name: "f")] {
      let first = experiment([1, 1])
      let same = (0..<20_000).count { first.variant(ofKey: "s\($0)").name == other.variant(ofKey: "s\($0)").name }
      #expect(abs(Double(same) / 20_000 - 0.5) < 0.02)
    }
  }

  /// χ² and normal tails against tables (Abramowitz and Stegun 26.2, 26.8).
  @Test func distributions() {
    #expect(near(normalTail(1.959963984540054), 0.025, 1e-12))
    #expect(near(normalQuantile(0.975), 1.959963984540054, 1e-9))
    #expect(near(chiSquaredTail(3.841458820694124, degrees: 1), 0.05, 1e-10))
    #expect(near(chiSquaredTail(9.487729036781154, degrees: 4), 0.05, 1e-10))
    #expect(near(chiSquaredTail(0.5, degrees: 2), 0.7788007830714049, 1e-12))
    let (low, high) = SequentialTest.interval(8, of: 10, significance: 0.05)
    // Wilson's interval of 8 out of 10.
    #expect(near(low, 0.490162, 1e-5) && near(high, 0.943318, 1e-5))
  }

  /// Looking after every hundred users and stopping at the first alarm errs no oftener than promised where nothing
  /// differs, and far oftener by the test that is meant for one look; where something differs it is found.
  @Test func peekingDoesNoHarm() {
    var generator = SeededGenerator(seed: 11)
    func alarms(_ p: Double, _ q: Double, runs: Int) -> (sequential: Int, fixed: Int) {
      var found = (sequential: 0, fixed: 0)
      for _ in 0..<runs {
        var (a, b, sequential, fixed) = (0, 0, false, false)
        for n in 1...4_000 {
          if Double.random(in: 0..<1, using: &generator) < p { a += 1 }
          if Double.random(in: 0..<1, using: &generator) < q { b += 1 }
          guard n % 100 == 0, let outcome = SequentialTest.compare(
            control: (a, n), variant: (b, n), expectedEffect: 0.02, significance: 0.05)
          else { continue }
          // The interval says what the p-value says.
          #expect((outcome.alwaysValidP < 0.05) == (outcome.lower > 0 || outcome.upper < 0))
          sequential = sequential || outcome.alwaysValidP < 0.05
          fixed = fixed || outcome.fixedP < 0.05
        }
        if sequential { found.sequential += 1 }
        if fixed { found.fixed += 1 }
      }
      return found
    }
    let none = alarms(0.1, 0.1, runs: 200)
    #expect(none.sequential <= 16)
    #expect(none.fixed >= 30)
    #expect(alarms(0.1, 0.15, runs: 60).sequential >= 55)
  }

  @Test func trustIsABetaMean() {
    #expect(FactTrust.confidence(prior: 0.8, positive: 0, negative: 0) == 0.8)
    #expect(near(FactTrust.confidence(prior: 0.8, positive: 2, negative: 0), 10.0 / 12))
    #expect(near(FactTrust.confidence(prior: 0.8, positive: 0, negative: 1e9), 0, 1e-7))
    #expect(FactTrust.confidence(prior: 1, positive: 1e9, negative: 0) <= 1)
  }

  @Test func feedbackSharesWhatItMoves() throws {
    let shop = try TestShop(["u1 BOUGHT i1", "i2 HAS_TAG t1", "i2 HAS_TAG t2", "i3 HAS_TAG t9"], nodes: ["u2"])
    try shop.deposit("u2 LIKES t1")
    try shop.deposit("u2 LIKES t2")
    let (user, item) = (shop.nodes["u2"]!, shop.nodes["i2"]!)
    let recommender = shop.recommender
    func confidences() throws -> [Double] {
      let view = try shop.store.snapshot()
      let facts = try recommender.factShares(of: item, for: user, in: view)
      #expect(facts.count == 2 && near(facts.reduce(0) { $0 + $1.share }, 1))
      return try facts.map { try FactReader(view).confidence($0.fact.rawValue) }
    }
    let before = try confidences()
    let recorded = try shop.store.write { writer in
      try Feedback.record(Feedback.Entry(user: user, item: item, action: .dismissed), recommender: recommender, writer: writer)
    }
    #expect(recorded.facts == 2)
    // Two observations against, shared by two facts alike: (10 c) / (10 + 1).
    #expect(zip(try confidences(), before).allSatisfy { near($0, 10 * $1 / 11) })
    #expect(try shop.recommend("u2").allSatisfy { $0.item != "i2" })
    _ = try shop.store.write { writer in try Feedback.withdraw(recorded.relationship, writer: writer) }
    #expect(try confidences() == before)
    #expect(try shop.recommend("u2").contains { $0.item == "i2" })
  }
}
