internal import SinterLearn
internal import SinterModel

/// A learned matrix of weights from items to items: EASE, or what is had next.
///
/// score(u, i) = Σ_j w_j · W_ji over the items j of the user's profile; w_j carries the recency. Weights of EASE may be
/// negative: such evidence speaks against the item.
///
/// Evidence: `first` is the position in the profile.
struct ItemModelScorer: PersonalScorer {
  let name: ScorerName
  private let shopper: Shopper
  private let names: NodeNames
  private let nodes: FactorModel
  private let model: ItemModel
  /// Of each profile item: its row and its weight.
  private let rows: [(row: Int, weight: Double)]

  init(_ name: ScorerName, _ shopper: Shopper, _ names: NodeNames, _ factors: FactorModel, _ model: ItemModel) {
    self.name = name
    self.shopper = shopper
    self.names = names
    nodes = factors
    self.model = model
    rows = shopper.profile.map { (factors.row(of: shopper.node($0.item)) ?? -1, $0.weight) }
  }

  func score(_ workspace: Workspace) {
    let index = shopper.index
    nodes.nodes.withUnsafeBufferPointer { nodes in
      model.targets.withUnsafeBufferPointer { targets in
        model.weights.withUnsafeBufferPointer { weights in
          for (row, weight) in rows where row >= 0 {
            for k in model.range(row) {
              if let item = index.number(of: nodes[Int(targets[k])]) {
                workspace.scorer.add(item, weight * Double(weights[k]))
              }
            }
          }
        }
      }
    }
  }

  func evidence(for item: UInt32) -> [Evidence] {
    guard let target = nodes.row(of: shopper.node(item)) else { return [] }
    return rows.enumerated().compactMap { position, mine in
      guard mine.row >= 0, let weight = model.weight(mine.row, UInt32(target)) else { return nil }
      return Evidence(value: mine.weight * Double(weight), first: UInt32(position))
    }
  }

  func explain(_ evidence: Evidence, for item: UInt32) throws(SinterError) -> Explanation {
    let mine = shopper.profile[Int(evidence.first)]
    let (j, i) = (shopper.node(mine.item), shopper.node(item))
    guard let here = try shopper.link(to: mine) else { throw Inconsistency.error("a purchase") }
    let (title, other) = (try names.name(i), try names.name(j))
    let sentence: String
    if evidence.value < 0 {
      sentence = "\(other), which you \(here.verb), speaks against \(title): few want both."
    } else if name == .sequence {
      sentence = "After \(other), which you \(here.verb), customers go on to \(title)."
    } else {
      sentence = "\(title) goes with \(other), which you \(here.verb), as learned from all customers."
    }
    var path = Path([shopper.user, j], [here.relationship])
    if let common = try shopper.commonUser(mine.item, item) {
      path = Path([shopper.user, j, common.user, i], [here.relationship, common.first, common.second])
    }
    return Explanation(path: path, sentence: sentence)
  }

  func absence(of item: UInt32) throws(SinterError) -> String {
    let title = try names.name(shopper.node(item))
    if shopper.profile.isEmpty { return "You have not bought or looked at anything yet." }
    return nodes.row(of: shopper.node(item)) == nil
      ? "\(title) is newer than the learned model." : "The learned model knows no link from what you have to \(title)."
  }
}

extension Shopper {
  /// Someone else who has both items, with the links; nil where nobody has.
  func commonUser(_ a: UInt32, _ b: UInt32) throws(SinterError) -> (user: UInt32, first: UInt32, second: UInt32)? {
    let (shorter, longer) = index.users(of: a).count < index.users(of: b).count ? (a, b) : (b, a)
    let others = index.users(of: longer)
    var from = 0
    for candidate in index.users(of: shorter) where candidate != user {
      from = lowerBound(others, candidate, from: from)
      guard from < others.count else { return nil }
      if others[from] == candidate, let first = try hasLink(candidate, a), let second = try hasLink(candidate, b) {
        return (candidate, first.relationship, second.relationship)
      }
    }
    return nil
  }
}
