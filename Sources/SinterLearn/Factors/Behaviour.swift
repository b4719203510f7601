/// What users had, in the order of time, for models of behaviour: rows of users, each a list of distinct items.
package struct Behaviour: Sendable {
  /// Items are 0..<`itemCount`.
  package let itemCount: Int
  /// The items of user u are `offsets[u]..<offsets[u + 1]` of ``items``, oldest first.
  package let offsets: [Int]
  package let items: [UInt32]
  /// When, parallel to ``items``; equal numbers happened together.
  package let times: [Double]

  package init(itemCount: Int, offsets: [Int], items: [UInt32], times: [Double]) {
    self.itemCount = itemCount
    self.offsets = offsets
    self.items = items
    self.times = times
  }

  package var userCount: Int { offsets.count - 1 }

  /// The users of each item with the item's position in ``items``: positions of item i are
  /// `positions[starts[i]..<starts[i + 1]]`, by falling position in no particular order of users.
  func byItem() -> (starts: [Int], positions: [Int], users: [UInt32]) {
    var starts = [Int](repeating: 0, count: itemCount + 1)
    for item in items { starts[Int(item) + 1] += 1 }
    for i in 0..<itemCount { starts[i + 1] += starts[i] }
    var next = starts
    var positions = [Int](repeating: 0, count: items.count)
    var users = [UInt32](repeating: 0, count: items.count)
    for user in 0..<userCount {
      for position in offsets[user]..<offsets[user + 1] {
        let item = Int(items[position])
        positions[next[item]] = position
        users[next[item]] = UInt32(user)
        next[item] += 1
      }
    }
    return (starts, positions, users)
  }

  /// How many users have each item.
  func counts() -> [Int] {
    var counts = [Int](repeating: 0, count: itemCount)
    for item in items { counts[Int(item)] += 1 }
    return counts
  }

  /// A number that tells one behaviour from another (FNV-1a over users' items), as 16 hexadecimal digits.
  package func fingerprint(nodes: [UInt32]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ value: UInt32) { hash = (hash ^ UInt64(value)) &* 0x0000_0100_0000_01b3 }
    for user in 0..<userCount {
      mix(UInt32(truncatingIfNeeded: offsets[user + 1] - offsets[user]))
      for item in items[offsets[user]..<offsets[user + 1]] { mix(nodes[Int(item)]) }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
