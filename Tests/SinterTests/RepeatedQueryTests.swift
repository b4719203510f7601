import Sinter
import SinterModel
import TestSupport
import Testing

/// Calls of one statement share operators and a snapshot; nobody must notice.
@Suite struct RepeatedQueryTests {
  private let folder = TemporaryStore()

  private func store() throws -> Store {
    let store = try Store(at: folder.path("test.sinter"))
    try store.query("CREATE CONSTRAINT FOR (n:N) REQUIRE n.id IS UNIQUE")
    try store.query("UNWIND range(1, 20) AS i CREATE (:N {id: i, name: 'n' + i})")
    try store.query("MATCH (a:N), (b:N) WHERE a.id < b.id CREATE (a)-[:T]->(b)")
    return store
  }

  @Test func parametersAndCommitsAreSeen() throws {
    let store = try store()
    let text = "MATCH (n:N {id: $id})-[:T]->(m:N) WHERE m.id > $least RETURN m.name AS name ORDER BY m.id LIMIT $limit"
    func names(_ id: Int64, _ least: Int64, _ limit: Int64) throws -> [String] {
      try store.query(text, ["id": .integer(id), "least": .integer(least), "limit": .integer(limit)]).decode(String.self)
    }
    for _ in 0..<3 {
      #expect(try names(17, 0, 9) == ["n18", "n19", "n20"])
      #expect(try names(17, 18, 9) == ["n19", "n20"])
      #expect(try names(3, 10, 2) == ["n11", "n12"])
      #expect(try names(99, 0, 9) == [])
    }
    try store.query("MATCH (n:N {id: 18}) SET n.name = 'new'")
    #expect(try names(17, 0, 1) == ["new"])
    try store.query("MATCH (:N {id: 17})-[t:T]->(:N {id: 18}) DELETE t")
    #expect(try names(17, 0, 9) == ["n19", "n20"])
    try store.compact()
    #expect(try names(17, 0, 9) == ["n19", "n20"])
  }

  @Test func plansAreMadeAnewForParametersOfAnotherMagnitude() throws {
    let store = try Store(at: folder.path("test.sinter"))
    try store.query("CREATE INDEX FOR (n:N) ON (n.kind)")
    try store.query("UNWIND range(1, 4000) AS i CREATE (:N {kind: CASE WHEN i <= 3500 THEN 'often' ELSE 'kind ' + i END, i: i})")
    try store.query("MATCH (n:N) WHERE n.i % 100 = 0 CREATE (n)-[:T]->(:M {i: n.i})")
    let text = "MATCH (n:N {kind: $kind})-[:T]->(m:M) RETURN count(m) AS c"
    func estimate(_ kind: String) throws -> Double {
      func largest(_ plan: QueryPlan) -> Double { plan.children.reduce(plan.estimatedRows) { max($0, largest($1)) } }
      return largest(try #require(try store.query("EXPLAIN " + text, ["kind": .string(kind)]).plan))
    }
    for _ in 0..<2 {
      #expect(try store.query(text, ["kind": "kind 3600"])[0].get("c", as: Int.self) == 1)
      #expect(try store.query(text, ["kind": "often"])[0].get("c", as: Int.self) == 35)
      #expect(try store.query(text, ["kind": "none"])[0].get("c", as: Int.self) == 0)
      #expect(try estimate("kind 3600") < 100)
      #expect(try estimate("often") < 100)
    }
    // Without the values, the estimate is that of any kind.
    let list = "MATCH (n:N) WHERE n.kind IN $kinds RETURN count(*) AS c"
    func rows(_ kinds: [Value]) throws -> Double {
      func leaf(_ plan: QueryPlan) -> Double { plan.children.first.map(leaf) ?? plan.estimatedRows }
      return leaf(try #require(try store.query("EXPLAIN " + list, ["kinds": .list(kinds)]).plan))
    }
    #expect(try rows(["kind 3600"]) < 10)
    #expect(try rows(["often", "kind 3600"]) > 1_000)
    #expect(try rows(["kind 3700"]) < 10)
  }

  @Test func aFailedCallLeavesNothingBehind() throws {
    let store = try store()
    let text = "MATCH (n:N {id: $id}) RETURN 10 / $divisor AS q, n.name AS name"
    #expect(try store.query(text, ["id": 1, "divisor": 5]).count == 1)
    #expect(throws: SinterError.self) { try store.query(text, ["id": 1, "divisor": 0]) }
    #expect(throws: SinterError.self) { try store.query(text, ["id": 1]) }
    #expect(try store.query(text, ["id": 2, "divisor": 2])[0].get("q", as: Int.self) == 5)
  }

  @Test func limitsAreThoseOfTheCall() throws {
    let store = try store()
    let text = "UNWIND range(1, $n) AS i RETURN collect(i) AS all"
    #expect(try store.query(text, ["n": 10]).count == 1)
    #expect {
      try store.query(text, ["n": 5_000_000], options: QueryOptions(memoryLimitBytes: 1 << 20))
    } throws: { ($0 as? SinterError)?.code == "LimitError.Memory" }
    #expect {
      try store.query("UNWIND range(1, $n) AS i UNWIND range(1, $n) AS j RETURN count(*)", ["n": 100_000], options: QueryOptions(timeoutSeconds: 0.01))
    } throws: { ($0 as? SinterError)?.code == "LimitError.Timeout" }
    #expect(try store.query(text, ["n": 20])[0].get("all", as: [Int].self).count == 20)
  }

