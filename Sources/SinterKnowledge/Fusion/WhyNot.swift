internal import SinterModel

extension Fusion {
  /// The place an item must reach to count as recommended.
  static let cutOff = 10

  /// Why an item is not among the best: first a map on the item, then one per scorer, largest shortfall first.
  ///
  /// Every map has `scorer` (null in the first), `path` (null), `sentence`, `contribution` (the item's), `cutOff` (the
  /// tenth item's), and `gap` = cutOff − contribution. In the first map they are whole scores; their gaps add up.
  func whyNot(_ item: UInt32) throws(SinterError) -> Value {
    var ranking = Ranking(self) { self.isOwned($0) || self.isDismissed($0) }
    var last: (item: UInt32, score: Double)?
    var rank: Int?
    for place in 1...Self.cutOff {
      guard let next = ranking.next() else { break }
      last = next
      if next.item == item { rank = place }
    }
    let score = score(of: item)
    var maps: [Value] = []
    var shortfalls: [(gap: Double, value: Value)] = []
    for part in parts {
      let mine = try contribution(part, to: item)
      let theirs = try last.map { last throws(SinterError) in try contribution(part, to: last.item) } ?? 0
      let sentence = try sentence(part, item, mine: mine, theirs: theirs)
      let gap = theirs - mine
      shortfalls.append((gap, Self.map(part.scorer.name.rawValue, sentence, mine, theirs)))
    }
    let summary = try summary(item, score: score, cutOff: last?.score ?? 0, rank: rank)
    maps.append(Self.map(nil, summary, score, last?.score ?? 0))
    maps += shortfalls.sorted { $0.gap > $1.gap }.map(\.value)
    return .list(maps)
  }

  private static func map(_ scorer: String?, _ sentence: String, _ mine: Double, _ theirs: Double) -> Value {
    .map([
      "scorer": scorer.map { .string($0) } ?? .null, "path": .null, "sentence": .string(sentence),
      "contribution": .float(mine), "cutOff": .float(theirs), "gap": .float(theirs - mine),
    ])
  }

  private func summary(_ item: UInt32, score: Double, cutOff: Double, rank: Int?) throws(SinterError) -> String {
    let title = try names.name(shopper.node(item))
    if isOwned(item) { return "\(title) is left out because you have it already." }
    if isDismissed(item) {
      return "\(title) is left out because you dismissed it in the last \(Self.rounded(index.schema.dismissedDays)) days."
    }
    if let rank { return "\(title) is recommended: it is number \(rank) of the first \(Self.cutOff)." }
    let needed = "the first \(Self.cutOff) need \(Self.rounded(cutOff))"
    let disliked = factor(of: item) < 1 ? ", lowered because you avoid it or a tag of it" : ""
    return "\(title) scores \(Self.rounded(score))\(disliked); \(needed)."
  }

  private func sentence(_ part: Part, _ item: UInt32, mine: Double, theirs: Double) throws(SinterError) -> String {
    if mine <= 0 { return try part.scorer.absence(of: item) }
    let name = part.scorer.name.rawValue
    return mine >= theirs
      ? "\(name) speaks for it as much as for the items recommended (\(Self.rounded(mine)))."
      : "\(name) gives \(Self.rounded(mine)); the last item recommended has \(Self.rounded(theirs))."
  }

  private static func rounded(_ number: Double) -> String { String((number * 1000).rounded() / 1000) }
}
