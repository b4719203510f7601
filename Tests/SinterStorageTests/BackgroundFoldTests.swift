import SinterModel
import SinterStorage
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Folding beside writers and readers.
@Suite struct BackgroundFoldTests {
  private let temporary = TemporaryStore(in: "/dev/shm")

  /// Folds whenever there is anything to fold.
  private static var eager: GraphStore.Options {
    var options = GraphStore.Options()
    options.foldPolicy = FoldPolicy(minimumChanges: 1, minimumShare: 0, idleChanges: 1, idleSeconds: 0, restFactor: 0)
    return options
  }

  @Test(arguments: [11, 12, 13, 14, 15, 16] as [UInt64])
  func randomOperationsAgreeWithOracleWhileFolding(seed: UInt64) throws {
    print("seed \(seed)")
    let model = StoreModel(path: temporary.path, seed: seed, options: BackgroundFoldTests.eager)
    try model.open()
    for _ in 0..<60 { try model.step() }
    model.close()
    let report = try StoreCheck.run(path: temporary.path)
    #expect(report.findings.isEmpty, "\(report.findings)")
  }

  /// Several segments, of which each commit touches some.
  @Test func largeStoreAgreesWithOracleWhileFolding() throws {
    let model = StoreModel(path: temporary.path, seed: 77, options: BackgroundFoldTests.eager)
    try model.open()
    try model.fill(nodes: 4_500, relationships: 5_000)
    for _ in 0..<15 { try model.step() }
    model.close()
    try model.open()
    try model.check()
    model.close()
  }

  @Test func foldsWhenNobodyWrites() throws {
    var options = GraphStore.Options()
    options.foldPolicy = FoldPolicy(minimumChanges: 1_000_000, minimumShare: 0, idleChanges: 100, idleSeconds: 0.05, restFactor: 0)
    let store = try GraphStore(path: temporary.path, options: options)
    let before = try store.snapshot()
    _ = try store.write { writer in try writer.createNodes(labels: [try writer.label("A")], count: 500, []) }
    let held = try store.snapshot()
    for _ in 0..<500 where try store.snapshot().overlay.changeCount > 0 { usleep(20_000) }
    let view = try store.snapshot()
    #expect(view.overlay.changeCount == 0)
    #expect(view.nodeCount == 500 && held.nodeCount == 500 && before.nodeCount == 0)
    #expect(held.overlay.changeCount > 0)
    var nodes: [UInt32] = []
    for view in [held, view] {
      try view.scanNodes(0..<500, labels: [try #require(view.labelID("A"))], into: &nodes)
    }
    #expect(nodes.count == 1_000)
    let growth = try store.growth()
    #expect(growth.waitingChangeCount == 0 && growth.waitingBytes == 0 && growth.foldedCommit == growth.lastCommit)
    store.close()
  }

  @Test func nothingFoldsBelowTheThresholds() throws {
    let store = try GraphStore(path: temporary.path)
    _ = try store.write { writer in try writer.createNodes(labels: [], count: 200, []) }
    usleep(1_500_000)
    let growth = try store.growth()
    #expect(growth.waitingChangeCount >= 200 && growth.waitingCommitCount == 1 && growth.waitingBytes > 0)
    #expect(growth.foldedCommit == 0 && growth.lastCommit == 1)
    #expect(growth.foldableBytes >= growth.pageSizeBytes)
    store.close()
  }

  /// Commits go on while folds run, an index and a blob come and go, and another handle reads.
  @Test func schemaChangesWhileFolding() throws {
    let store = try GraphStore(path: temporary.path, options: BackgroundFoldTests.eager)
    for round in 0..<60 {
      try store.write { writer in
        let label = try writer.label("N")
        let values = (0..<200).map { Value.integer(Int64(round * 200 + $0)) }
        _ = try writer.createNodes(labels: [label], count: 200, [NewColumn(try writer.key("n"), .values(values))])
        switch round % 4 {
        case 0:
          try writer.createIndex(
            IndexDescriptor(id: 0, name: "byN", entity: .node, label: "N", keys: ["n"], isUnique: false, constraint: nil))
        case 2: try writer.dropIndex(named: "byN")
        default: try writer.putBlob("b", [UInt8](repeating: UInt8(round), count: 50_000))
        }
      }
      let view = try store.snapshot()
      if let index = view.indexes.first {
        let found = try view.lookup(index, equal: .integer(Int64(round * 200)))
        #expect(found == [UInt32(round * 200)])
      }
      #expect(view.nodeCount == (round + 1) * 200)
      if round % 4 == 3 { #expect(try view.blob("b")?.first == UInt8(round)) }
    }
    store.close()
    let report = try StoreCheck.run(path: temporary.path)
    #expect(report.findings.isEmpty, "\(report.findings)")
  }

  /// Closing right after a commit, while its fold runs.
  @Test func closingGivesUpAFold() throws {
    for _ in 0..<20 {
      let store = try GraphStore(path: temporary.path, options: BackgroundFoldTests.eager)
      _ = try store.write { writer in try writer.createNodes(labels: [try writer.label("A")], count: 5_000, []) }
      store.close()
    }
    let store = try GraphStore(path: temporary.path)
    #expect(try store.snapshot().nodeCount == 100_000)
    store.close()
  }
}
