/// For every question (head, relation, ?) and (?, relation, tail), the sorted entities that answer it.
///
/// Ranking filters by it, and training keeps true triples from counting as negatives.
package struct KnownAnswers: Sendable {
  /// Distinct questions, sorted. See ``key(entity:relation:inverse:)``.
  private var keys: [UInt64] = []
  /// The answers to question i stand at `offsets[i]..<offsets[i + 1]`.
  private var offsets: [Int] = [0]
  private var answers: [UInt32] = []

  private struct Pair {
    var key: UInt64
    var answer: UInt32
  }

  /// Indexes the triples of several sets, each once.
  /// - Complexity: O(n log n)
  package init(_ sets: [TripleSet]) {
    var pairs: [Pair] = []
    pairs.reserveCapacity(sets.reduce(0) { $0 + 2 * $1.count })
    for set in sets {
      for i in 0..<set.count {
        let (head, relation, tail) = (set.heads[i], set.relations[i], set.tails[i])
        pairs.append(Pair(key: Self.key(entity: head, relation: relation, inverse: false), answer: tail))
        pairs.append(Pair(key: Self.key(entity: tail, relation: relation, inverse: true), answer: head))
      }
    }
    pairs.sort { $0.key < $1.key || ($0.key == $1.key && $0.answer < $1.answer) }
    answers.reserveCapacity(pairs.count)
    for i in pairs.indices {
      let pair = pairs[i]
      if i > 0, pairs[i - 1].key == pair.key {
        if pairs[i - 1].answer == pair.answer { continue }
      } else {
        if i > 0 { offsets.append(answers.count) }
        keys.append(pair.key)
      }
      answers.append(pair.answer)
    }
    if !keys.isEmpty { offsets.append(answers.count) }
  }

  /// Direction, relation and entity in one sortable number.
  private static func key(entity: UInt32, relation: UInt32, inverse: Bool) -> UInt64 {
    (inverse ? 1 << 63 : 0) | UInt64(relation) << 32 | UInt64(entity)
  }

  /// How many distinct questions there are.
  var questionCount: Int { keys.count }

  /// What a question asks.
  @inline(__always)
  func parts(ofQuestion question: Int) -> (entity: Int, relation: Int, inverse: Bool) {
    let key = keys[question]
    return (Int(key & 0xffff_ffff), Int(key >> 32 & 0x7fff_ffff), key >> 63 == 1)
  }

  /// The number of a question, or nil where nothing answers it.
  /// - Complexity: O(log questions)
  func question(entity: UInt32, relation: UInt32, inverse: Bool) -> Int? {
    let key = Self.key(entity: entity, relation: relation, inverse: inverse)
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low < keys.count && keys[low] == key ? low : nil
  }

  /// Where the answers to a question stand.
  @inline(__always)
  func answerRange(ofQuestion question: Int) -> Range<Int> { offsets[question]..<offsets[question + 1] }

  /// All answers, in the order of the questions.
  func withAnswers<Result>(_ body: (UnsafeBufferPointer<UInt32>) throws -> Result) rethrows -> Result {
    try answers.withUnsafeBufferPointer(body)
  }

  /// The sorted answers to a question; none where it was never asked.
  package func answers(entity: UInt32, relation: UInt32, inverse: Bool) -> ArraySlice<UInt32> {
    guard let question = question(entity: entity, relation: relation, inverse: inverse) else { return [] }
    return answers[answerRange(ofQuestion: question)]
  }
}
