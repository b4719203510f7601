internal import SinterModel
internal import SinterStorage

/// What is known of the user and of items, as facts.
///
/// score(u, i) = Σ c(f), over live facts f of u about i itself
///             + Σ c(f) · idf(t) · c(l), over live facts f of u about t and live links l from i to t
///             + Σ w_j · c(l), over items j of the user's profile and live links l between j and i ("goes with").
///
/// Several sources that say the same of one target count as 1 − Π(1 − c), shared out by confidence.
///
/// Evidence: `first` is the position among the facts (`direct`, `tag`) or in the profile (`related`), `second` the
/// link's relationship.
struct KnowledgeScorer: PersonalScorer {
  let name = ScorerName.knowledge
  private let shopper: Shopper
  private let names: NodeNames
  private let tagWeights: TagWeights
  private let facts: [Fact]

  struct Fact {
    var relationship: UInt32
    var target: UInt32
    var type: String
    /// The fact's share of what all facts about the target make together.
    var weight: Double
    var confidence: Double
    var idf: Double
  }

  init(_ shopper: Shopper, _ names: NodeNames) throws(SinterError) {
    self.shopper = shopper
    self.names = names
    tagWeights = TagWeights(shopper)
    var facts: [Fact] = []
    for (types, onlyDeposited) in [(shopper.links.likes, false), (shopper.links.others, true)] {
      facts += try Self.facts(of: types, onlyDeposited: onlyDeposited, shopper)
    }
    facts.sort { ($0.target, $0.relationship) < ($1.target, $1.relationship) }
    self.facts = try Self.combined(facts, tagWeights)
  }

  private static func facts(of types: LinkTypes, onlyDeposited: Bool, _ shopper: Shopper) throws(SinterError) -> [Fact] {
    var result: [Fact] = []
    for member in types.members {
      for link in try types.links(of: shopper.user, by: member.adjacency) {
        if onlyDeposited, try !shopper.facts.isDeposited(link.relationship) { continue }
        guard try shopper.facts.isLive(link.relationship, at: shopper.now) else { continue }
        let confidence = try shopper.facts.confidence(link.relationship)
        guard confidence > 0 else { continue }
        result.append(
          Fact(
            relationship: link.relationship, target: link.node, type: member.name, weight: confidence,
            confidence: confidence, idf: 0))
      }
    }
    return result
  }

  /// Shares out the combined confidence of the facts about each target, given in order of targets.
  private static func combined(_ facts: [Fact], _ weights: TagWeights) throws(SinterError) -> [Fact] {
    var facts = facts
    var start = 0
    while start < facts.count {
      var end = start
      while end < facts.count, facts[end].target == facts[start].target { end += 1 }
      let sum = facts[start..<end].reduce(0) { $0 + $1.confidence }
      let together = Facts.combinedConfidence(facts[start..<end].map(\.confidence))
      let idf = try weights.idf(facts[start].target)
      for k in start..<end {
        facts[k].weight = together * facts[k].confidence / sum
        facts[k].idf = idf
      }
      start = end
    }
    return facts
  }

  func score(_ workspace: Workspace) throws(SinterError) {
    let index = shopper.index
    for fact in facts {
      if let item = index.number(of: fact.target) { workspace.scorer.add(item, fact.weight) }
      let links = try shopper.links.tagged.links(of: fact.target)
      let confidences = try shopper.facts.weights(links, at: shopper.now)
      for (link, confidence) in zip(links, confidences) where confidence > 0 {
        if let item = index.number(of: link.node) { workspace.scorer.add(item, fact.weight * fact.idf * confidence) }
      }
    }
    for mine in shopper.profile {
      for types in [shopper.links.related, shopper.links.relatedBack] where !types.isEmpty {
        let links = try types.links(of: shopper.node(mine.item))
        for (link, confidence) in zip(links, try shopper.facts.weights(links, at: shopper.now)) where confidence > 0 {
          if let item = index.number(of: link.node) { workspace.scorer.add(item, mine.weight * confidence) }
        }
      }
    }
  }

  func evidence(for item: UInt32) throws(SinterError) -> [Evidence] {
    let node = shopper.node(item)
    var result: [Evidence] = []
    let tags = facts.isEmpty ? [] : try shopper.links.tags.links(of: node)
    let tagConfidences = try shopper.facts.weights(tags, at: shopper.now)
    for (position, fact) in facts.enumerated() {
      if fact.target == node {
        result.append(Evidence(value: fact.weight, kind: .direct, first: UInt32(position)))
      }
      for (link, confidence) in zip(tags, tagConfidences) where link.node == fact.target && confidence > 0 {
        result.append(
          Evidence(
            value: fact.weight * fact.idf * confidence, kind: .tag, first: UInt32(position), second: link.relationship))
      }
    }
    // A link that goes out from the profile item comes in at this one.
    for (types, kind) in [(shopper.links.relatedBack, Evidence.Kind.related), (shopper.links.related, .relatedBack)]
    where !types.isEmpty {
      let links = try types.links(of: node)
      let confidences = try shopper.facts.weights(links, at: shopper.now)
      for (position, mine) in shopper.profile.enumerated() {
        let other = shopper.node(mine.item)
        for (link, confidence) in zip(links, confidences) where link.node == other && confidence > 0 {
          result.append(
            Evidence(value: mine.weight * confidence, kind: kind, first: UInt32(position), second: link.relationship))
        }
      }
    }
    return result
  }

  /// The relationship that a piece of evidence says of the user, or of the two items.
  func fact(of evidence: Evidence) -> UInt32? {
    switch evidence.kind {
    case .plain, .direct, .tag: facts[Int(evidence.first)].relationship
    case .related, .relatedBack: evidence.second
    }
  }

  func explain(_ evidence: Evidence, for item: UInt32) throws(SinterError) -> Explanation {
    let node = shopper.node(item)
    let title = try names.name(node)
    switch evidence.kind {
    case .related, .relatedBack:
      let mine = shopper.profile[Int(evidence.first)]
      guard let here = try shopper.link(to: mine) else { throw Inconsistency.error("a purchase") }
      let other = shopper.node(mine.item)
      let relation = Verbs.relation(try type(evidence.second))
      return Explanation(
        path: Path([shopper.user, other, node], [here.relationship, evidence.second]),
        sentence: "\(title) \(relation) \(try names.name(other)), which you \(here.verb).")
    case .tag:
      let fact = facts[Int(evidence.first)]
      let tag = try names.name(fact.target)
      return Explanation(
        path: Path([shopper.user, fact.target, node], [fact.relationship, evidence.second]),
        sentence: "You \(Verbs.you(fact.type)) \(tag) (\(sureness(fact))), and \(title) \(Verbs.tag(try type(evidence.second))) \(tag).")
    case .plain, .direct:
      let fact = facts[Int(evidence.first)]
      return Explanation(
        path: Path([shopper.user, node], [fact.relationship]),
        sentence: "You \(Verbs.you(fact.type)) \(title) (\(sureness(fact))).")
    }
  }

  private func sureness(_ fact: Fact) -> String { "\(Int((fact.confidence * 100).rounded())) % sure" }

  private func type(_ relationship: UInt32) throws(SinterError) -> String {
    guard let record = try shopper.view.relationship(RelationshipID(relationship)) else { throw Inconsistency.error("a fact") }
    return shopper.view.name(of: record.type)
  }

  func absence(of item: UInt32) throws(SinterError) -> String {
    let title = try names.name(shopper.node(item))
    return facts.isEmpty ? "Nothing is known of your preferences." : "Nothing that is known of you speaks for \(title)."
  }
}
