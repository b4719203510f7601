internal import SinterModel
internal import SinterStorage
internal import Synchronization

/// Who has which item, as dense arrays over one snapshot: what the scorers' hot loops run on.
///
/// Items are the nodes with the item label, numbered 0… in order of their ids. Each pair of user and item counts once,
/// however often it was bought and by however many types.
final class ShopIndex: Sendable {
  let schema: ShopSchema
  /// The label that makes a node an item; nil in a graph without a shop.
  let itemLabel: LabelID?
  /// Node ids of the items, ascending.
  let items: FixedArray<UInt32>
  /// Item number by node id, or ``noItem``.
  let itemNumbers: FixedArray<UInt32>
  /// The users of item i are `itemUsers[itemOffsets[i]..<itemOffsets[i + 1]]`: node ids, ascending.
  let itemOffsets: FixedArray<UInt32>
  let itemUsers: FixedArray<UInt32>
  /// The items of node u are `userItems[userOffsets[u]..<userOffsets[u + 1]]`: item numbers, ascending.
  let userOffsets: FixedArray<UInt32>
  let userItems: FixedArray<UInt32>
  /// √(users of the item).
  let rootUsers: FixedArray<Double>
  /// log(1 + users of the item).
  let popularity: FixedArray<Double>
  /// How many items the user has to whom a random (user, item) pair leads.
  let meanItemsMet: Double
  /// Items with users, most popular first, then by number.
  let popularityOrder: FixedArray<UInt32>
  private let workspaces = Mutex<[Workspace]>([])

  static let noItem = UInt32.max

  init(
    schema: ShopSchema, itemLabel: LabelID?, items: FixedArray<UInt32>, itemNumbers: FixedArray<UInt32>,
    itemOffsets: FixedArray<UInt32>, itemUsers: FixedArray<UInt32>, userOffsets: FixedArray<UInt32>,
    userItems: FixedArray<UInt32>
  ) {
    self.schema = schema
    self.itemLabel = itemLabel
    self.items = items
    self.itemNumbers = itemNumbers
    self.itemOffsets = itemOffsets
    self.itemUsers = itemUsers
    self.userOffsets = userOffsets
    self.userItems = userItems
    rootUsers = FixedArray(repeating: 0, count: items.count)
    popularity = FixedArray(repeating: 0, count: items.count)
    var mostUsers = 0
    for i in 0..<items.count {
      let users = Int(itemOffsets.base[i + 1] - itemOffsets.base[i])
      rootUsers.base[i] = Double(users).squareRoot()
      popularity.base[i] = logarithm(1 + Double(users))
      mostUsers = max(mostUsers, users)
    }
    var squares = 0.0
    for user in 0..<max(0, userOffsets.count - 1) {
      let count = Double(userOffsets.base[user + 1] - userOffsets.base[user])
      squares += count * count
    }
    meanItemsMet = userItems.count == 0 ? 0 : squares / Double(userItems.count)
    popularityOrder = Self.order(itemOffsets, itemCount: items.count, mostUsers: mostUsers)
  }

  /// Counting sort by falling number of users.
  private static func order(_ offsets: FixedArray<UInt32>, itemCount: Int, mostUsers: Int) -> FixedArray<UInt32> {
    var starts = [Int](repeating: 0, count: mostUsers + 2)
    func users(_ i: Int) -> Int { Int(offsets.base[i + 1] - offsets.base[i]) }
    var sold = 0
    for i in 0..<itemCount where users(i) > 0 {
      starts[mostUsers - users(i) + 1] += 1
      sold += 1
    }
    for i in 1..<starts.count { starts[i] += starts[i - 1] }
    let order = FixedArray<UInt32>(repeating: 0, count: sold)
    for i in 0..<itemCount where users(i) > 0 {
      let bucket = mostUsers - users(i)
      order.base[starts[bucket]] = UInt32(i)
      starts[bucket] += 1
    }
    return order
  }

  /// The number of an item node, or nil.
  func number(of node: UInt32) -> UInt32? {
    guard Int(node) < itemNumbers.count else { return nil }
    let number = itemNumbers.base[Int(node)]
    return number == Self.noItem ? nil : number
  }

  @inline(__always)
  func users(of item: UInt32) -> UnsafeBufferPointer<UInt32> {
    let start = Int(itemOffsets.base[Int(item)])
    return UnsafeBufferPointer(start: itemUsers.base + start, count: Int(itemOffsets.base[Int(item) + 1]) - start)
  }

  @inline(__always)
  func items(of user: UInt32) -> UnsafeBufferPointer<UInt32> {
    guard Int(user) + 1 < userOffsets.count else { return UnsafeBufferPointer(start: nil, count: 0) }
    let start = Int(userOffsets.base[Int(user)])
    return UnsafeBufferPointer(start: userItems.base + start, count: Int(userOffsets.base[Int(user) + 1]) - start)
  }

  /// Lends scratch memory over the items to `body`; it comes back cleared.
  func withWorkspace<Result>(_ body: (Workspace) throws(SinterError) -> Result) throws(SinterError) -> Result {
    let workspace = workspaces.withLock { $0.popLast() } ?? Workspace(itemCount: items.count)
    defer {
      workspace.clear()
      workspaces.withLock { if $0.count < 8 { $0.append(workspace) } }
    }
    return try body(workspace)
  }
}

/// Scratch memory of one recommendation, reused by the next.
///
/// `@unchecked Sendable`: it is in the pool or with one caller.
final class Workspace: @unchecked Sendable {
  /// Weighted sums over all scorers, and of the scorer at work.
  let total: ScoreBoard
  let scorer: ScoreBoard
  /// What a scorer counts item by item on the way.
  let counts: ScoreBoard
  /// Items the user has.
  let owned: ScoreBoard
  /// Log of the factor, at most 0, by which dislikes lower an item's score.
  let dislike: ScoreBoard

  init(itemCount: Int) {
    total = ScoreBoard(count: itemCount)
    scorer = ScoreBoard(count: itemCount)
    counts = ScoreBoard(count: itemCount)
    owned = ScoreBoard(count: itemCount)
    dislike = ScoreBoard(count: itemCount)
  }

  func clear() {
    for board in [total, scorer, counts, owned, dislike] { board.clear() }
  }
}
