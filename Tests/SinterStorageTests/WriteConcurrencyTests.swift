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

@Suite struct WriteConcurrencyTests {
  private let temporary = TemporaryStore(in: "/dev/shm")

  /// Runs `body` on `count` threads of their own and waits for all.
  private func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    final class Start: Sendable {
      let number: Int
      let body: @Sendable (Int) -> Void
      init(_ number: Int, _ body: @escaping @Sendable (Int) -> Void) { (self.number, self.body) = (number, body) }
    }
    var threads: [pthread_t] = []
    for number in 0..<count {
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { context in
          let start = Unmanaged<Start>.fromOpaque(context!).takeRetainedValue()
          start.body(start.number)
          return nil
        }, Unmanaged.passRetained(Start(number, body)).toOpaque())
      threads.append(thread)
    }
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Every commit moves one unit between two nodes: a reader that sees any sum but 0 saw half a commit.
  @Test func readersSeeWholeCommitsWhileManyWrite() throws {
    let store = try GraphStore(path: temporary.path)
    let balance = try store.write { writer in
      let key = try writer.key("balance")
      for _ in 0..<20 { try writer.set(key, of: try writer.createNode(labels: []), to: .integer(0)) }
      return key
    }
    let isDone = Atomic<Bool>(false)
    let failures = Mutex<[String]>([])
    let commits = Atomic<Int>(0)
    onThreads(18) { number in
      do {
        if number >= 16 {
          while !isDone.load(ordering: .relaxed) {
            let view = try store.snapshot()
            var sum: Int64 = 0
            for id in 0..<UInt32(20) {
              if case .integer(let value) = try view.propertyValue(.node, balance, id) { sum += value }
            }
            if sum != 0 { failures.withLock { $0.append("sum \(sum)") } }
          }
          return
        }
        for step in 0..<40 {
          try store.write { writer in
            let (from, to) = (UInt32((number + step) % 20), UInt32((number * 7 + step * 3 + 1) % 20))
            for (id, change) in [(from, Int64(-1)), (to, 1)] {
              guard case .integer(let old) = try writer.view.propertyValue(.node, balance, id) else { continue }
              try writer.set(balance, of: NodeID(id), to: .integer(old + change))
            }
          }
          if number == 0, step % 10 == 5 { try store.compact() }
          if commits.add(1, ordering: .relaxed).newValue == 16 * 40 { isDone.store(true, ordering: .relaxed) }
        }
      } catch {
        failures.withLock { $0.append("\(error)") }
        isDone.store(true, ordering: .relaxed)
      }
    }
    #expect(failures.withLock { $0 } == [])
    #expect(commits.load(ordering: .relaxed) == 640)
    store.close()
  }

  @Test func aFailingClosureHarmsNoOtherOfItsGroup() throws {
    struct Refused: Error {}
    let store = try GraphStore(path: temporary.path)
    let refused = Atomic<Int>(0)
    onThreads(12) { number in
      for step in 0..<30 {
        do {
          try store.write { writer in
            _ = try writer.createNode(labels: [try writer.label("L\(number)-\(step)")])
            if (number + step) % 3 == 0 { throw Refused() }
          }
        } catch { refused.add(1, ordering: .relaxed) }
      }
    }
    let view = try store.snapshot()
    #expect(refused.load(ordering: .relaxed) == 120)
    #expect(view.nodeCount == 240)
    #expect(view.labelNames.count == 240)
    #expect(view.nodeIDLimit == 240)
    store.close()
  }

  @Test func aWriteWithinAWriteIsAnError() throws {
    let store = try GraphStore(path: temporary.path)
    try store.write { writer in
      let failure = #expect(throws: SinterError.self) { try store.write { _ in } }
      #expect(failure?.code == "StorageError.NestedWrite")
      let second = #expect(throws: SinterError.self) { try store.compact() }
      #expect(second?.code == "StorageError.NestedWrite")
      _ = try writer.createNode(labels: [])
    }
    #expect(try store.snapshot().nodeCount == 1)
    store.close()
  }

  @Test func twoHandlesOfOneFileSeeTheSame() throws {
    let first = try GraphStore(path: temporary.path)
    let second = try GraphStore(path: temporary.path)
    try first.write { _ = try $0.createNode(labels: []) }
    try second.write { _ = try $0.createNode(labels: []) }
    #expect(try first.snapshot().nodeCount == 2)
    first.close()
    #expect(try second.snapshot().nodeCount == 2)
    let failure = #expect(throws: SinterError.self) { try first.snapshot() }
    #expect(failure?.code == "StorageError.Closed")
    second.close()
    second.close()
  }

  @Test func aViewOutlivesItsStore() throws {
    let store = try GraphStore(path: temporary.path)
    try store.write { writer in
      for _ in 0..<3_000 { _ = try writer.createNode(labels: [try writer.label("A")]) }
    }
    try store.compact()
    let view = try store.snapshot()
    store.close()
    let again = try GraphStore(path: temporary.path)
    try again.reset()
    for round in 0..<20 {
      try again.write { try $0.putBlob("b\(round % 2)", [UInt8](repeating: 7, count: 100_000)) }
    }
    var nodes: [UInt32] = []
    try view.scanNodes(0..<3_000, labels: [try #require(view.labelID("A"))], into: &nodes)
    #expect(nodes.count == 3_000)
    #expect(try again.snapshot().nodeCount == 0)
    again.close()
  }

  @Test func foldsHappenByThemselves() throws {
    var options = GraphStore.Options()
    options.foldAfterChanges = 100
    let store = try GraphStore(path: temporary.path, options: options)
    for _ in 0..<40 {
      try store.write { writer in
        for _ in 0..<10 {
          let node = try writer.createNode(labels: [try writer.label("A")])
          _ = try writer.createRelationship(try writer.type("T"), from: node, to: node)
        }
      }
    }
    let view = try store.snapshot()
    #expect(view.nodeCount == 400)
    #expect(view.overlay.changeCount <= 130)
    #expect(view.overlay.catalog.generation > 1)
    store.close()
  }
}
