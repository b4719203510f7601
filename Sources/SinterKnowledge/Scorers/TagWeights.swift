internal import SinterModel
internal import SinterStorage

/// How telling a tag is, and what is known of its links.
struct TagWeights {
  private let shopper: Shopper
  private let itemCount: Double

  init(_ shopper: Shopper) {
    self.shopper = shopper
    itemCount = Double(max(1, shopper.index.items.count))
  }

  /// Items with the tag.
  func frequency(_ tag: UInt32) throws(SinterError) -> Int { try shopper.links.tagged.degree(of: tag) }

  /// log(1 + N/df) / log(1 + N): 1 for a tag of one item, near 0 for a tag of all.
  func idf(_ tag: UInt32) throws(SinterError) -> Double {
    let frequency = try max(1, frequency(tag))
    return logarithm(1 + itemCount / Double(frequency)) / logarithm(1 + itemCount)
  }
}

extension FactReader {
  /// Confidence of each relationship, 0 for those that do not hold at a time; 1 where nothing is kept.
  func weights(_ links: [Link], at seconds: Double) throws(SinterError) -> [Double] {
    guard hasAny else { return [Double](repeating: 1, count: links.count) }
    var result: [Double] = []
    result.reserveCapacity(links.count)
    for link in links {
      result.append(try isLive(link.relationship, at: seconds) ? confidence(link.relationship) : 0)
    }
    return result
  }
}
