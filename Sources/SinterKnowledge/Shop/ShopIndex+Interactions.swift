internal import SinterModel

extension ShopIndex {
  /// The same items with only the liked pairs of `interactions`.
  convenience init(_ whole: ShopIndex, _ interactions: Interactions) {
    let itemCount = whole.items.count
    let nodeCount = whole.itemNumbers.count
    let itemOffsets = FixedArray(repeating: UInt32(0), count: itemCount + 1)
    let userOffsets = FixedArray(repeating: UInt32(0), count: nodeCount + 1)
    var kept = 0
    for k in interactions.users.indices {
      for pair in interactions.offsets[k]..<interactions.offsets[k + 1] where interactions.isLiked[pair] {
        itemOffsets.base[Int(interactions.items[pair]) + 1] += 1
        userOffsets.base[Int(interactions.users[k]) + 1] += 1
        kept += 1
      }
    }
    for i in 0..<itemCount { itemOffsets.base[i + 1] += itemOffsets.base[i] }
    for u in 0..<nodeCount { userOffsets.base[u + 1] += userOffsets.base[u] }
    // Users are visited in order, so every item's users ascend; then items, so every user's items do.
    let itemUsers = FixedArray(repeating: UInt32(0), count: kept)
    var next = [UInt32](repeating: 0, count: itemCount)
    for k in interactions.users.indices {
      for pair in interactions.offsets[k]..<interactions.offsets[k + 1] where interactions.isLiked[pair] {
        let item = Int(interactions.items[pair])
        itemUsers.base[Int(itemOffsets.base[item] + next[item])] = interactions.users[k]
        next[item] += 1
      }
    }
    let userItems = FixedArray(repeating: UInt32(0), count: kept)
    var nextOfUser = [UInt32](repeating: 0, count: nodeCount)
    for item in 0..<itemCount {
      for k in Int(itemOffsets.base[item])..<Int(itemOffsets.base[item + 1]) {
        let user = Int(itemUsers.base[k])
        userItems.base[Int(userOffsets.base[user] + nextOfUser[user])] = UInt32(item)
        nextOfUser[user] += 1
      }
    }
    self.init(
      schema: whole.schema, itemLabel: whole.itemLabel, items: whole.items, itemNumbers: whole.itemNumbers,
      itemOffsets: itemOffsets, itemUsers: itemUsers, userOffsets: userOffsets, userItems: userItems)
  }
}
