internal import SinterModel
internal import SinterStorage

extension ShopIndex {
  /// The index of a later state of the same store, with the rows of users and items read again that changed between.
  ///
  /// - Parameter earlier: the overlay of the state this index shows.
  /// - Returns: nil where reading all in one go is the only way, or the cheaper one: what changed is no longer known, the
  ///   settings changed, an item was deleted or lies before the last one, or a large part changed.
  /// - Complexity: O(items + changes since the last fold + relationships of the users and items between)
  func updated(to view: GraphView, since earlier: Overlay) throws(SinterError) -> ShopIndex? {
    guard let itemLabel, earlier.sequence >= view.overlay.foldedSequence, try ShopSchema.read(view) == schema,
      let new = try newItems(view, itemLabel)
    else { return nil }
    var users: Set<UInt32> = []
    var changedItems: Set<UInt32> = []
    for name in schema.has {
      guard let type = view.typeID(name) else { continue }
      users.formUnion(view.overlay.changedNodes(type, .outgoing, since: earlier))
      changedItems.formUnion(view.overlay.changedNodes(type, .incoming, since: earlier))
    }
    try insertRated(view, &users, &changedItems)
    let items = new.isEmpty ? items : FixedArray(Array(self.items.asBuffer) + new, empty: 0)
    let numbers = new.isEmpty ? itemNumbers : numbers(with: new, limit: Int(view.nodeIDLimit))
    var itemRows: [UInt32: FixedArray<UInt32>] = [:]
    let owners = InteractionReader(view, schema, .incoming)
    for node in changedItems.union(new) {
      guard Int(node) < numbers.count, numbers.base[Int(node)] != Self.noItem else { continue }
      var row: [UInt32] = []
      try owners.append(neighboursOf: node, to: &row)
      itemRows[numbers.base[Int(node)]] = FixedArray(row, empty: 0)
    }
    // What a new item had before it was one is new to its users.
    for node in new { if let row = itemRows[numbers.base[Int(node)]] { users.formUnion(row.asBuffer) } }
    guard itemRows.count + users.count + itemPatches.rows.count + userPatches.rows.count <= patchLimit else { return nil }
    var userRows: [UInt32: FixedArray<UInt32>] = [:]
    let belongings = InteractionReader(view, schema, .outgoing)
    for user in users {
      var nodes: [UInt32] = []
      try belongings.append(neighboursOf: user, to: &nodes)
      let row = nodes.compactMap { node in
        Int(node) < numbers.count && numbers.base[Int(node)] != Self.noItem ? numbers.base[Int(node)] : nil
      }
      userRows[user] = FixedArray(row, empty: 0)
    }
    if itemRows.isEmpty, userRows.isEmpty { return self }
    return ShopIndex(
      schema: schema, itemLabel: itemLabel, items: items, itemNumbers: numbers, base: base,
      itemPatches: RowPatches(itemPatches, itemRows, limit: items.count),
      userPatches: RowPatches(userPatches, userRows, limit: Int(view.nodeIDLimit)), meanItemsMet: meanItemsMet,
      workspaces: sharedWorkspaces)
  }

  /// With more patches than this a new base is worth its price.
  private var patchLimit: Int { max(4_096, (items.count + base.userOffsets.count) / 16) }

  /// Nodes that became items behind the last one, ascending; nil where the items' numbers do not stay.
  private func newItems(_ view: GraphView, _ label: LabelID) throws(SinterError) -> [UInt32]? {
    guard view.overlay.hasRelabelledNodes else { return [] }
    let last = items.count == 0 ? nil : items.base[items.count - 1]
    var new: [UInt32] = []
    for node in view.overlay.relabelledNodes {
      let isItem = try view.has(label, NodeID(node))
      guard isItem != (number(of: node) != nil) else { continue }
      guard isItem, node > last ?? 0 || last == nil else { return nil }
      new.append(node)
    }
    return new.sorted()
  }

  private func numbers(with new: [UInt32], limit: Int) -> FixedArray<UInt32> {
    let numbers = FixedArray(repeating: Self.noItem, count: max(limit, itemNumbers.count))
    numbers.base.update(from: itemNumbers.base, count: itemNumbers.count)
    for (k, node) in new.enumerated() { numbers.base[Int(node)] = UInt32(items.count + k) }
    return numbers
  }

  /// Users and items of ratings whose number was set: it may have come to count, or no longer.
  private func insertRated(_ view: GraphView, _ users: inout Set<UInt32>, _ items: inout Set<UInt32>) throws(SinterError) {
    guard RatingFilter(view, schema) != nil, let rated = view.typeID(RatingFilter.typeName) else { return }
    for name in schema.ratings {
      guard let key = view.keyID(name) else { continue }
      for relationship in view.overlay.relationships(withChangesOf: key) {
        guard let record = try view.relationship(RelationshipID(relationship)), record.type == rated else { continue }
        users.insert(record.start.rawValue)
        items.insert(record.end.rawValue)
      }
    }
  }
}
