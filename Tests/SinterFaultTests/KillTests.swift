import Sinter
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The program is killed without warning at random moments of loads, writes, trainings and compactions. Each time the
/// store passes `sinter check` and holds what was acknowledged.
///
/// `make crash` runs it on the release build with `$SINTER_CRASH_KILLS` kills.
@Suite struct KillTests {
  private let shop = Workshop()
  private static let kills = getenv("SINTER_CRASH_KILLS").flatMap { Int(String(cString: $0)) } ?? 40

  private struct Tally {
    var kills = 0
    /// Rounds in which the program was done before it was killed.
    var completed = 0
    var acknowledged = 0
  }

  private func count(_ pattern: String, _ store: String) throws -> Int {
    let store = try Store(at: store)
    defer { store.close() }
    return Int(try store.query("MATCH \(pattern) RETURN count(*) AS n").decode(Int.self)[0])
  }

  private func expectSound(_ store: String, _ what: String) {
    let check = shop.run(["check", store])
    #expect(check.status == 0, "\(what): \(check)")
  }

  /// Runs the program and kills it after a random part of `seconds`; its outcome, and whether it was done.
  private func runAndKill(
    _ arguments: [String], within seconds: Double, _ generator: inout SeededGenerator, _ tally: inout Tally
  ) -> SinterProcess.Outcome {
    let process = shop.start(arguments)
    usleep(UInt32(Double.random(in: 0...seconds, using: &generator) * 1_000_000))
    kill(process.id, SIGKILL)
    let outcome = process.wait()
    if outcome.status == 0 { tally.completed += 1 } else { tally.kills += 1 }
    return outcome
  }

  private func seconds(_ body: () -> Void) -> Double {
    let start = ContinuousClock.now
    body()
    let elapsed = (ContinuousClock.now - start).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }

  @Test func killedAtAnyMoment() throws {
    var generator = SeededGenerator()
    print("seed \(generator.seed)")
    let quarter = max(KillTests.kills / 5, 2)
    try writeImport()
    let started = ContinuousClock.now
    for (name, tally) in [
      ("load into a new store", try killNewLoads(quarter, &generator)),
      ("load into a store", try killExistingLoads(quarter, &generator)),
      ("write", try killWrites(quarter, &generator)),
      ("train", try killTrainings(quarter, &generator)),
      ("compact", try killCompactions(quarter, &generator)),
    ] {
      print("\(name): \(tally.kills) kills, \(tally.completed) done before, \(tally.acknowledged) acknowledged commits found")
    }
    print("all in \(ContinuousClock.now - started)")
    for name in fileNames(in: shop.temporary.folder) where name.hasPrefix("in") { unlink(shop.path(name)) }
  }

  // MARK: Loads

  private static let people = 2_000
  private static let hops = 10_000

  private func writeImport() throws {
    var nodes = "id:ID,name\n"
    var edges = ":START_ID,:END_ID,n:long\n"
    for id in 0..<KillTests.people {
      nodes += "\(id),name \(id)\n"
      for step in 1...5 { edges += "\(id),\((id * 7 + step * 13) % KillTests.people),\(step)\n" }
    }
    shop.write("nodes-N.csv", nodes)
    shop.write("edges-E.csv", edges)
  }

