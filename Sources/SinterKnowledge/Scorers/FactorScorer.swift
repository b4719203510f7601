internal import SinterLearn
internal import SinterModel

/// Latent factors, with the user made from what they had: implicit ALS or BPR.
///
/// ALS: score(u, i) = Σ_j c_j · y_iᵀ (YᵀY + Σ_j α w_j y_j y_jᵀ + λI)⁻¹ y_j, c_j = 1 + α w_j (Hu, Koren and Volinsky 2008,
/// section 5). BPR: score(u, i) = b_i + Σ_j w_j p_j·q_i / √(Σ w_j), with the least bias as 0 so that no bias counts
/// against an item.
///
/// Evidence: `first` is the position in the profile, or `UInt32.max` for the bias.
final class FactorScorer: PersonalScorer {
  let name: ScorerName
  private let shopper: Shopper
  private let names: NodeNames
  private let model: FactorModel
  private let factors: ItemFactors
  /// Of each profile item the model knows: its position, its row, and what its vector is multiplied by.
  private var known: [(position: Int, row: Int, weight: Double)] = []
  private var taste: [Double]
  private let system: TasteSystem?
  private let leastBias: Double

  init(_ name: ScorerName, _ shopper: Shopper, _ names: NodeNames, _ model: FactorModel, _ factors: ItemFactors) {
    self.name = name
    self.shopper = shopper
    self.names = names
    self.model = model
    self.factors = factors
    leastBias = Double(factors.biases.min() ?? 0)
    let d = factors.dimension
    taste = [Double](repeating: 0, count: d)
    for (position, mine) in shopper.profile.enumerated() where mine.weight > 0 {
      if let row = model.row(of: shopper.node(mine.item)) { known.append((position, row, mine.weight)) }
    }
    let isALS = model.options.kind == .als
    if isALS {
      let alpha = model.options.alpha
      system = TasteSystem(
        factors, regularisation: model.options.regularisation, rows: known.map { ($0.row, alpha * $0.weight) })
      for k in known.indices { known[k].weight = 1 + alpha * known[k].weight }
    } else {
      system = nil
      let total = known.reduce(0) { $0 + $1.weight }
      for k in known.indices { known[k].weight /= total.squareRoot() }
    }
    let vectors = isALS ? factors.items : factors.tastes
    for piece in known { for c in 0..<d { taste[c] += piece.weight * Double(vectors[piece.row * d + c]) } }
    if let system { taste = system.solve(taste) }
  }

  /// A row's summands: of each known item, and of the bias.
  private func summands(_ row: Int) -> (items: [Double], bias: Double) {
    let d = factors.dimension
    var query = factors.items[row * d..<(row + 1) * d].map { Double($0) }
    if let system { query = system.solve(query) }
    let vectors = factors.tastes.isEmpty ? factors.items : factors.tastes
    let items = known.map { piece in
      var sum = 0.0
      for c in 0..<d { sum += query[c] * Double(vectors[piece.row * d + c]) }
      return sum * piece.weight
    }
    return (items, factors.biases.isEmpty ? 0 : Double(factors.biases[row]) - leastBias)
  }

  func score(_ workspace: Workspace) {
    guard !known.isEmpty else { return }
    let products = factors.products(with: taste)
    for (row, node) in model.nodes.enumerated() {
      guard let item = shopper.index.number(of: node) else { continue }
      let bias = factors.biases.isEmpty ? 0 : Double(factors.biases[row]) - leastBias
      workspace.scorer.add(item, bias + products[row])
    }
  }

  func evidence(for item: UInt32) -> [Evidence] {
    guard !known.isEmpty, let row = model.row(of: shopper.node(item)) else { return [] }
    let (items, bias) = summands(row)
    var result = zip(known, items).map { Evidence(value: $1, first: UInt32($0.position)) }
    if bias != 0 { result.append(Evidence(value: bias, first: .max)) }
    return result
  }

  func explain(_ evidence: Evidence, for item: UInt32) throws(SinterError) -> Explanation {
    let i = shopper.node(item)
    let title = try names.name(i)
    guard evidence.first != .max else {
      var path = Path([i], [])
      if let user = shopper.index.users(of: item).last, let link = try shopper.hasLink(user, item) {
        path = Path([user, i], [link.relationship])
      }
      return Explanation(path: path, sentence: "\(title) is well liked by many, as the model learned.")
    }
    let mine = shopper.profile[Int(evidence.first)]
    guard let here = try shopper.link(to: mine) else { throw Inconsistency.error("a purchase") }
    let j = shopper.node(mine.item)
    var path = Path([shopper.user, j], [here.relationship])
    if let common = try shopper.commonUser(mine.item, item) {
      path = Path([shopper.user, j, common.user, i], [here.relationship, common.first, common.second])
    }
    let other = try names.name(j)
    return Explanation(
      path: path,
      sentence: evidence.value < 0
        ? "\(other), which you \(here.verb), speaks against \(title): other tastes want it."
        : "\(title) suits the taste that \(other), which you \(here.verb), is a sign of.")
  }

  func absence(of item: UInt32) throws(SinterError) -> String {
    let title = try names.name(shopper.node(item))
    if known.isEmpty { return "You have nothing that the learned model knows." }
    return model.row(of: shopper.node(item)) == nil
      ? "\(title) is newer than the learned model." : "The learned model does not expect \(title) for you."
  }
}
