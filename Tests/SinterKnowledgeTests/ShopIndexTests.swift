import SinterModel
import SinterStorage
import TestSupport
import Testing

@testable import SinterKnowledge
@testable import SinterLearn

/// The index of a shop follows commits.
struct ShopIndexTests {
  private func rows(_ index: ShopIndex) -> [[UInt32]] {
    let items = (0..<index.items.count).map { Array(index.users(of: UInt32($0))) }
    let users = (0..<index.userLimit + 8).map { Array(index.items(of: UInt32($0))) }
    return items + users + [Array(index.items.asBuffer), Array(index.popularityOrder.asBuffer), [UInt32(index.pairCount)]]
  }

  private func check(_ index: ShopIndex, _ view: GraphView, _ step: Int) throws {
    let whole = try ShopIndex.build(view, ShopSchema.read(view))
    let (found, expected) = (rows(index), rows(whole))
    for k in 0..<whole.items.count { #expect(found[k] == expected[k], "users of item \(k) after step \(step)") }
    let left = Array(found[whole.items.count...].drop { $0.isEmpty }.filter { !$0.isEmpty })
    #expect(left == expected[whole.items.count...].filter { !$0.isEmpty }, "users' items and the rest after step \(step)")
    for i in 0..<whole.items.count {
      #expect(index.popularity[i] == whole.popularity[i] && index.damping[i] == whole.damping[i])
    }
  }

  /// What updating gives is what reading all again gives, whatever was committed, folded or only written.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func updatesEqualRebuilding(seed: UInt64) throws {
    let shop = try FusionTests.randomShop(seed: seed, train: false)
    let cache = ShopIndexCache()
    let changes = Changes(shop, seed)
    for step in 0..<30 {
      try shop.store.write { writer in
        try changes.make(writer)
        // Inside the transaction, before it is committed.
        if step % 5 == 2 { try check(try cache.index(of: writer.view), writer.view, step) }
      }
      if step % 7 == 6 { try shop.store.compact() }
      if step % 3 != 1 {
        let view = try shop.store.snapshot()
        try check(try cache.index(of: view), view, step)
      }
    }
  }

  /// Random changes to a shop. `@unchecked Sendable`: one write at a time uses it.
  private final class Changes: @unchecked Sendable {
    var generator: SeededGenerator
    var users: [NodeID]
    var items: [NodeID]
    var made: [RelationshipID] = []

    init(_ shop: TestShop, _ seed: UInt64) {
      generator = SeededGenerator(seed: seed)
      func nodes(_ prefix: String) -> [NodeID] {
        shop.nodes.filter { $0.key.hasPrefix(prefix) }.map(\.value).sorted { $0.rawValue < $1.rawValue }
      }
      (users, items) = (nodes("u"), nodes("i"))
    }

    func make(_ writer: GraphWriter) throws {
      func link(_ type: String) throws -> RelationshipID {
        let (user, item) = (users.randomElement(using: &generator)!, items.randomElement(using: &generator)!)
        let link = try writer.createRelationship(writer.type(type), from: user, to: item)
        made.append(link)
        return link
      }
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: items.append(try writer.createNode(labels: [try writer.label("Item")]))
      case 1: users.append(try writer.createNode(labels: [try writer.label("User")]))
      case 2 where !made.isEmpty:
        try writer.deleteRelationship(made.remove(at: Int.random(in: 0..<made.count, using: &generator)))
      case 3: try writer.set(writer.key("stars"), of: link("RATED"), to: .integer(Int64.random(in: 1...5, using: &generator)))
      default:
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          _ = try link(Bool.random(using: &generator) ? "BOUGHT" : "OWNS")
        }
      }
    }
  }

  @Test func aCommitReadsOnlyWhatItTouchedAgain() throws {
    let shop = try FusionTests.randomShop(seed: 3, train: false)
    let cache = ShopIndexCache()
    let before = try cache.index(of: shop.store.snapshot())
    let (user, item) = (try #require(shop.nodes["u1"]), try #require(shop.nodes["i1"]))
    try shop.store.write { writer in _ = try writer.createRelationship(writer.type("BOUGHT"), from: user, to: item) }
    let after = try cache.index(of: shop.store.snapshot())
    #expect(after.base === before.base)
    #expect(after.userPatches.rows.keys.sorted() == [user.rawValue])
    #expect(after.itemPatches.rows.count == 1)
    try shop.store.write { writer in try writer.set(writer.key("title"), of: item, to: .string("new")) }
    #expect(try cache.index(of: shop.store.snapshot()) === after)
  }

  @Test func roundedVectorsFindTheNearest() throws {
    var generator = SeededGenerator(seed: 5)
    let (count, dimension) = (6_000, 32)
    let shop = try TestShop()
    try shop.store.write { writer in
      let item = try writer.label("Item")
      for _ in 0..<count { _ = try writer.createNode(labels: [item]) }
    }
    let view = try shop.store.snapshot()
    let index = try ShopIndexCache().index(of: view)
    let values = FixedArray((0..<(count + 1) * dimension).map { _ in Float.random(in: -1...1, using: &generator) }, empty: 0)
    func rows(_ range: Range<Int>) -> EmbeddingRows {
      EmbeddingRows(
        chunks: [.init(base: values.base + range.lowerBound * dimension, rowCount: range.count)], dimension: dimension)
    }
    let transE = try TransEView(
      model: .transe, entities: rows(0..<count), relations: rows(count..<count + 1), inverseRelations: nil, norm: .l1, margin: 6)
    var configuration = TransEConfiguration()
    configuration.dimension = dimension
    let header = ModelHeader(
      name: "m", configuration: configuration, margin: 6, entityCount: count, types: ["BOUGHT"], tripleCount: 1, fingerprint: "",
      createdAt: .null, trainingSeconds: 0, epochs: 1, metrics: nil, settings: [:])
    let model = ModelView(header: header, transE: transE, nodes: Array(index.items.asBuffer))
    let vectors = ItemVectors.of(model, index)
    for _ in 0..<10 {
      let query = (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) }
      let found = vectors.nearest(to: query, transE, count: 300)
      #expect(!found.isWhole && found.items.count >= 300 && found.items.count < 900)
      let best = found.items.sorted { ($0.distance, $0.item) < ($1.distance, $1.item) }.prefix(50).map(\.item)
      let exact = (0..<UInt32(count)).map { (transE.distance(from: query, to: $0), $0) }.sorted { $0 < $1 }
      #expect(best == exact.prefix(50).map(\.1))
    }
    #expect(ItemVectors.of(model, index) === vectors)
    withExtendedLifetime(values) {}
  }
}