  private func killNewLoads(_ rounds: Int, _ generator: inout SeededGenerator) throws -> Tally {
    var tally = Tally()
    let load = ["load", shop.store, "--neo4j", shop.temporary.folder]
    let whole = seconds { #expect(shop.run(load).status == 0) }
    while tally.kills < rounds {
      unlink(shop.store)
      unlink(shop.store + "-lock")
      let outcome = runAndKill(load, within: whole * 1.1, &generator, &tally)
      guard access(shop.store, F_OK) == 0 else {
        #expect(outcome.status != 0, "acknowledged, and no store there")
        continue
      }
      tally.acknowledged += 1
      expectSound(shop.store, "new load")
      #expect(try count("()", shop.store) == KillTests.people)
      #expect(try count("()-->()", shop.store) == KillTests.hops)
    }
    // The next load clears away what the killed ones left.
    unlink(shop.store)
    unlink(shop.store + "-lock")
    #expect(shop.run(load).status == 0)
    #expect(!fileNames(in: shop.temporary.folder).contains { $0.contains(".loading-") && !$0.hasSuffix("-lock") })
    return tally
  }

  private func killExistingLoads(_ rounds: Int, _ generator: inout SeededGenerator) throws -> Tally {
    var tally = Tally()
    let load = ["load", shop.store, "--neo4j", shop.temporary.folder, "--rejects", shop.path("rejects.csv")]
    let whole = seconds { #expect(shop.run(load).status == 0) }
    var before = try count("()-->()", shop.store)
    while tally.kills < rounds {
      let outcome = runAndKill(load, within: whole * 1.1, &generator, &tally)
      expectSound(shop.store, "load into a store")
      let after = try count("()-->()", shop.store)
      #expect(after == before || after == before + KillTests.hops, "\(before) became \(after)")
      if outcome.status == 0 { #expect(after == before + KillTests.hops) }
      if after > before { tally.acknowledged += 1 }
      before = after
      if before > 10 * KillTests.hops {
        unlink(shop.store)
        unlink(shop.store + "-lock")
        #expect(shop.run(load).status == 0)
        before = KillTests.hops
      }
    }
    return tally
  }

  // MARK: Writes

  /// Every response of the machine mode is the acknowledgement of a commit.
  private func killWrites(_ rounds: Int, _ generator: inout SeededGenerator) throws -> Tally {
    var tally = Tally()
    let store = shop.path("writes.sinter")
    var number = 0
    while tally.kills < rounds {
      let process = shop.start(["shell", "--json", store])
      let first = number
      let span = Int.random(in: 1...60, using: &generator)
      var requests = ""
      for n in first..<first + 400 {
        requests += "{\"query\":\"CREATE (:W {n: \(n), t: $t})-[:NEXT]->(:W2 {n: \(n)})\",\"params\":{\"t\":\""
        requests += String(repeating: "x", count: Int.random(in: 0...400, using: &generator)) + "\"}}\n"
      }
      process.send(Array(requests.prefix(60_000).utf8))
      for _ in 0..<span where process.readLine()?.hasPrefix("{\"columns\"") == true { number += 1 }
      usleep(UInt32.random(in: 0...10_000, using: &generator))
      kill(process.id, SIGKILL)
      let outcome = process.wait()
      // What it had said and nobody had read yet.
      number += outcome.output.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().count
      tally.kills += 1
      expectSound(store, "write")
      let found = try count("(:W)-[:NEXT]->(:W2)", store)
      // One more may have been committed and not yet said.
      #expect(found == number || found == number + 1, "\(number) acknowledged, \(found) found")
      #expect(try count("(a:W)-[:NEXT]->(b:W2) WHERE a.n = b.n AND a.n < \(found)", store) == found)
      tally.acknowledged += number - first
      number = found
    }
    return tally
  }

  // MARK: Training and compaction

  private func killTrainings(_ rounds: Int, _ generator: inout SeededGenerator) throws -> Tally {
    var tally = Tally()
    let train = ["train", shop.store, "--epochs", "1", "--dimension", "16", "--samples", "8", "--on", "E"]
    let whole = seconds { #expect(shop.run(train).status == 0) }
    var version = 1
    while tally.kills < rounds {
      let outcome = runAndKill(train, within: whole * 1.1, &generator, &tally)
      expectSound(shop.store, "train")
      let found = try modelVersion()
      #expect(found == version || found == version + 1, "version \(version) became \(found)")
      if outcome.status == 0 { #expect(found == version + 1) }
      if found > version { tally.acknowledged += 1 }
      version = found
    }
    return tally
  }

  private func modelVersion() throws -> Int {
    let models = shop.run(["query", shop.store, "SHOW MODELS YIELD version", "--format", "csv"])
    #expect(models.status == 0, "\(models)")
    return Int(models.text.split(separator: "\n").last ?? "") ?? -1
  }

  private func killCompactions(_ rounds: Int, _ generator: inout SeededGenerator) throws -> Tally {
    var tally = Tally()
    let compact = ["compact", shop.store]
    let whole = seconds { #expect(shop.run(compact).status == 0) }
    var written = 0
    while tally.kills < rounds {
      let write = shop.run(["query", shop.store, "UNWIND range(1, 500) AS n CREATE (:C {n: n, round: \(written)})"])
      #expect(write.status == 0, "\(write)")
      written += 1
      _ = runAndKill(compact, within: whole * 1.5, &generator, &tally)
      expectSound(shop.store, "compact")
      #expect(try count("(:C)", shop.store) == written * 500)
      tally.acknowledged += 1
    }
    return tally
  }
}
