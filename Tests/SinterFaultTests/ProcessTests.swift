import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Signals, readers that stop reading, and other processes that write.
@Suite struct ProcessTests {
  private let shop = Workshop()
  private static let endless = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*) AS n"

  private func count(_ pattern: String) -> String {
    shop.run(["query", shop.store, "MATCH \(pattern) RETURN count(*) AS n", "--format", "csv"]).text
  }

  // MARK: Signals

  @Test func aReaderThatHasEnough() {
    for arguments in [["query", shop.store, "UNWIND range(1, 200000) AS n RETURN n", "--format", "csv"]] {
      let process = shop.start(arguments)
      #expect(process.readLine() == "n")
      process.stopReading()
      let outcome = process.wait()
      #expect(outcome.signal == SIGPIPE && !outcome.errorText.contains("error"), "\(outcome)")
    }
  }

  @Test func interruptedQueries() {
    #expect(shop.run(["query", shop.store, "CREATE (:Kept)"]).status == 0)
    for (text, number) in [(ProcessTests.endless, SIGINT), (ProcessTests.endless + " CREATE (:New)", SIGINT), (ProcessTests.endless, SIGTERM)] {
      let text = text.contains("CREATE") ? "CREATE (:New) WITH 1 AS one " + ProcessTests.endless : text
      let process = shop.start(["query", shop.store, text])
      usleep(700_000)
      kill(process.id, number)
      let outcome = process.wait()
      if number == SIGINT {
        #expect(outcome.status == 4 && outcome.errorText.contains("LimitError.Cancelled"), "\(outcome)")
      } else {
        #expect(outcome.signal == SIGTERM, "\(outcome)")
      }
    }
    #expect(count("(n)") == "n\n1\n")
  }

  private func writeImport(_ people: Int) {
    var nodes = "id:ID,name\n"
    var edges = ":START_ID,:END_ID,n:long\n"
    for id in 0..<people {
      nodes += "\(id),name \(id)\n"
      for step in 1...5 { edges += "\(id),\((id * 7 + step * 13) % people),\(step)\n" }
    }
    shop.write("nodes-N.csv", nodes)
    shop.write("edges-E.csv", edges)
  }

  @Test(arguments: [SIGINT, SIGTERM]) func interruptedLoads(_ number: Int32) {
    writeImport(15_000)
    let load = ["load", shop.store, "--neo4j", shop.temporary.folder]
    for delay in [250_000, 800_000, 1_500_000, 2_200_000] as [UInt32] {
      unlink(shop.store)
      let process = shop.start(load)
      usleep(delay)
      kill(process.id, number)
      let outcome = process.wait()
      if access(shop.store, F_OK) == 0 {
        #expect(count("()-->()") == "n\n75000\n")
      } else {
        // Both end a load in order; one that comes before the load has begun ends the program.
        #expect(outcome.status == 4 || outcome.signal == number, "\(outcome)")
      }
      #expect(!fileNames(in: shop.temporary.folder).contains { $0.contains(".loading-") }, "\(delay): \(outcome)")
    }
    unlink(shop.store)
    #expect(shop.run(["query", shop.store, "CREATE (:Kept)"]).status == 0)
    let process = shop.start(load)
    usleep(900_000)
    kill(process.id, number)
    _ = process.wait()
    #expect(shop.run(["check", shop.store]).status == 0)
    #expect(["n\n1\n", "n\n15001\n"].contains(count("(n)")))
  }

  // MARK: Writers

  @Test func aStoreThatAnotherProcessWritesTo() {
    #expect(shop.run(["query", shop.store, "CREATE (:Kept)"]).status == 0)
    let holder = ChildProcess("sinter-crash-helper", ["hold", shop.store, "60"])
    #expect(holder.readLine() == "held")
    // With a time given, it says why it gives up; reading goes on.
    let late = shop.run(["query", shop.store, "CREATE (:Late)", "--timeout", "0.5"])
    #expect(late.status == 4 && late.errorText.contains("StorageError.Locked: Another process held the store"), "\(late)")
    #expect(count("(n)") == "n\n1\n")
    // Without one it waits, and can be interrupted.
    let stopped = shop.start(["query", shop.store, "CREATE (:Stopped)"])
    usleep(1_500_000)
    kill(stopped.id, SIGINT)
    let outcome = stopped.wait()
    #expect(outcome.status == 4 && outcome.errorText.contains("LimitError.Cancelled"), "\(outcome)")
    let waiting = shop.start(["query", shop.store, "CREATE (:Waited)"])
    usleep(300_000)
    _ = holder.killAndWait()
    #expect(waiting.wait().status == 0)
    #expect(count("(:Waited)") == "n\n1\n" && count("(n)") == "n\n2\n")
  }

  @Test func writersBesideEachOther() {
    #expect(shop.run(["query", shop.store, "CREATE (:Kept)"]).status == 0)
    var processes: [SinterProcess] = []
    for writer in 0..<3 {
      let process = shop.start(["shell", "--json", shop.store])
      for n in 0..<40 { process.send(Array("{\"query\":\"CREATE (:W {writer: \(writer), n: \(n)})\"}\n".utf8)) }
      process.endInput()
      processes.append(process)
    }
    for process in processes {
      let outcome = process.wait()
      #expect(outcome.status == 0 && outcome.text.split(separator: "\n").allSatisfy { $0.hasPrefix("{\"columns\"") }, "\(outcome)")
    }
    #expect(count("(w:W) WITH DISTINCT w.writer AS writer, w.n AS number") == "n\n120\n")
    #expect(shop.run(["check", shop.store]).status == 0)
  }
}
