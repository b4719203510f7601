internal import SinterLearn
internal import SinterModel
internal import SinterStorage

/// What the learned model expects the user to have next.
///
/// score(u, i) = exp(d* − d(u + r, i)) with d* the least distance among the items the user does not have: the odds
/// e^(γ − d) that the model gives, relative to its best candidate's. Items of less than ``leastScore`` count as 0, and
/// of more than ``ItemVectors/exactLimit`` items all but the ``candidateLimit`` nearest by rounded vectors, whose true
/// distances are then taken.
/// r is the "has" relation with the most relationships among those the model knows. A user who is newer than the
/// model is folded in from their relations, and so are the newest items.
///
/// The score is shared out over what the user is known by (their items, what they are known to like) with the kernel
/// of ``TransEView/shares(ofTail:query:evidence:)``.
///
/// Evidence: `first` is the position among the known things, or `UInt32.max` where there are none.
final class TransEScorer: PersonalScorer {
  let name = ScorerName.transe
  private let shopper: Shopper
  private let names: NodeNames
  private let model: ModelView
  private let weights: TagWeights
  private let query: [Float]?
  /// What the user is known by; read when a reason is first asked for.
  private var found: [Known]?
  /// Rows whose distances were taken, ascending; nil for all.
  private var measured: [UInt32]?
  /// d*, once the scores are known.
  private var least: Float = 0

  static let leastScore = 1e-3
  /// How many items are measured exactly in a large shop, beside those the user has.
  static let candidateLimit = 1_000
  /// At most so many known things share a score.
  static let knownLimit = 200

  private struct Known {
    var row: UInt32
    var node: UInt32
    var weight: Double
    var relationship: UInt32
    var words: String
  }

  init(_ shopper: Shopper, _ names: NodeNames, _ scene: Scene) throws(SinterError) {
    self.shopper = shopper
    self.names = names
    let model = try scene.models.withNewItems(scene.models.transE(in: scene.view), scene.index, in: scene.view)
    self.model = model
    weights = TagWeights(shopper)
    let relation = shopper.links.has.members
      .compactMap { member in model.relation(member.name).map { ($0, shopper.view.relationshipCount(type: member.type)) } }
      .max { $0.1 < $1.1 }?.0
    guard let relation, let vector = try scene.models.vector(of: shopper.user, model, in: scene.view) else {
      query = nil
      return
    }
    query = model.transE.query(from: vector, relation: relation)
  }

  private func known() throws(SinterError) -> [Known] {
    if let found { return found }
    let result = try readKnown()
    found = result
    return result
  }

  private func readKnown() throws(SinterError) -> [Known] {
    var result: [Known] = []
    for mine in shopper.profile where result.count < Self.knownLimit {
      let node = shopper.node(mine.item)
      guard let row = model.row(of: node), let link = try shopper.link(to: mine) else { continue }
      result.append(
        Known(row: row, node: node, weight: mine.weight, relationship: link.relationship, words: "which you \(link.verb)"))
    }
    for member in shopper.links.likes.members {
      for link in try shopper.links.likes.links(of: shopper.user, by: member.adjacency) where result.count < Self.knownLimit {
        guard let row = model.row(of: link.node), try shopper.facts.isLive(link.relationship, at: shopper.now) else { continue }
        let confidence = try shopper.facts.confidence(link.relationship)
        guard confidence > 0 else { continue }
        result.append(
          Known(
            row: row, node: link.node, weight: confidence, relationship: link.relationship,
            words: "which you \(Verbs.you(member.name))"))
      }
    }
    return result
  }

