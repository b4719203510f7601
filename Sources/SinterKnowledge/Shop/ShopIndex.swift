internal import SinterModel
internal import SinterStorage
internal import Synchronization

/// Who has which item, as dense arrays over one snapshot: what the scorers' hot loops run on.
///
/// Items are the nodes with the item label, numbered 0… in order of their ids. Each pair of user and item counts once,
/// however often it was bought and by however many types.
///
/// An index is read in one go once; that of a later snapshot shares its arrays and reads again only the users and items
/// that commits touched. See ``updated(to:since:)``.
final class ShopIndex: Sendable {
  let schema: ShopSchema
  /// The label that makes a node an item; nil in a graph without a shop.
  let itemLabel: LabelID?
  /// Node ids of the items, ascending.
  let items: FixedArray<UInt32>
  /// Item number by node id, or ``noItem``.
  let itemNumbers: FixedArray<UInt32>
  /// What was read in one go. Of one base, all indexes number their items alike.
  let base: InteractionTable
  let itemPatches: RowPatches
  let userPatches: RowPatches
  /// Every user who has an item has a node id below this.
  let userLimit: Int
  /// How many pairs of user and item there are.
  let pairCount: Int
  /// log(1 + users of the item).
  let popularity: FixedArray<Double>
  /// 1 / √(users of the item + λ): see ``CopurchaseScorer``.
  let damping: FixedArray<Double>
  /// How many items the user has to whom a random (user, item) pair leads.
  let meanItemsMet: Double
  /// Items with users, most popular first, then by number.
  let popularityOrder: FixedArray<UInt32>
  private let workspaces: WorkspacePool

  static let noItem = UInt32.max

  convenience init(
    schema: ShopSchema, itemLabel: LabelID?, items: FixedArray<UInt32>, itemNumbers: FixedArray<UInt32>,
    itemOffsets: FixedArray<UInt32>, itemUsers: FixedArray<UInt32>, userOffsets: FixedArray<UInt32>,
    userItems: FixedArray<UInt32>
  ) {
    self.init(
      schema: schema, itemLabel: itemLabel, items: items, itemNumbers: itemNumbers,
      base: InteractionTable(
        itemOffsets: itemOffsets, itemUsers: itemUsers, userOffsets: userOffsets, userItems: userItems),
      itemPatches: RowPatches(), userPatches: RowPatches(), meanItemsMet: nil, workspaces: WorkspacePool())
  }

  /// - Parameter meanItemsMet: nil to count it.
  init(
    schema: ShopSchema, itemLabel: LabelID?, items: FixedArray<UInt32>, itemNumbers: FixedArray<UInt32>,
    base: InteractionTable, itemPatches: RowPatches, userPatches: RowPatches, meanItemsMet: Double?, workspaces: WorkspacePool
  ) {
    self.schema = schema
    self.itemLabel = itemLabel
    self.items = items
    self.itemNumbers = itemNumbers
    self.base = base
    self.itemPatches = itemPatches
    self.userPatches = userPatches
    self.workspaces = workspaces
    userLimit = max(base.userOffsets.count, (userPatches.rows.keys.max().map { Int($0) } ?? 0) + 1)
    let counts = FixedArray(repeating: UInt32(0), count: items.count)
    var mostUsers = 0
    var pairCount = 0
    for i in 0..<items.count {
      let row = itemPatches.row(UInt32(i)) ?? InteractionTable.row(UInt32(i), base.itemOffsets, base.itemUsers)
      counts.base[i] = UInt32(row.count)
      pairCount += row.count
      mostUsers = max(mostUsers, row.count)
    }
    self.pairCount = pairCount
    popularity = FixedArray(repeating: 0, count: items.count)
    damping = FixedArray(repeating: 0, count: items.count)
    // Few items differ in how many users they have, and taking roots and logarithms is slow.
    let byCount = FixedArray(repeating: (logarithm: -1.0, damping: 0.0), count: mostUsers + 1)
    for i in 0..<items.count {
      let users = Int(counts.base[i])
      if byCount.base[users].logarithm < 0 {
        byCount.base[users] = (logarithm(1 + Double(users)), 1 / max(Double(users) + schema.shrinkage, 1e-9).squareRoot())
      }
      popularity.base[i] = byCount.base[users].logarithm
      damping.base[i] = byCount.base[users].damping
    }
    popularityOrder = Self.order(counts, mostUsers: mostUsers)
    self.meanItemsMet = meanItemsMet ?? Self.meanItemsMet(base)
  }

  private static func meanItemsMet(_ base: InteractionTable) -> Double {
    var squares = 0.0
    for user in 0..<max(0, base.userOffsets.count - 1) {
      let count = Double(base.userOffsets.base[user + 1] - base.userOffsets.base[user])
      squares += count * count
    }
    return base.userItems.count == 0 ? 0 : squares / Double(base.userItems.count)
  }

  /// Counting sort by falling number of users.
  private static func order(_ counts: FixedArray<UInt32>, mostUsers: Int) -> FixedArray<UInt32> {
    var starts = [Int](repeating: 0, count: mostUsers + 2)
    var sold = 0
    for i in 0..<counts.count where counts.base[i] > 0 {
      starts[mostUsers - Int(counts.base[i]) + 1] += 1
      sold += 1
    }
    for i in 1..<starts.count { starts[i] += starts[i - 1] }
    let order = FixedArray<UInt32>(repeating: 0, count: sold)
    for i in 0..<counts.count where counts.base[i] > 0 {
      let bucket = mostUsers - Int(counts.base[i])
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

  /// The users of an item: node ids, ascending.
  @inline(__always)
  func users(of item: UInt32) -> UnsafeBufferPointer<UInt32> {
    itemPatches.row(item) ?? InteractionTable.row(item, base.itemOffsets, base.itemUsers)
  }

  /// The items of a user: item numbers, ascending.
  @inline(__always)
  func items(of user: UInt32) -> UnsafeBufferPointer<UInt32> {
    userPatches.row(user) ?? InteractionTable.row(user, base.userOffsets, base.userItems)
  }

  /// Lends scratch memory over the items to `body`; it comes back cleared.
  func withWorkspace<Result>(_ body: (Workspace) throws(SinterError) -> Result) throws(SinterError) -> Result {
    let workspace = workspaces.take(itemCount: items.count, userCount: userLimit)
    defer { workspaces.give(back: workspace) }
    return try body(workspace)
  }

  /// For an index of the same shop with other rows.
  var sharedWorkspaces: WorkspacePool { workspaces }
}
