package import SinterModel
package import SinterStorage

/// How far a store has moved on since a model was trained.
package struct ModelDrift: Sendable {
  package var model: String
  package var version: Int
  /// Whether the triples are the very same as at training.
  package var isSameData = false
  /// Nodes with trained relations now, and those of them without a row.
  package var nodes = 0
  package var unseenNodes = 0
  /// Rows whose node has no trained relation any more.
  package var goneNodes = 0
  /// Distinct triples of the trained types at training and now, and those now with an unseen end.
  package var trainedTriples = 0
  package var triples = 0
  package var unseenTriples = 0
  /// Types with relationships that were not trained on.
  package var untrainedTypes: [String] = []
  /// Filtered MRR on the held-out triples at training; nil where none were held out.
  package var trainedMRR: Double?
  /// The same on the newest relationships that came after training; nil without any.
  package var recentMRR: Double?
  /// How many of the newest relationships were ranked.
  package var recentCount = 0

  /// At most so many of the newest relationships are ranked, both ways.
  static let sampleLimit = 200

  /// - Throws: `LearnError.NoTriples` where none of the trained types has relationships any more.
  /// - Complexity: O(relationships of the trained types + ``sampleLimit`` · rows · dimension)
  package init(_ model: ModelView, _ view: GraphView, check: () throws(SinterError) -> Void = {}) throws(SinterError) {
    let header = model.header
    (self.model, version) = (header.name, header.version)
    trainedTriples = header.tripleCount
    trainedMRR = header.metrics?.mrr
    let graph = try GraphTriples(view, types: header.types.filter { view.typeID($0) != nil })
    try check()
    isSameData = graph.types == header.types && graph.fingerprint == header.fingerprint
    nodes = graph.nodes.count
    triples = graph.triples.count
    let known = graph.nodes.map { model.row(of: $0) }
    unseenNodes = known.count { $0 == nil }
    goneNodes = model.nodes.count - (nodes - unseenNodes)
    for i in 0..<graph.triples.count
    where known[Int(graph.triples.heads[i])] == nil || known[Int(graph.triples.tails[i])] == nil { unseenTriples += 1 }
    untrainedTypes = view.typeNames.filter { name in
      !header.types.contains(name) && (view.typeID(name).map { view.relationshipCount(type: $0) > 0 } ?? false)
    }
    try check()
    (recentMRR, recentCount) = try Self.recent(model, view, check)
  }

  /// Ranks the newest relationships between nodes that the model knows.
  private static func recent(
    _ model: ModelView, _ view: GraphView, _ check: () throws(SinterError) -> Void
  ) throws(SinterError) -> (Double?, Int) {
    let types = model.header.types.compactMap { view.typeID($0) }
    var newest: [UInt32] = []
    var end = view.relationshipIDLimit
    let limit = UInt32(clamping: model.header.relationshipLimit ?? 0)
    while newest.count < sampleLimit, end > limit {
      let start = max(limit, end > 65_536 ? end - 65_536 : 0)
      var ids: [UInt32] = []
      try view.scanRelationships(start..<end, types: types, into: &ids)
      newest += ids.reversed().prefix(sampleLimit - newest.count)
      end = start
    }
    var sum = 0.0
    var count = 0
    for id in newest {
      try check()
      guard let record = try view.relationship(RelationshipID(id)), let relation = model.relation(view.name(of: record.type)),
        model.row(of: record.start.rawValue) != nil, model.row(of: record.end.rawValue) != nil
      else { continue }
      for inverse in [false, true] {
        let (asked, answer) = inverse ? (record.end, record.start) : (record.start, record.end)
        sum += 1 / (try rank(of: answer, asked, relation, record.type, inverse: inverse, model, view))
      }
      count += 1
    }
    return count == 0 ? (nil, 0) : (sum / Double(2 * count), count)
  }

  /// The filtered rank of an answer, ties at their mean.
  private static func rank(
    of answer: NodeID, _ asked: NodeID, _ relation: UInt32, _ type: TypeID, inverse: Bool, _ model: ModelView, _ view: GraphView
  ) throws(SinterError) -> Double {
    guard let vector = try model.vector(of: asked.rawValue, in: view), let row = model.row(of: answer.rawValue) else { return 1 }
    let scores = try model.transE.rankAnswers(of: vector, relation: relation, inverse: inverse, k: model.nodes.count)
    guard let mine = scores.first(where: { $0.id == row })?.score else { return Double(model.nodes.count) }
    var known: Set<UInt32> = []
    var scratch = Adjacency.Scratch()
    if let run = try view.adjacency(type, inverse ? .incoming : .outgoing).run(of: asked.rawValue, scratch: &scratch) {
      for i in 0..<run.count { if let row = model.row(of: run.neighbors[i]) { known.insert(row) } }
    }
    var better = 0
    var equal = 0
    for other in scores {
      if other.score < mine { break }
      if other.id == row || known.contains(other.id) { continue }
      if other.score > mine { better += 1 } else { equal += 1 }
    }
    return Double(better) + Double(equal) / 2 + 1
  }
}
