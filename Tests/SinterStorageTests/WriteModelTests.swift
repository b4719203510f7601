import SinterModel
import SinterStorage
import TestSupport
import Testing

/// Random operations on a store and on the oracle; after every commit both must agree.
@Suite struct WriteModelTests {
  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func randomOperationsAgreeWithOracle(seed: UInt64) throws {
    print("seed \(seed)")
    let temporary = TemporaryStore(in: "/dev/shm")
    let model = StoreModel(path: temporary.path, seed: seed)
    try model.open()
    for _ in 0..<40 {
      try model.step()
    }
    model.close()
  }

  /// More than one segment's worth of rows, so that folds touch some segments and not others.
  @Test func changesInSomeSegmentsOnly() throws {
    let temporary = TemporaryStore(in: "/dev/shm")
    let model = StoreModel(path: temporary.path, seed: 99)
    try model.open()
    try model.fill(nodes: 4_500, relationships: 5_000)
    try model.compact()
    try model.check()
    for _ in 0..<5 { try model.step() }
    try model.compact()
    try model.check()
    model.close()
  }
}

/// A store beside its oracle. Used from one test at a time.
final class StoreModel: @unchecked Sendable {
  let path: String
  var generator: SeededGenerator
  var oracle = OracleGraph()
  private let options: GraphStore.Options
  private var store: GraphStore!
  static let labels = ["User", "Item", "Tag", "Shop"]
  static let types = ["BOUGHT", "VIEWED", "LIKES"]
  static let keys = ["name", "price", "rank", "tags"]

  init(path: String, seed: UInt64, options: GraphStore.Options = GraphStore.Options()) {
    self.path = path
    self.options = options
    generator = SeededGenerator(seed: seed)
  }

  func open() throws { store = try GraphStore(path: path, options: options) }

  func close() {
    store.close()
    store = nil
  }

  func compact() throws { try store.compact() }

  func fill(nodes: Int, relationships: Int) throws {
    try store.write { [self] writer in
      for _ in 0..<nodes { try createNode(writer) }
      for _ in 0..<relationships { try createRelationship(writer) }
    }
    try check()
  }

  /// One commit, fold, reopening or schema change, and a comparison.
  func step() throws {
    let before = try store.snapshot()
    let oracleBefore = oracle
    switch Int.random(in: 0..<20, using: &generator) {
    case 0: try store.compact()
    case 1:
      close()
      try open()
    case 2: try toggleIndex()
    case 3: try abandonedWrite()
    case 4: try changeBlob()
    default: try commit()
    }
    try check()
    // What was read before is as it was.
    if generator.chance(0.3) { try compareGraph(before, oracleBefore) }
  }

  func check() throws {
    let view = try store.snapshot()
    try compareGraph(view, oracle)
    try compareIndexes(view, oracle)
  }

  private func commit() throws {
    try store.write { [self] writer in
      for _ in 0..<Int.random(in: 1...40, using: &generator) {
        if generator.chance(0.1) {
          let savepoint = writer.savepoint()
          let saved = oracle
          for _ in 0..<Int.random(in: 1...10, using: &generator) { try change(writer) }
          writer.rollback(to: savepoint)
          oracle = saved
        } else {
          try change(writer)
        }
      }
      if generator.chance(0.3) { try compareGraph(writer.view, oracle) }
    }
  }

