internal import SinterLearn
package import SinterModel
package import SinterStorage
internal import Synchronization

/// The control of false knowledge: the same graph with the ends of its knowledge relationships dealt out anew.
package enum KnowledgeShuffle {
  /// Gives every knowledge relationship the end of another one of the same type, by a seeded shuffle. What users did and
  /// whom they follow stays. Properties stay with the start.
  ///
  /// Meant for a transaction that is rolled back.
  /// - Returns: how many relationships were dealt out.
  package static func apply(_ writer: GraphWriter, seed: UInt64) throws(SinterError) -> Int {
    let view = writer.view
    let schema = try ShopSchema.read(view)
    let behaviour = Set(schema.has + schema.seen + schema.follows)
    var count = 0
    for (stream, name) in view.typeNames.enumerated() where !behaviour.contains(name) {
      guard let type = view.typeID(name), view.relationshipCount(type: type) > 1 else { continue }
      var ids: [UInt32] = []
      try view.scanRelationships(0..<view.relationshipIDLimit, types: [type], into: &ids)
      var records: [(start: NodeID, end: NodeID, properties: [(KeyID, Value)])] = []
      for id in ids {
        guard let record = try view.relationship(RelationshipID(id)) else { continue }
        records.append((record.start, record.end, try view.properties(of: RelationshipID(id))))
      }
      var ends = records.map(\.end)
      var generator = SplitMix64(seed: seed, stream: UInt64(stream))
      ends.shuffle(using: &generator)
      for id in ids { try writer.deleteRelationship(RelationshipID(id)) }
      for (record, end) in zip(records, ends) {
        let made = try writer.createRelationship(type, from: record.start, to: end)
        for (key, value) in record.properties { try writer.set(key, of: made, to: value) }
      }
      count += records.count
    }
    return count
  }

  /// Measures a strategy on the shuffled store, inside a transaction that is rolled back.
  static func results(
    _ store: GraphStore, seed: UInt64, split: SplitFile?, options: RecommendationEvaluation.Options, strategy: Strategy
  ) throws -> [RecommendationEvaluation.UserResult] {
    struct RolledBack: Error {}
    let results = Mutex<[RecommendationEvaluation.UserResult]>([])
    do {
      try store.write { writer in
        _ = try apply(writer, seed: seed)
        // A view inside a transaction belongs to its thread.
        var options = options
        options.threads = 1
        let found = try RecommendationEvaluation(writer.view, split: split, options: options).run(strategy)
        results.withLock { $0 = found }
        throw RolledBack()
      }
    } catch is RolledBack {}
    return results.withLock { $0 }
  }
}
