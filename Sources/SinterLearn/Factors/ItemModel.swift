/// Weights from items to items: the score of an item is the sum of the weights that lead to it from what a user had.
///
/// Rows are sparse: of each item only the strongest links are kept, by size whatever the sign.
package struct ItemModel: Sendable, Equatable {
  /// Of row r, in `targets` and `weights`: `offsets[r]..<offsets[r + 1]`, targets ascending.
  package var offsets: [UInt32] = [0]
  /// Items, as the numbers of a ``Behaviour`` while training and as node ids once published.
  package var targets: [UInt32] = []
  package var weights: [Float] = []

  package var rowCount: Int { offsets.count - 1 }

  @inline(__always)
  package func range(_ row: Int) -> Range<Int> { Int(offsets[row])..<Int(offsets[row + 1]) }

  /// The weight from a row to a target, nil where none is kept.
  package func weight(_ row: Int, _ target: UInt32) -> Float? {
    let range = range(row)
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if targets[middle] < target { low = middle + 1 } else { high = middle }
    }
    return low < range.upperBound && targets[low] == target ? weights[low] : nil
  }

  /// Adds a row with the `limit` strongest of its links.
  mutating func append(_ links: [(target: UInt32, weight: Float)], limit: Int) {
    var links = links
    if links.count > limit {
      links.sort { (abs($0.weight), $1.target) > (abs($1.weight), $0.target) }
      links.removeLast(links.count - limit)
    }
    links.sort { $0.target < $1.target }
    for link in links {
      targets.append(link.target)
      weights.append(link.weight)
    }
    offsets.append(UInt32(targets.count))
  }
}
