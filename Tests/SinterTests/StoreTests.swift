import Sinter
import TestSupport
import Testing

@Suite struct StoreTests {
  private let folder = TemporaryStore()
  private func store() throws -> Store { try Store(at: folder.path("test.sinter")) }

  @Test func aFailedStatementLeavesNothing() throws {
    let store = try store()
    #expect(throws: SinterError.self) { try store.query("UNWIND [1, 0] AS d CREATE ({v: 1 / d})") }
    #expect(try store.query("MATCH (n) RETURN count(*) AS n")[0].get("n", as: Int.self) == 0)
  }

  @Test func aWriteIsAllOrNothing() throws {
    struct Stop: Error {}
    let store = try store()
    #expect(throws: Stop.self) {
      try store.write { transaction in
        try transaction.query("CREATE (:A)")
        #expect(try transaction.query("MATCH (n:A) RETURN count(*) AS n")[0].get("n", as: Int.self) == 1)
        throw Stop()
      }
    }
    #expect(try store.query("MATCH (n) RETURN count(*) AS n")[0].get("n", as: Int.self) == 0)
    try store.write { try $0.query("CREATE (:A {v: $v})", ["v": 5]) }
    #expect(try store.query("MATCH (n:A) RETURN n.v AS v").decode(Int.self) == [5])
  }

  @Test func aReadSeesOneSnapshot() throws {
    let store = try store()
    try store.query("CREATE (:A)")
    try store.read { transaction in
      let before = try transaction.query("MATCH (n) RETURN count(*) AS n")[0].get("n", as: Int.self)
      try store.query("CREATE (:A)")
      #expect(try transaction.query("MATCH (n) RETURN count(*) AS n")[0].get("n", as: Int.self) == before)
    }
    #expect(throws: SinterError.self) { try store.read { try $0.query("CREATE (:A)") } }
    #expect(throws: SinterError.self) { try store.stream("CREATE (:A)") }
    #expect(try store.query("MATCH (n) RETURN count(*) AS n").decode(Int.self) == [2])
  }

  @Test func streamsGiveAllRowsAndEndWithTheirTransaction() throws {
    let store = try store()
    let stream = try store.stream("UNWIND range(1, 10000) AS i RETURN i")
    var sum = 0
    while let row = try stream.next() { sum += try row.get("i", as: Int.self) }
    #expect(sum == 50_005_000)
    final class Box: @unchecked Sendable { var stream: RowStream? }
    let box = Box()
    try store.write { box.stream = try $0.stream("UNWIND range(1, 10) AS i RETURN i") }
    #expect {
      try box.stream?.next()
    } throws: { ($0 as? SinterError)?.code == "TransactionError.Closed" }
  }

  @Test func statisticsAndPlansAreGiven() throws {
    let store = try store()
    let rows = try store.query("CREATE (:A {x: 1})-[:T]->(:B)")
    #expect(rows.statistics.nodesCreated == 2 && rows.statistics.relationshipsCreated == 1)
    #expect(rows.columns.isEmpty && rows.isEmpty)
    #expect(try store.query("EXPLAIN MATCH (a:A) RETURN a").plan?.description.isEmpty == false)
  }

  @Test func cancellingTheTaskEndsTheQuery() async throws {
    let store = try store()
    let task = Task { try await store.query("UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(*)") }
    try await Task.sleep(for: .milliseconds(50))
    task.cancel()
    do {
      _ = try await task.value
      Issue.record("the query ended by itself")
    } catch let error as SinterError {
      #expect(error.code == "LimitError.Cancelled")
    }
  }

  @Test func limitsEndTheQuery() throws {
    let store = try store()
    let text = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(*)"
    #expect {
      try store.query(text, options: QueryOptions(timeoutSeconds: 0.05))
    } throws: { ($0 as? SinterError)?.code == "LimitError.Timeout" }
  }

  @Test func resetBackupAndInfo() throws {
    let store = try store()
    try store.query("CREATE (:A {x: 1})-[:T]->(:B)")
    let info = try store.info()
    #expect(info.nodeCount == 2 && info.relationshipCount == 1)
    #expect(info.labels.map(\.name) == ["A", "B"] && info.types.map(\.count) == [1])
    try store.backup(to: folder.path("copy.sinter"))
    try store.compact()
    try store.reset()
    #expect(try store.info().nodeCount == 0)
    #expect(try Store(at: folder.path("copy.sinter")).info().nodeCount == 2)
  }

  @Test func rowsCanBeAwaited() async throws {
    let store = try store()
    try await store.query("UNWIND range(1, 3000) AS v CREATE (:A {v: v})")
    var sum = 0
    for try await row in store.rows("MATCH (a:A) RETURN a.v AS v") { sum += try row.get("v", as: Int.self) }
    #expect(sum == 3000 * 3001 / 2)
    await #expect(throws: SinterError.self) { for try await _ in store.rows("CREATE (:B)") {} }
    let endless = Task {
      for try await _ in store.rows("MATCH (a:A), (b:A), (c:A) RETURN a.v + b.v + c.v AS v") {}
    }
    endless.cancel()
    await #expect(throws: SinterError.self) { try await endless.value }
  }
}
