internal import SinterModel
internal import SinterStorage
internal import Synchronization

/// How alike the items of a list are.
///
/// Two items are as alike as Jaccard's index of their tags says; in a store without tags, as the cosine of their users.
final class ListSimilarity: Sendable {
  private let index: ShopIndex
  private let view: GraphView
  private let usesTags: Bool
  private let tags = Mutex<[UInt32: [UInt32]]>([:])

  init(_ view: GraphView, _ index: ShopIndex) {
    self.view = view
    self.index = index
    usesTags = !LinkTypes(index.schema.tagged, .outgoing, in: view).isEmpty
  }

  /// 1 − the mean likeness of all pairs of the list; 0 for fewer than two items.
  func diversity(of list: [UInt32]) throws(SinterError) -> Double {
    guard list.count > 1 else { return 0 }
    var sets: [[UInt32]] = []
    for item in list { sets.append(usesTags ? try tags(of: item) : Array(index.users(of: item))) }
    var sum = 0.0
    for a in 0..<list.count {
      for b in (a + 1)..<list.count {
        let common = Self.common(sets[a], sets[b])
        guard common > 0 else { continue }
        sum += usesTags
          ? Double(common) / Double(sets[a].count + sets[b].count - common)
          : Double(common) / (Double(sets[a].count) * Double(sets[b].count)).squareRoot()
      }
    }
    return 1 - sum / Double(list.count * (list.count - 1) / 2)
  }

  private func tags(of item: UInt32) throws(SinterError) -> [UInt32] {
    if let known = tags.withLock({ $0[item] }) { return known }
    let links = try LinkTypes(index.schema.tagged, .outgoing, in: view).links(of: index.items.base[Int(item)])
    let found = Set(links.map(\.node)).sorted()
    tags.withLock { $0[item] = found }
    return found
  }

  /// How many numbers two ascending lists share.
  private static func common(_ a: [UInt32], _ b: [UInt32]) -> Int {
    var (i, j, count) = (0, 0, 0)
    while i < a.count, j < b.count {
      if a[i] == b[j] {
        count += 1
        i += 1
        j += 1
      } else if a[i] < b[j] {
        i += 1
      } else {
        j += 1
      }
    }
    return count
  }
}
