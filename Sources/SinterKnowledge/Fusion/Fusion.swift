internal import SinterLearn
internal import SinterModel
internal import SinterStorage

/// The scorers of a strategy run for one user in one snapshot.
///
/// Each scorer's raw scores are divided by the greatest one among the items the user does not have, so that they lie
/// in 0…1 there, multiplied by the scorer's weight and summed. What the user dislikes lowers an item's whole score by
/// the factor 1 − c, c the confidence of the dislike. Both are linear, so the evidence of all scorers, scaled alike,
/// adds up to the score. Labels, WHERE and EXCLUDE only choose among the items; they never change a score.
final class Fusion {
  let shopper: Shopper
  let names: NodeNames
  let index: ShopIndex
  let parts: [Part]
  /// The scale of popularity; asked for every item that is ranked.
  let popularityScale: Double
  private let workspace: Workspace
  /// What the user dismissed lately.
  private let dismissed: Set<UInt32>

  struct Part {
    let scorer: any Scorer
    /// Weight over the greatest raw score; 0 where nothing scored.
    var scale: Double
    let weight: Double
  }

  /// Scores all items.
  init(_ scene: Scene, user: NodeID, strategy: Strategy, workspace: Workspace) throws(SinterError) {
    index = scene.index
    self.workspace = workspace
    shopper = try Shopper(scene, user: user, owned: workspace.owned)
    names = NodeNames(scene.view, index.schema)
    dismissed = try shopper.dismissed()
    var strategy = strategy
    if strategy.isDefault, !scene.models.hasTransE(in: scene.view) { strategy = strategy.without(.transe) }
    var parts: [Part] = []
    for part in strategy.parts {
      let scorer = try Self.scorer(part.scorer, shopper.withRecency(part.recency), names, scene, workspace)
      let scale: Double
      if let personal = scorer as? any PersonalScorer {
        scale = try Self.add(personal, part.weight, workspace)
      } else {
        scale = Self.popularityScale(index, workspace, part.weight)
      }
      parts.append(Part(scorer: scorer, scale: scale, weight: part.weight))
    }
    self.parts = parts
    popularityScale = parts.first { $0.scorer.name == .popularity }?.scale ?? 0
    try applyDislikes()
  }

  static func scorer(
    _ name: ScorerName, _ shopper: Shopper, _ names: NodeNames, _ scene: Scene, _ workspace: Workspace
  ) throws(SinterError) -> any Scorer {
    switch name {
    case .copurchase: CopurchaseScorer(shopper, names, workspace)
    case .transe: try TransEScorer(shopper, names, scene)
    case .knowledge: try KnowledgeScorer(shopper, names)
    case .popularity: PopularityScorer(shopper, names)
    case .tags: try TagScorer(shopper, names)
    case .social: try SocialScorer(shopper, names)
    case .trending: TrendingScorer(shopper, names, try scene.models.trend(scene.index, in: scene.view))
    case .content: ContentScorer(shopper, names, try scene.models.texts(scene.index, in: scene.view))
    case .ease, .sequence, .als, .bpr: try learned(name, shopper, names, scene)
    }
  }

  private static func learned(
    _ name: ScorerName, _ shopper: Shopper, _ names: NodeNames, _ scene: Scene
  ) throws(SinterError) -> any Scorer {
    guard let kind = name.factorKind else { preconditionFailure("\(name) is no model of behaviour") }
    let model = try scene.models.factors(kind, in: scene.view)
    switch model.content {
    case .items(let items): return ItemModelScorer(name, shopper, names, model, items)
    case .factors(let factors): return FactorScorer(name, shopper, names, model, factors)
    }
  }

  /// Runs a scorer and adds its scaled scores to the totals.
  private static func add(_ scorer: any PersonalScorer, _ weight: Double, _ workspace: Workspace) throws(SinterError) -> Double {
    let board = workspace.scorer
    try scorer.score(workspace)
    defer { board.clear() }
    var greatest = 0.0
    for item in board.touched where !workspace.owned.isTouched(item) { greatest = max(greatest, board.values[Int(item)]) }
    guard greatest > 0 else { return 0 }
    let scale = weight / greatest
    workspace.total.add(board, scale: scale)
    return scale
  }

  /// Popularity is never summed item by item: see ``score(of:)`` and ``Ranking``.
  private static func popularityScale(_ index: ShopIndex, _ workspace: Workspace, _ weight: Double) -> Double {
    let first = index.popularityOrder.asBuffer.first { !workspace.owned.isTouched($0) }
    guard let first else { return 0 }
    return weight / index.popularity.base[Int(first)]
  }

  /// Lowers what the user dislikes, directly or by a tag. Every such item is touched, so that ranking sees it.
  private func applyDislikes() throws(SinterError) {
    for link in try shopper.links.dislikes.links(of: shopper.user) {
      guard try shopper.facts.isLive(link.relationship, at: shopper.now) else { continue }
      // A sure dislike leaves a little, so that the reasons stay visible.
      let logFactor = logarithm(max(0.01, 1 - (try shopper.facts.confidence(link.relationship))))
      let items = [link.node] + (try shopper.links.tagged.links(of: link.node).map(\.node))
      for node in items {
        guard let item = index.number(of: node) else { continue }
        workspace.dislike.add(item, logFactor)
        workspace.total.touch(item)
      }
    }
  }

  /// The factor by which dislikes lower an item's score.
  func factor(of item: UInt32) -> Double {
    workspace.dislike.isTouched(item) ? exponential(workspace.dislike.values[Int(item)]) : 1
  }

  /// The score of an item.
  func score(of item: UInt32) -> Double {
    let sum = workspace.total.values[Int(item)] + popularityScale * index.popularity.base[Int(item)]
    return sum * factor(of: item)
  }

  /// Items that some scorer but popularity has scored, or that are disliked.
  var touched: [UInt32] { workspace.total.touched }
  func isTouched(_ item: UInt32) -> Bool { workspace.total.isTouched(item) }
  func isOwned(_ item: UInt32) -> Bool { workspace.owned.isTouched(item) }
  func isDismissed(_ item: UInt32) -> Bool { !dismissed.isEmpty && dismissed.contains(item) }
}
