import Sinter
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The program is killed in the midst of CALL { … } IN TRANSACTIONS: a transaction is whole or not there.
@Suite struct TransactionKillTests {
  private let shop = Workshop()
  private static let rounds = max((getenv("SINTER_CRASH_KILLS").flatMap { Int(String(cString: $0)) } ?? 40) / 8, 4)

  @Test func killedAtAnyMoment() throws {
    var generator = SeededGenerator()
    print("seed \(generator.seed)")
    let path = shop.path("transactions.sinter")
    var before = 0
    var committed = 0
    for _ in 0..<Self.rounds {
      let size = Int.random(in: 2...60, using: &generator)
      let process = shop.start([
        "query", path,
        "UNWIND range(1, 100000000) AS i CALL (i) { CREATE (:W {n: i})-[:NEXT]->(:W2 {n: i}) } IN TRANSACTIONS OF \(size) ROWS",
      ])
      usleep(UInt32.random(in: 50_000...700_000, using: &generator))
      kill(process.id, SIGKILL)
      _ = process.wait()
      guard access(path, F_OK) == 0 else { continue }
      let check = shop.run(["check", path])
      #expect(check.status == 0, "\(check)")
      let store = try Store(at: path)
      defer { store.close() }
      let found = try store.query("MATCH (a:W)-[:NEXT]->(b:W2) WHERE a.n = b.n RETURN count(*) AS n").decode(Int.self)[0]
      #expect((found - before) % size == 0, "\(found - before) rows in transactions of \(size)")
      #expect(try store.query("MATCH (n) RETURN count(*) AS n").decode(Int.self)[0] == 2 * found)
      committed += (found - before) / size
      before = found
    }
    #expect(committed > 0)
    print("\(Self.rounds) kills, \(committed) transactions found whole")
  }
}