  private func abandonedWrite() throws {
    struct Abandon: Error {}
    let saved = oracle
    #expect(throws: Abandon.self) {
      try store.write { [self] writer in
        for _ in 0..<20 { try change(writer) }
        throw Abandon()
      }
    }
    oracle = saved
  }

  private func toggleIndex() throws {
    let name = "item_price"
    let exists = try store.snapshot().indexes.contains { $0.name == name }
    try store.write { writer in
      if exists {
        try writer.dropIndex(named: name)
      } else {
        try writer.createIndex(
          IndexDescriptor(id: 0, name: name, entity: .node, label: "Item", keys: ["price"], isUnique: false, constraint: nil))
      }
    }
  }

  private func changeBlob() throws {
    let name = "blob\(Int.random(in: 0..<3, using: &generator))"
    let bytes = (0..<Int.random(in: 0..<600_000, using: &generator)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let isDeleted = generator.chance(0.3)
    try store.write { writer in
      if isDeleted { try writer.deleteBlob(name) } else { try writer.putBlob(name, bytes) }
      let own = try writer.view.blob(name)
      #expect(own == (isDeleted ? nil : bytes))
    }
    oracle.blobs[name] = isDeleted ? nil : bytes
  }

  // MARK: Changes

  private func change(_ writer: GraphWriter) throws {
    switch Int.random(in: 0..<12, using: &generator) {
    case 0, 1: try createNode(writer)
    case 2, 3, 4: try createRelationship(writer)
    case 5, 6: try setProperty(writer)
    case 7: try setLabel(writer)
    case 8: try deleteRelationship(writer)
    case 9: try createNodes(writer)
    case 10: try createRelationships(writer)
    default: try deleteNode(writer)
    }
  }

  private func createNode(_ writer: GraphWriter) throws {
    let labels = Set(StoreModel.labels.filter { _ in generator.chance(0.4) })
    let id = try writer.createNode(labels: labels.map { try writer.label($0) })
    #expect(id.rawValue == oracle.createNode(labels: labels))
    if generator.chance(0.7) { try set(writer, node: id.rawValue) }
  }

  /// Many at once, with a value for some of them.
  private func createNodes(_ writer: GraphWriter) throws {
    let labels = Set(StoreModel.labels.filter { _ in generator.chance(0.4) })
    let key = StoreModel.keys.randomElement(using: &generator)!
    let values = (0..<Int.random(in: 1...100, using: &generator)).map { _ in randomValue() }
    let first = try writer.createNodes(
      labels: labels.map { try writer.label($0) }, count: values.count, [NewColumn(try writer.key(key), .values(values))])
    for (row, value) in values.enumerated() {
      #expect(first.rawValue + UInt32(row) == oracle.createNode(labels: labels))
      if !value.isNull { oracle.setNode(first.rawValue + UInt32(row), key, to: value) }
    }
  }

  private func createRelationships(_ writer: GraphWriter) throws {
    let type = StoreModel.types.randomElement(using: &generator)!
    let key = StoreModel.keys.randomElement(using: &generator)!
    var (starts, ends, values): ([UInt32], [UInt32], [Value]) = ([], [], [])
    for _ in 0..<Int.random(in: 1...100, using: &generator) {
      guard let start = randomNode(), let end = randomNode() else { return }
      starts.append(start)
      ends.append(end)
      values.append(randomValue())
    }
    let first = try writer.createRelationships(
      try writer.type(type), starts: starts, ends: ends, [NewColumn(try writer.key(key), .values(values))])
    for (row, value) in values.enumerated() {
      #expect(first.rawValue + UInt32(row) == oracle.createRelationship(type, from: starts[row], to: ends[row]))
      if !value.isNull { oracle.setRelationship(first.rawValue + UInt32(row), key, to: value) }
    }
  }

  private func createRelationship(_ writer: GraphWriter) throws {
    guard let start = randomNode(), let end = randomNode() else { return }
    let type = StoreModel.types.randomElement(using: &generator)!
    let id = try writer.createRelationship(try writer.type(type), from: NodeID(start), to: NodeID(end))
    #expect(id.rawValue == oracle.createRelationship(type, from: start, to: end))
    if generator.chance(0.4) { try set(writer, relationship: id.rawValue) }
  }

  private func setProperty(_ writer: GraphWriter) throws {
    if generator.chance(0.5), let id = randomNode() { return try set(writer, node: id) }
    if let id = randomRelationship() { try set(writer, relationship: id) }
  }

  private func set(_ writer: GraphWriter, node id: UInt32) throws {
    let key = StoreModel.keys.randomElement(using: &generator)!
    let value = randomValue()
    try writer.set(try writer.key(key), of: NodeID(id), to: value)
    oracle.setNode(id, key, to: value)
  }

  private func set(_ writer: GraphWriter, relationship id: UInt32) throws {
    let key = StoreModel.keys.randomElement(using: &generator)!
    let value = randomValue()
    try writer.set(try writer.key(key), of: RelationshipID(id), to: value)
    oracle.setRelationship(id, key, to: value)
  }

  private func setLabel(_ writer: GraphWriter) throws {
    guard let id = randomNode() else { return }
    let label = StoreModel.labels.randomElement(using: &generator)!
    let isSet = generator.chance(0.5)
    let had = oracle.nodes[id]!.labels.contains(label)
    if isSet {
      #expect(try writer.addLabel(try writer.label(label), to: NodeID(id)) == !had)
    } else {
      #expect(try writer.removeLabel(try writer.label(label), from: NodeID(id)) == had)
    }
    oracle.setLabel(label, of: id, to: isSet)
  }

  private func deleteRelationship(_ writer: GraphWriter) throws {
    guard let id = randomRelationship() else { return }
    try writer.deleteRelationship(RelationshipID(id))
    oracle.deleteRelationship(id)
  }

  private func deleteNode(_ writer: GraphWriter) throws {
    guard let id = randomNode() else { return }
    let relationships = oracle.relationships(of: id)
    if !relationships.isEmpty {
      #expect(throws: SinterError.self) { try writer.deleteNode(NodeID(id)) }
    }
    for relationship in relationships {
      try writer.deleteRelationship(RelationshipID(relationship))
      oracle.deleteRelationship(relationship)
    }
    try writer.deleteNode(NodeID(id))
    oracle.deleteNode(id)
  }

  // MARK: Random parts

  private func randomNode() -> UInt32? {
    guard oracle.nodeIDLimit > 0 else { return nil }
    for _ in 0..<20 {
      let id = UInt32.random(in: 0..<oracle.nodeIDLimit, using: &generator)
      if oracle.nodes[id] != nil { return id }
    }
    return nil
  }

  private func randomRelationship() -> UInt32? {
    guard oracle.relationshipIDLimit > 0 else { return nil }
    for _ in 0..<20 {
      let id = UInt32.random(in: 0..<oracle.relationshipIDLimit, using: &generator)
      if oracle.relationships[id] != nil { return id }
    }
    return nil
  }

  private func randomValue() -> Value {
    switch Int.random(in: 0..<12, using: &generator) {
    case 0: .null
    case 1, 2, 3: .integer(Int64.random(in: -20...20, using: &generator))
    case 4: .integer(Int64.random(in: .min ... .max, using: &generator))
    case 5: .float(Double.random(in: -10...10, using: &generator))
    case 6: .boolean(Bool.random(using: &generator))
    case 7: .string(["", "a", "löwe", "茶", String(repeating: "long ", count: 120)].randomElement(using: &generator)!)
    case 8: .list([.integer(1), .string("x")])
    case 9: .date(Date(daysSinceEpoch: Int64.random(in: -1000...30_000, using: &generator)))
    case 10:
      .localDateTime(
        LocalDateTime(
          date: Date(daysSinceEpoch: 19_000), time: LocalTime(nanosecondOfDay: Int64.random(in: 0..<86_400, using: &generator))))
    default: .list([.float(0.5), .float(Double.random(in: 0..<1, using: &generator))])
    }
  }
}