  func score(_ workspace: Workspace) {
    guard let query else { return }
    let owned = workspace.owned
    var nearest = ItemVectors.of(model, shopper.index).nearest(
      to: query, model.transE, count: Self.candidateLimit + owned.touched.count)
    measured = nearest.isWhole ? nil : nearest.items.map(\.row).sorted()
    for (position, node) in (model.newcomers?.nodes ?? []).enumerated() {
      guard let item = shopper.index.number(of: node) else { continue }
      let row = UInt32(model.nodes.count + position)
      nearest.items.append(
        ItemVectors.Found(item: item, row: row, distance: model.transE.distance(from: query, to: row)))
    }
    least = .infinity
    for found in nearest.items where found.distance < least && !owned.isTouched(found.item) { least = found.distance }
    guard least.isFinite else { return }
    let reach = least - Float(logarithm(Self.leastScore))
    for found in nearest.items where found.distance <= reach { workspace.scorer.add(found.item, odds(found.distance)) }
  }

  /// Owned items may lie nearer than d*; far nearer ones make no difference.
  @inline(__always)
  private func odds(_ distance: Float) -> Double { exponential(min(20, Double(least) - Double(distance))) }

  private func isMeasured(_ row: UInt32) -> Bool {
    guard let measured, Int(row) < model.nodes.count else { return true }
    return measured.withUnsafeBufferPointer { rows in
      let position = lowerBound(rows, row)
      return position < rows.count && rows[position] == row
    }
  }

  func evidence(for item: UInt32) throws(SinterError) -> [Evidence] {
    guard let query, least.isFinite, let row = model.row(of: shopper.node(item)) else { return [] }
    let distance = model.transE.distance(from: query, to: row)
    guard distance <= least - Float(logarithm(Self.leastScore)), isMeasured(row) else { return [] }
    let known = try known()
    let score = odds(distance)
    let others = known.indices.filter { known[$0].row != row }
    guard !others.isEmpty else { return [Evidence(value: score, first: .max)] }
    let shares = model.transE.shares(
      ofTail: row, query: query, evidence: others.map { (known[$0].row, known[$0].weight) })
    return zip(others, shares).map { Evidence(value: score * $1, first: UInt32($0)) }
  }

  func explain(_ evidence: Evidence, for item: UInt32) throws(SinterError) -> Explanation {
    let node = shopper.node(item)
    let title = try names.name(node)
    guard evidence.first != .max else {
      return Explanation(
        path: Path([shopper.user], []), sentence: "The model learned from everyone's behaviour expects \(title) for you.")
    }
    let mine = try known()[Int(evidence.first)]
    let other = try names.name(mine.node)
    if let shared = try sharedTag(mine.node, node) {
      return Explanation(
        path: Path([shopper.user, mine.node, shared.tag, node], [mine.relationship, shared.there, shared.back]),
        sentence: "The learned model places \(title) near \(other), \(mine.words); both have \(try names.name(shared.tag)).")
    }
    return Explanation(
      path: Path([shopper.user, mine.node], [mine.relationship]),
      sentence: "The learned model places \(title) near \(other), \(mine.words).")
  }

  /// The rarest tag that two items share.
  private func sharedTag(_ a: UInt32, _ b: UInt32) throws(SinterError) -> (tag: UInt32, there: UInt32, back: UInt32)? {
    var there: [UInt32: UInt32] = [:]
    for link in try shopper.links.tags.links(of: a) { there[link.node] = link.relationship }
    var best: (frequency: Int, tag: UInt32, there: UInt32, back: UInt32)?
    for link in try shopper.links.tags.links(of: b) {
      guard let relationship = there[link.node] else { continue }
      let frequency = try weights.frequency(link.node)
      if frequency < best?.frequency ?? .max { best = (frequency, link.node, relationship, link.relationship) }
    }
    return best.map { ($0.tag, $0.there, $0.back) }
  }

  func absence(of item: UInt32) throws(SinterError) -> String {
    if query == nil { return "The learned model does not know you: you have no relation that it was trained on." }
    let title = try names.name(shopper.node(item))
    return model.row(of: shopper.node(item)) == nil
      ? "\(title) is newer than the learned model." : "The learned model does not expect \(title) for you."
  }
}
