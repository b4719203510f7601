internal import SinterModel
internal import SinterStorage

extension ShopIndex {
  /// Reads the index out of a snapshot.
  /// - Complexity: O(nodes + relationships of the "has" types)
  static func build(_ view: GraphView, _ schema: ShopSchema) throws(SinterError) -> ShopIndex {
    let label = try itemLabel(view, schema)
    var nodes: [UInt32] = []
    if let label { try view.scanNodes(0..<view.nodeIDLimit, labels: [label], into: &nodes) }
    let items = FixedArray(nodes, empty: UInt32(0))
    let numbers = FixedArray(repeating: noItem, count: Int(view.nodeIDLimit))
    for (number, node) in nodes.enumerated() { numbers.base[Int(node)] = UInt32(number) }

    let offsets = FixedArray(repeating: UInt32(0), count: nodes.count + 1)
    var users: [UInt32] = []
    try fillUsers(view, schema, items: nodes, offsets: offsets, users: &users)

    // Turned round by counting: items are visited in order, so every user's list ascends.
    let userOffsets = FixedArray(repeating: UInt32(0), count: Int(view.nodeIDLimit) + 1)
    for user in users { userOffsets.base[Int(user) + 1] += 1 }
    for u in 0..<Int(view.nodeIDLimit) { userOffsets.base[u + 1] += userOffsets.base[u] }
    let userItems = FixedArray(repeating: UInt32(0), count: users.count)
    let next = FixedArray(repeating: UInt32(0), count: Int(view.nodeIDLimit))
    for item in 0..<nodes.count {
      for k in Int(offsets.base[item])..<Int(offsets.base[item + 1]) {
        let user = Int(users[k])
        userItems.base[Int(userOffsets.base[user] + next.base[user])] = UInt32(item)
        next.base[user] += 1
      }
    }
    return ShopIndex(
      schema: schema, itemLabel: label, items: items, itemNumbers: numbers, itemOffsets: offsets,
      itemUsers: FixedArray(users, empty: 0), userOffsets: userOffsets, userItems: userItems)
  }

  /// The users of each item, distinct and ascending, item by item.
  private static func fillUsers(
    _ view: GraphView, _ schema: ShopSchema, items: [UInt32], offsets: FixedArray<UInt32>, users: inout [UInt32]
  ) throws(SinterError) {
    let reader = InteractionReader(view, schema, .incoming)
    for (number, item) in items.enumerated() {
      try reader.append(neighboursOf: item, to: &users)
      guard users.count < Int(UInt32.max) else {
        throw SinterError("LimitError.Size", "There are too many purchases to recommend from: 4,294,967,295 is the limit.")
      }
      offsets.base[number + 1] = UInt32(users.count)
    }
  }

  /// The label given by the schema, else the one most targets of the "has" types carry (then of the "seen" types,
  /// then the starts of the "tagged" types), else a usual name.
  private static func itemLabel(_ view: GraphView, _ schema: ShopSchema) throws(SinterError) -> LabelID? {
    for name in schema.itemLabels { if let label = view.labelID(name) { return label } }
    for (names, atEnd) in [(schema.has, true), (schema.seen, true), (schema.tagged, false)] {
      if let label = try commonLabel(names, atEnd: atEnd, view) { return label }
    }
    for name in ["Item", "Product", "Movie", "Book"] { if let label = view.labelID(name) { return label } }
    return nil
  }

  private static func commonLabel(_ names: [String], atEnd: Bool, _ view: GraphView) throws(SinterError) -> LabelID? {
    let types = names.compactMap { view.typeID($0) }.filter { view.relationshipCount(type: $0) > 0 }
    guard !types.isEmpty else { return nil }
    var sample: [UInt32] = []
    var start: UInt32 = 0
    while sample.count < 256, start < view.relationshipIDLimit {
      let end = min(view.relationshipIDLimit, start &+ min(65_536, UInt32.max - start))
      try view.scanRelationships(start..<end, types: types, into: &sample)
      start = end
    }
    var counts: [LabelID: Int] = [:]
    for id in sample.prefix(256) {
      guard let record = try view.relationship(RelationshipID(id)) else { continue }
      for label in try view.labels(of: atEnd ? record.end : record.start) { counts[label, default: 0] += 1 }
    }
    return counts.max { a, b in
      (a.value, view.nodeCount(label: a.key), b.key.rawValue) < (b.value, view.nodeCount(label: b.key), a.key.rawValue)
    }?.key
  }
}

/// Reads the users of items, or the items of users, over all "has" types.
struct InteractionReader {
  private let has: LinkTypes
  private let ratings: RatingFilter?

  init(_ view: GraphView, _ schema: ShopSchema, _ direction: Direction) {
    has = LinkTypes(schema.has, direction, in: view)
    ratings = RatingFilter(view, schema)
  }

  /// Appends the distinct neighbours of a node, ascending.
  func append(neighboursOf node: UInt32, to result: inout [UInt32]) throws(SinterError) {
    var scratch = Adjacency.Scratch()
    var one: [UInt32] = []
    for member in has.members {
      let filter = member.name == RatingFilter.typeName ? ratings : nil
      try typed {
        try member.adjacency.forEachRun(of: node, scratch: &scratch) { run in
          for i in 0..<run.count {
            if let filter, try !filter.passes(run.relationships[i]) { continue }
            one.append(run.neighbors[i])
          }
        }
      }
    }
    if has.members.count > 1 { one.sort() }
    var last: UInt32?
    for neighbour in one where neighbour != last {
      result.append(neighbour)
      last = neighbour
    }
  }
}

/// Which ratings count as having liked an item.
struct RatingFilter {
  static let typeName = "RATED"
  private let columns: [PropertyColumn]
  private let minimum: Double

  /// nil where every rating passes.
  init?(_ view: GraphView, _ schema: ShopSchema) {
    guard schema.minimumRating > 0 else { return nil }
    columns = schema.ratings.compactMap { view.keyID($0).map { view.column($0, of: .relationship) } }
    guard !columns.isEmpty else { return nil }
    minimum = schema.minimumRating
  }

  /// A relationship without a rating passes.
  func passes(_ relationship: UInt32) throws(SinterError) -> Bool {
    for column in columns {
      if let rating = try column.value(of: relationship).asDouble { return rating >= minimum }
    }
    return true
  }
}
