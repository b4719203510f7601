package import SinterModel

/// Triples over dense ids, as three parallel columns.
///
/// Entities are 0..<``entityCount`` and relations 0..<``relationCount``; a set may use fewer. Duplicates are
/// allowed; ``deduplicated()`` drops them.
package struct TripleSet: Sendable {
  package private(set) var heads: [UInt32] = []
  package private(set) var relations: [UInt32] = []
  package private(set) var tails: [UInt32] = []
  package private(set) var entityCount: Int
  package private(set) var relationCount: Int

  /// An empty set over `entityCount` entities and `relationCount` relations.
  package init(entityCount: Int = 0, relationCount: Int = 0) {
    self.entityCount = entityCount
    self.relationCount = relationCount
  }

  /// A set from three columns of equal length; the counts grow to hold every id.
  /// - Throws: `LearnError.BadTriples` where the lengths differ or an id is beyond 2³¹ − 1.
  /// - Complexity: O(n)
  package init(
    heads: [UInt32], relations: [UInt32], tails: [UInt32], entityCount: Int = 0, relationCount: Int = 0
  ) throws(SinterError) {
    guard heads.count == relations.count, heads.count == tails.count else {
      throw SinterError(
        "LearnError.BadTriples",
        "The columns of a triple set differ in length: \(heads.count) heads, \(relations.count) relations, "
          + "\(tails.count) tails.")
    }
    let largestEntity = max(heads.max() ?? 0, tails.max() ?? 0)
    let largestRelation = relations.max() ?? 0
    guard largestEntity < 1 << 31, largestRelation < 1 << 30 else {
      throw SinterError(
        "LearnError.BadTriples", "An id is too large: entity \(largestEntity), relation \(largestRelation). Use dense ids.")
    }
    self.heads = heads
    self.relations = relations
    self.tails = tails
    self.entityCount = max(entityCount, heads.isEmpty ? 0 : Int(largestEntity) + 1)
    self.relationCount = max(relationCount, heads.isEmpty ? 0 : Int(largestRelation) + 1)
  }

  package var count: Int { heads.count }
  package var isEmpty: Bool { heads.isEmpty }

  /// Adds a triple; the counts grow to hold its ids.
  package mutating func append(head: UInt32, relation: UInt32, tail: UInt32) {
    heads.append(head)
    relations.append(relation)
    tails.append(tail)
    entityCount = max(entityCount, Int(max(head, tail)) + 1)
    relationCount = max(relationCount, Int(relation) + 1)
  }

  /// The same triples, each once, in order of (relation, head, tail).
  /// - Complexity: O(n log n)
  package func deduplicated() -> TripleSet {
    let order = (0..<count).sorted {
      (relations[$0], heads[$0], tails[$0]) < (relations[$1], heads[$1], tails[$1])
    }
    var result = TripleSet(entityCount: entityCount, relationCount: relationCount)
    var last: (UInt32, UInt32, UInt32)?
    for i in order {
      let triple = (heads[i], relations[i], tails[i])
      if let last, last == triple { continue }
      last = triple
      result.append(head: triple.0, relation: triple.1, tail: triple.2)
    }
    return result
  }

  /// The first `limit` triples of a seeded shuffle, or all where there are no more.
  package func sampled(_ limit: Int, seed: UInt64) -> TripleSet {
    guard count > limit else { return self }
    var generator = SplitMix64(seed: seed)
    var order = Array(0..<count)
    var result = TripleSet(entityCount: entityCount, relationCount: relationCount)
    for i in 0..<limit {
      order.swapAt(i, i + Int(generator.next(below: UInt64(count - i))))
      result.append(head: heads[order[i]], relation: relations[order[i]], tail: tails[order[i]])
    }
    return result
  }
}
