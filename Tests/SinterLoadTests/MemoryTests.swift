import SinterLoad
import SinterModel
import SinterStorage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Loading with little memory: rows are put aside, sorted there, and nothing stays behind.
@Suite struct MemoryTests {
  /// Everything that a graph shows of itself.
  private func expectEqual(_ a: TestGraph, _ b: TestGraph) throws {
    #expect(a.nodeCounts == b.nodeCounts)
    #expect(a.linkCounts == b.linkCounts)
    #expect(try a.adjacencyFaults() == [])
    #expect(a.view.statistics.startNodesByType == b.view.statistics.startNodesByType)
    #expect(a.view.statistics.endNodesByType == b.view.statistics.endNodesByType)
    #expect(a.view.indexes.map(\.name) == b.view.indexes.map(\.name))
    for (one, other) in zip(a.view.indexes, b.view.indexes) where one.label == "N" {
      for id in stride(from: 0, to: 9_000, by: 97) {
        #expect(try a.view.lookup(one, equal: .string("n\(id)")) == b.view.lookup(other, equal: .string("n\(id)")))
      }
    }
  }

  /// Rows of nodes with repeated ids, and of links between them.
  private func write(_ fixture: LoadFixture, _ generator: inout SeededGenerator, ids: Range<Int>, prefix: String) {
    let filler = String(repeating: "lorem ", count: 6)
    var nodes = "id,kind,i,f,d,m,s,l\n"
    for id in Array(ids) + (0..<9_000).map({ _ in Int.random(in: ids, using: &generator) }) {
      func maybe(_ text: String) -> String { generator.chance(0.6) ? text : "" }
      let number = Int.random(in: -99_999...99_999, using: &generator)
      nodes += "n\(id),\(number % 3 == 0 ? "Odd" : "Plain"),\(maybe("\(number)")),\(maybe("\(number).5")),"
      nodes += "\(maybe("20\(10 + abs(number) % 90)-03-04")),\(maybe("2020-01-02T03:04:05.\(abs(number))")),"
      nodes += "\(maybe("\(filler)\(number)")),\(maybe("\(number);\(id)"))\n"
    }
    fixture.write("\(prefix)nodes.csv", nodes)
    var links = "from,to,type,n,t\n"
    for row in 0..<30_000 {
      let from = Int.random(in: ids, using: &generator)
      // Some ends are met often, so that pairs repeat and one node has many neighbours.
      let targets = generator.chance(0.4) ? ids.prefix(8) : ids
      let to = Int.random(in: targets, using: &generator)
      let type = ["SEES", "BUYS", "KNOWS"].randomElement(using: &generator)!
      links += "n\(from),n\(to),\(type),\(generator.chance(0.8) ? "\(row)" : ""),"
      links += "\(generator.chance(0.5) ? "\(filler)\(row)" : "")\n"
    }
    fixture.write("\(prefix)links.csv", links)
  }

  private func manifest(_ prefix: String, nodes: String, links: String) -> String {
    """
      - file: \(prefix)nodes.csv
        nodes:
          - label: N
            id: "{id}"
            duplicates: \(nodes)
            properties:
              kind: kind
              i: {column: i, type: integer}
              f: {column: f, type: float}
              d: {column: d, type: date}
              m: {column: m, type: localdatetime}
              s: s
              l: {column: l, type: list<integer>, separator: ";"}
      - file: \(prefix)links.csv
        relationships:
          - type: "{type}"
            from: {label: N, id: "{from}"}
            to: {label: N, id: "{to}"}
            duplicates: \(links)
            properties: {n: {column: n, type: integer}, t: t}

    """
  }

  /// The memory given changes nothing of what is loaded, into a new store and into one that is there.
  @Test(arguments: [("first", "count\n        count: times"), ("last", "last"), ("first", "keep")])
  func littleMemoryLoadsTheSame(nodes: String, links: String) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let fixtures = [LoadFixture(), LoadFixture()]
    let start = generator
    for (fixture, bytes) in zip(fixtures, [1 << 20, 1 << 30]) {
      generator = start
      var options = LoadOptions()
      options.memoryBudgetBytes = bytes
      write(fixture, &generator, ids: 0..<6_000, prefix: "a")
      write(fixture, &generator, ids: 3_000..<9_000, prefix: "b")
      let first = try fixture.load(manifest("a", nodes: nodes, links: links), options: options)
      #expect(first.nodes == 6_000)
      let second = try fixture.load(manifest("b", nodes: nodes, links: links), options: options)
      #expect(second.nodes == 3_000)
      #expect(!fixture.shell("ls | grep -q loading-"))
    }
    try expectEqual(fixtures[0].graph(), fixtures[1].graph())
  }

  /// A store that is loaded into is freed of what killed loads have left, as a new one is.
  @Test func leftoversGo() throws {
    let fixture = LoadFixture()
    fixture.write("n.csv", "id\n1\n")
    for round in 0..<2 {
      for name in ["", "-lock", ".spill"] { fixture.write("test.sinter.loading-2147483646\(name)", "left") }
      fixture.write("test.sinter.loading-\(getppid())", "of a process that lives")
      try fixture.load("  - file: n.csv\n    nodes: [{label: N, id: \"{id}\"}]\n")
      #expect(!fixture.shell("ls | grep -q loading-2147483646"), "round \(round)")
      #expect(fixture.shell("rm test.sinter.loading-\(getppid())"))
    }
  }

  /// A file that may not grow ends the load with an error, and the store and its folder are as before.
  @Test(arguments: [200_000, 1_000_000, 2_000_000]) func noRoom(limitBytes: Int) throws {
    let fixture = LoadFixture()
    fixture.writeLargeGraph(in: "in")
    defer { _ = fixture.shell("rm -r in") }
    let arguments = [fixture.folder + "/in", fixture.storePath, "\(1 << 20)", "\(limitBytes)"]
    let said = ChildProcess("sinter-load-helper", arguments).wait()
    #expect(said.last?.hasPrefix("failed StorageError.") == true, "\(said)")
    #expect(!fixture.shell("ls | grep -q test.sinter"))
  }

  @Test func sizes() {
    let sizes = [
      "1": 1, "64 B": 64, "1KiB": 1024, "2k": 2048, "3MB": 3_000_000, "256MiB": 256 << 20, "1gib": 1 << 30, "1T": 1 << 40,
    ]
    for (text, bytes) in sizes { #expect(LoadOptions.byteCount(text) == bytes, "\(text)") }
    for text in ["", "GiB", "1.5GiB", "-1", "1XB", "1ib", "99999999999TiB", "1 GiB of it"] {
      #expect(LoadOptions.byteCount(text) == nil, "\(text)")
    }
  }
}
