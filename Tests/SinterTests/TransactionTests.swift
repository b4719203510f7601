import Foundation
import Sinter
import Synchronization
import TestSupport
import Testing

/// What a case file cannot say of CALL { … } IN TRANSACTIONS and LOAD CSV: who sees what when, limits, files that are no
/// text.
@Suite struct TransactionTests {
  private let folder = TemporaryStore()
  private func store() throws -> Store { try Store(at: folder.path) }

  private func count(_ store: Store) throws -> Int { try store.query("MATCH (n:A) RETURN count(*) AS n").decode(Int.self)[0] }

  @Test func aTransactionOfItsOwnCannotRunInAnother() throws {
    let store = try store()
    let text = "UNWIND [1] AS i CALL (i) { CREATE (:A) } IN TRANSACTIONS"
    func fails(_ body: () throws -> Void) {
      #expect { try body() } throws: { ($0 as? SinterError)?.code == "TransactionError.ExplicitTransaction" }
    }
    fails { try store.write { _ = try $0.query(text) } }
    fails { try store.read { _ = try $0.query(text) } }
    fails { _ = try store.stream(text) }
    #expect(try count(store) == 0)
    // What EXPLAIN shows commits nothing.
    try store.read { _ = try $0.query("EXPLAIN " + text) }
    #expect(try store.query(text).statistics.transactionsCommitted == 1)
  }

  @Test func othersSeeEveryTransactionAsSoonAsItIsCommitted() async throws {
    let store = try store()
    let other = try Store(at: folder.path)
    let watch = Watch()
    // A thread of its own: tests that wait have all of the others.
    Thread.detachNewThread {
      while !watch.isDone.load(ordering: .relaxed) {
        let rows = try? other.query("MATCH (n:A) RETURN count(*) AS n").decode(Int.self)
        if let count = rows?.first { watch.seen.withLock { _ = $0.insert(count) } }
        usleep(300)
      }
    }
    let rows = try await store.query("UNWIND range(1, 3000) AS i CALL (i) { CREATE (:A {x: i}) } IN TRANSACTIONS OF 10 ROWS")
    watch.isDone.store(true, ordering: .relaxed)
    #expect(rows.statistics.transactionsCommitted == 300)
    let counts = watch.seen.withLock { $0 }
    #expect(counts.allSatisfy { $0 % 10 == 0 })
    #expect(counts.contains { $0 > 0 && $0 < 3000 })
  }

  /// What two threads share.
  private final class Watch: Sendable {
    let seen = Mutex<Set<Int>>([])
    let isDone = Atomic<Bool>(false)
  }

  @Test func whatWasCommittedBeforeAFailureStays() throws {
    let store = try store()
    #expect {
      try store.query("UNWIND range(1, 100) AS i CALL (i) { CREATE (:A {x: 1 / (i - 55)}) } IN TRANSACTIONS OF 10 ROWS")
    } throws: { error in
      guard let error = error as? SinterError else { return false }
      return error.code == "ArithmeticError.DivisionByZero" && error.message.contains("5 transactions before")
    }
    #expect(try count(store) == 50)
    store.close()
    #expect(try count(try Store(at: folder.path)) == 50)
  }

  @Test func cancellingKeepsWhatWasCommitted() async throws {
    let store = try store()
    let task = Task {
      try await store.query(
        "UNWIND range(1, 100000000) AS i CALL (i) { CREATE (:A {x: i}) } IN TRANSACTIONS OF 100 ROWS ON ERROR CONTINUE")
    }
    while try count(store) == 0 { try await Task.sleep(for: .milliseconds(2)) }
    task.cancel()
    do {
      _ = try await task.value
      Issue.record("the query ended by itself")
    } catch let error as SinterError {
      #expect(error.code == "LimitError.Cancelled")
    }
    let kept = try count(store)
    #expect(kept > 0 && kept % 100 == 0)
  }

  @Test func memoryIsThatOfOneTransaction() throws {
    let store = try store()
    var limits = QueryOptions()
    limits.memoryLimitBytes = 2 << 20
    let path = folder.path("rows.csv")
    var text = "id,name\n"
    for i in 0..<40_000 { text += "\(i),\"a name of some length for row \(i)\"\n" }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let load = "LOAD CSV WITH HEADERS FROM '\(path)' AS row "
    #expect {
      try store.query(load + "CREATE (:A {id: toInteger(row.id), name: row.name})", options: limits)
    } throws: { ($0 as? SinterError)?.code == "LimitError.Memory" }
    #expect(try count(store) == 0)
    let rows = try store.query(
      load + "CALL (row) { CREATE (:A {id: toInteger(row.id), name: row.name}) } IN TRANSACTIONS OF 500 ROWS", options: limits)
    #expect(rows.statistics.transactionsCommitted == 80 && rows.statistics.nodesCreated == 40_000)
    #expect(try store.query("MATCH (n:A) RETURN sum(n.id) AS s").decode(Int.self) == [799_980_000])
  }

  @Test func aReadOnlyStoreRefuses() throws {
    try store().query("CREATE (:A)")
    var options = Store.Options()
    options.readOnly = true
    let other = TemporaryStore()
    try FileManager.default.copyItem(atPath: folder.path, toPath: other.path)
    let store = try Store(at: other.path, options: options)
    #expect {
      try store.query("UNWIND [1] AS i CALL (i) { CREATE (:A) } IN TRANSACTIONS ON ERROR CONTINUE")
    } throws: { ($0 as? SinterError)?.code == "StorageError.ReadOnly" }
  }

  @Test func compressedFilesAreRead() throws {
    let store = try store()
    let path = try folder.write("a,b\n1,2\n3,4\n", to: "rows.csv")
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", "-f", path]
    try gzip.run()
    gzip.waitUntilExit()
    try #require(gzip.terminationStatus == 0)
    let rows = try store.query("LOAD CSV WITH HEADERS FROM '\(path).gz' AS row RETURN toInteger(row.a) + toInteger(row.b) AS sum")
    #expect(try rows.decode(Int.self) == [3, 7])
  }

  @Test func bytesThatAreNoTextAreNamed() throws {
    let store = try store()
    let path = folder.path("latin.csv")
    try Data(Array("a,b\nx,M".utf8) + [0xFC] + Array("ller\n".utf8)).write(to: URL(fileURLWithPath: path))
    #expect {
      try store.query("LOAD CSV FROM '\(path)' AS row RETURN row")
    } throws: { error in
      guard let error = error as? SinterError else { return false }
      return error.code == "LoadError.BadRow" && error.message.contains("line 2, column 4")
    }
  }

  @Test func loadCSVCanBeSwitchedOff() throws {
    var options = Store.Options()
    options.allowsLoadCSV = false
    let store = try Store(at: folder.path, options: options)
    let path = try folder.write("1\n", to: "rows.csv")
    #expect {
      try store.query("LOAD CSV FROM '\(path)' AS row RETURN row")
    } throws: { ($0 as? SinterError)?.code == "FeatureError.NotAvailable" }
  }

  @Test func relativePathsBeginAtTheCurrentDirectory() throws {
    let store = try store()
    let name = "sinter-test-\(UUID().uuidString).csv"
    let path = FileManager.default.currentDirectoryPath + "/" + name
    try Data("x\n".utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let rows = try store.query("LOAD CSV FROM $file AS row RETURN row[0] + file() AS text", ["file": .string(name)])
    #expect(try rows.decode(String.self) == ["x" + path])
  }
}
