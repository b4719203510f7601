#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// How well a model tells true triples from false ones, and how far its scores are probabilities.
///
/// A triple's score is γ less the mean of its distances both ways. Thresholds (one per relation that the validation
/// triples hold both true and false examples of, and one for all others) and the calibration are fitted on validation
/// triples alone; the figures are of test triples.
package struct TripleClassification: Sendable, Equatable {
  /// True and false test triples.
  package private(set) var positives = 0
  package private(set) var negatives = 0
  package private(set) var accuracy = 0.0
  package private(set) var precision = 0.0
  package private(set) var recall = 0.0
  package private(set) var f1 = 0.0
  /// The chance that a true triple scores above a false one, ties counting half.
  package private(set) var areaUnderCurve = 0.0
  /// Mean squared difference of σ(score) and truth, before and after calibration.
  package private(set) var brier = 0.0
  package private(set) var calibratedBrier = 0.0
  /// Expected calibration error over ten bins of equal width, before and after.
  package private(set) var calibrationError = 0.0
  package private(set) var calibratedError = 0.0
  /// p = σ(slope · score + intercept) (Platt 1999).
  package private(set) var slope = 1.0
  package private(set) var intercept = 0.0

  /// A scored triple.
  struct Example {
    var relation: UInt32
    var score: Double
    var isTrue: Bool
  }

  /// - Parameters:
  ///   - validation: true and false triples to fit on.
  ///   - test: true and false triples to measure on. Triples with something unseen score as the least plausible.
  package init(
    _ view: TransEView, validation: (positives: TripleSet, negatives: TripleSet),
    test: (positives: TripleSet, negatives: TripleSet)
  ) {
    self.init(
      validation: Self.examples(view, validation.positives, true) + Self.examples(view, validation.negatives, false),
      test: Self.examples(view, test.positives, true) + Self.examples(view, test.negatives, false))
  }

  init(validation: [Example], test: [Example]) {
    let thresholds = Thresholds(validation)
    (slope, intercept) = Self.platt(validation)
    positives = test.count { $0.isTrue }
    negatives = test.count - positives
    var truePositives = 0
    var falsePositives = 0
    for example in test where example.score >= thresholds[example.relation] {
      if example.isTrue { truePositives += 1 } else { falsePositives += 1 }
    }
    func ratio(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
    accuracy = ratio(truePositives + negatives - falsePositives, test.count)
    precision = ratio(truePositives, truePositives + falsePositives)
    recall = ratio(truePositives, positives)
    f1 = ratio(2 * truePositives, 2 * truePositives + falsePositives + positives - truePositives)
    areaUnderCurve = Self.area(test)
    let (slope, intercept) = (slope, intercept)
    (brier, calibrationError) = Self.calibration(test) { sigmoid($0) }
    (calibratedBrier, calibratedError) = Self.calibration(test) { sigmoid(slope * $0 + intercept) }
  }

  private static func examples(_ view: TransEView, _ triples: TripleSet, _ isTrue: Bool) -> [Example] {
    (0..<triples.count).map { i in
      let (head, relation, tail) = (triples.heads[i], triples.relations[i], triples.tails[i])
      guard Int(max(head, tail)) < view.entities.rowCount, Int(relation) < view.relations.rowCount else {
        return Example(relation: relation, score: -1e6, isTrue: isTrue)
      }
      let distances = [false, true].map { view.distance(head: head, relation: relation, tail: tail, inverse: $0) }
      let score = Double(view.margin) - Double(distances[0] + distances[1]) / 2
      return Example(relation: relation, score: score.isFinite ? score : -1e6, isTrue: isTrue)
    }
  }

  /// The least scores that count as true.
  private struct Thresholds {
    private var byRelation: [UInt32: Double] = [:]
    private let rest: Double

    init(_ examples: [Example]) {
      rest = Self.best(examples)
      for (relation, own) in Dictionary(grouping: examples, by: \.relation) {
        if own.contains(where: \.isTrue), own.contains(where: { !$0.isTrue }) { byRelation[relation] = Self.best(own) }
      }
    }

    subscript(relation: UInt32) -> Double { byRelation[relation] ?? rest }

    /// The threshold with the most right answers, half-way between two scores; 0 without examples.
    private static func best(_ examples: [Example]) -> Double {
      let sorted = examples.sorted { $0.score > $1.score }
      guard let first = sorted.first, let last = sorted.last else { return 0 }
      // Right answers where nothing counts as true, then with one more example at a time.
      var right = sorted.count { !$0.isTrue }
      var best = (right: right, threshold: first.score + 1)
      for (i, example) in sorted.enumerated() {
        right += example.isTrue ? 1 : -1
        let next = i + 1 < sorted.count ? sorted[i + 1].score : last.score - 2
        if right > best.right, next < example.score { best = (right, (example.score + next) / 2) }
      }
      return best.threshold
    }
  }

  /// The Mann–Whitney statistic.
  private static func area(_ examples: [Example]) -> Double {
    let sorted = examples.sorted { $0.score < $1.score }
    var wins = 0.0
    var negativesBelow = 0.0
    var i = 0
    while i < sorted.count {
      var j = i
      var level = (positives: 0.0, negatives: 0.0)
      while j < sorted.count, sorted[j].score == sorted[i].score {
        if sorted[j].isTrue { level.positives += 1 } else { level.negatives += 1 }
        j += 1
      }
      wins += level.positives * (negativesBelow + level.negatives / 2)
      negativesBelow += level.negatives
      i = j
    }
    let positives = Double(sorted.count) - negativesBelow
    return positives * negativesBelow == 0 ? 0.5 : wins / (positives * negativesBelow)
  }

  /// Platt's logistic regression of truth on score with his smoothed targets, by damped Newton steps.
  private static func platt(_ examples: [Example]) -> (slope: Double, intercept: Double) {
    let positives = Double(examples.count { $0.isTrue })
    let negatives = Double(examples.count) - positives
    guard positives > 0, negatives > 0 else { return (1, 0) }
    let targets = (yes: (positives + 1) / (positives + 2), no: 1 / (negatives + 2))
    // Scores of unseen triples lie far out and would decide the fit alone.
    let points = examples.filter { $0.score > -1e5 }
    func loss(_ slope: Double, _ intercept: Double) -> Double {
      points.reduce(0) { sum, example in
        let x = slope * example.score + intercept
        let target = example.isTrue ? targets.yes : targets.no
        return sum + (x > 0 ? x + log1p(exp(-x)) : log1p(exp(x))) - target * x
      }
    }
    var (slope, intercept) = (0.0, log((positives + 1) / (negatives + 1)))
    var current = loss(slope, intercept)
    for _ in 0..<100 {
      var (g0, g1, h00, h01, h11) = (0.0, 0.0, 1e-9, 0.0, 1e-9)
      for example in points {
        let p = sigmoid(slope * example.score + intercept)
        let difference = p - (example.isTrue ? targets.yes : targets.no)
        let curvature = p * (1 - p)
        g0 += difference * example.score
        g1 += difference
        h00 += curvature * example.score * example.score
        h01 += curvature * example.score
        h11 += curvature
      }
      let determinant = h00 * h11 - h01 * h01
      guard determinant > 0 else { break }
      let step = ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant)
      var scale = 1.0
      var next = loss(slope - step.0, intercept - step.1)
      while next > current, scale > 1e-6 {
        scale /= 2
        next = loss(slope - scale * step.0, intercept - scale * step.1)
      }
      guard next < current - 1e-12 else { break }
      slope -= scale * step.0
      intercept -= scale * step.1
      current = next
    }
    return (slope, intercept)
  }

  private static func calibration(_ examples: [Example], _ probability: (Double) -> Double) -> (brier: Double, error: Double) {
    guard !examples.isEmpty else { return (0, 0) }
    var squares = 0.0
    var bins = [(sum: Double, positives: Double)](repeating: (0, 0), count: 10)
    for example in examples {
      let p = probability(example.score)
      let truth = example.isTrue ? 1.0 : 0.0
      squares += (p - truth) * (p - truth)
      let bin = min(9, Int(p * 10))
      bins[bin].sum += p
      bins[bin].positives += truth
    }
    let count = Double(examples.count)
    return (squares / count, bins.reduce(0) { $0 + abs($1.sum - $1.positives) } / count)
  }
}

/// One false triple for each true one: its head or tail drawn anew until no known triple results.
package func corrupted(_ triples: TripleSet, known: KnownAnswers, entityCount: Int, seed: UInt64) -> TripleSet {
  var generator = SplitMix64(seed: seed, stream: 0xfa15e)
  var result = TripleSet(entityCount: triples.entityCount, relationCount: triples.relationCount)
  for i in 0..<triples.count {
    let (head, relation, tail) = (triples.heads[i], triples.relations[i], triples.tails[i])
    // A question that everything answers has no false triple.
    for _ in 0..<100 {
      let asksHead = generator.next(below: 2) == 0
      let entity = UInt32(generator.next(below: UInt64(max(1, entityCount))))
      let answers = known.answers(entity: asksHead ? tail : head, relation: relation, inverse: asksHead)
      guard !answers.contains(entity) else { continue }
      result.append(head: asksHead ? entity : head, relation: relation, tail: asksHead ? tail : entity)
      break
    }
  }
  return result
}