  @Test func aStatementMayRunInsideItself() throws {
    let store = try store()
    let text = "MATCH (n:N) WHERE n.id <= $most RETURN n.id AS id ORDER BY id"
    _ = try store.query(text, ["most": 2])
    let outer = try store.stream(text, ["most": 3])
    var pairs = 0
    while let row = try outer.next() {
      let inner = try store.query(text, ["most": .integer(Int64(try row.get("id", as: Int.self)))])
      pairs += inner.count
    }
    #expect(pairs == 6)
  }

  @Test func anIdleCallPinsNoOldPages() throws {
    let store = try store()
    let text = "MATCH (n:N) RETURN count(*) AS n"
    _ = try store.query(text)
    // Were the idle snapshot held, none of the pages freed below could be used again.
    for round in 0..<10 { try store.query("UNWIND range(1, 2000) AS i CREATE (:Junk {v: i, round: $round})", ["round": .integer(Int64(round))]) }
    let before = try store.info().fileSizeBytes
    for _ in 0..<6 {
      try store.query("MATCH (j:Junk) SET j.v = j.v + 1")
      try store.compact()
    }
    let grown = try store.info().fileSizeBytes
    #expect(grown < before * 6, "grew from \(before) to \(grown) bytes")
    #expect(try store.query(text)[0].get("n", as: Int.self) == 20)
  }

  @Test func manyThreadsCallOneStatementWhileAnotherWrites() async throws {
    let store = try store()
    let text = "MATCH (n:N {id: $id})-[:T]->(m:N) RETURN count(m) AS n, n.version AS version"
    try await withThrowingTaskGroup(of: Void.self) { group in
      for id in 1...4 {
        group.addTask {
          var last = 0
          for _ in 0..<100 {
            let row = try await store.query(text, ["id": .integer(Int64(id))])[0]
            #expect(try row.get("n", as: Int.self) == 20 - id)
            let version = try row.get("version", as: Int?.self) ?? 0
            #expect(version >= last, "an older commit was seen after a newer one")
            last = version
          }
        }
      }
      group.addTask {
        for version in 1...20 { try await store.query("MATCH (n:N) SET n.version = $v", ["v": .integer(Int64(version))]) }
      }
      try await group.waitForAll()
    }
    #expect(try await store.query(text, ["id": 1])[0].get("version", as: Int.self) == 20)
  }

  @Test func aLabelThatAllEndsHaveIsAskedForAgainWhenOneHasNot() throws {
    let store = try store()
    let text = "MATCH (n:N {id: 1})-[:T]->(m:N) RETURN m.id AS id ORDER BY id"
    for _ in 0..<40 { #expect(try store.query(text).decode(Int.self) == Array(2...20)) }
    try store.query("MATCH (n:N {id: 1}) CREATE (n)-[:T]->(:Other {id: 21})")
    for _ in 0..<40 { #expect(try store.query(text).decode(Int.self) == Array(2...20)) }
    try store.query("MATCH (o:Other) SET o:N")
    for _ in 0..<40 { #expect(try store.query(text).decode(Int.self) == Array(2...21)) }
  }

  @Test func moreStatementsThanAreKept() throws {
    let store = try store()
    for _ in 0..<2 {
      for i in 1...40 {
        #expect(try store.query("MATCH (n:N {id: $id}) RETURN n.id + \(i) AS sum", ["id": 7])[0].get("sum", as: Int.self) == 7 + i)
      }
    }
  }

  @Test func aClosedStoreStaysClosed() throws {
    let store = try store()
    let text = "MATCH (n:N {id: 1}) RETURN n.name"
    for _ in 0..<2 { _ = try store.query(text) }
    store.close()
    #expect { try store.query(text) } throws: { ($0 as? SinterError)?.code == "StorageError.Closed" }
    // Nothing holds the file: opening it anew gives a new environment.
    let again = try Store(at: folder.path("test.sinter"))
    #expect(try again.query(text).count == 1)
  }
}
