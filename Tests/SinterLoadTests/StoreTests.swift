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

/// Loading into stores that exist, exporting, and being killed.
@Suite struct StoreTests {
  private func mapping(_ rule: String) -> String {
    """
      - file: n.csv
        nodes: [{label: N, id: "{id}", properties: {a: a, v: {column: v, type: integer}}, duplicates: \(rule)}]
        relationships: [{type: NEXT, from: {label: N, id: "{id}"}, to: {label: N, id: "{next}"}, missing: create,
            properties: {a: a}, when: next is not null}]

    """
  }

  @Test func intoAnExistingStore() throws {
    let fixture = LoadFixture()
    fixture.write("n.csv", "id,a,v,next\n1,one,1,2\n2,,2,1\n3,three,3,\n")
    try fixture.load(mapping("first"))
    // Ordinary writes lie over the segments when the second load comes.
    let store = try GraphStore(path: fixture.storePath)
    try store.write { writer in
      let node = try writer.createNode(labels: [try writer.label("N"), try writer.label("Extra")])
      try writer.set(try writer.key("id"), of: node, to: "w")
      let first = NodeID(0)
      _ = try writer.createRelationship(try writer.type("NEXT"), from: node, to: first)
    }
    fixture.write("n.csv", "id,a,v,next\n2,TWO,22,3\nw,written,7,2\n4,four,4,1\n3,other,33,\n")
    let summary = try fixture.load(mapping("first"))
    #expect(summary.nodes == 1)
    #expect(summary.relationships == 3)
    let graph = try fixture.graph()
    #expect(graph.view.nodeCount == 5)
    #expect(graph.node("N", "2")?.properties == ["id": "2", "a": "TWO", "v": 2])
    #expect(graph.node("N", "3")?.properties == ["id": "3", "a": "three", "v": 3])
    #expect(graph.node("Extra", "w")?.properties == ["id": "w", "a": "written", "v": 7])
    #expect(graph.node("N", "4")?.properties == ["id": "4", "a": "four", "v": 4])
    #expect(
      Set(graph.links("NEXT").map { "\($0.start.properties["id"]!)>\($0.end.properties["id"]!)" }).count == 6)
    #expect(try graph.adjacencyFaults() == [])
    #expect(graph.view.statistics.startNodesByType["NEXT"] == 4)
    #expect(graph.view.statistics.endNodesByType["NEXT"] == 3)
    let index = graph.view.indexes.first { $0.label == "N" }!
    for id in ["1", "2", "3", "4", "w"] {
      #expect(try graph.view.lookup(index, equal: .string(id)).count == 1)
    }
    let last = try fixture.load(mapping("last"))
    #expect(last.nodes == 0)
    #expect(try fixture.graph().node("N", "3")?.properties == ["id": "3", "a": "other", "v": 33])
  }

  @Test func aFailedLoadChangesNothing() throws {
    let fixture = LoadFixture()
    fixture.write("n.csv", "id,a,v,next\n1,one,1,2\n2,,2,1\n")
    try fixture.load(mapping("first"))
    let before = try fixture.graph()
    fixture.write("n.csv", "id,a,v,next\n5,one,1,2\n6,x,bad,1\n")
    var options = LoadOptions()
    options.isStrict = true
    #expect(fixture.failure(mapping("first"), options: options).code == "LoadError.BadRow")
    let after = try fixture.graph()
    #expect(after.nodeCounts == before.nodeCounts)
    #expect(after.linkCounts == before.linkCounts)
  }

  @Test func constraintsOfTheStoreHold() throws {
    let fixture = LoadFixture()
    let store = try GraphStore(path: fixture.storePath)
    try store.write { writer in
      try writer.createConstraint(ConstraintDescriptor(name: "has_a", kind: .exists, entity: .node, label: "N", keys: ["a"]))
    }
    fixture.write("n.csv", "id,a,v,next\n1,,1,\n")
    #expect(fixture.failure(mapping("first")).code == "ConstraintValidationFailed.PropertyExistence")
    fixture.write("n.csv", "id,a,v,next\n1,x,1,\n")
    #expect(try fixture.load(mapping("first")).nodes == 1)
  }

  @Test func typeConstraintsOfTheStoreHold() throws {
    let fixture = LoadFixture()
    let store = try GraphStore(path: fixture.storePath)
    try store.write { writer in
      try writer.createConstraint(
        ConstraintDescriptor(name: "v_number", kind: .type, entity: .node, label: "N", keys: ["v"], typeName: "INTEGER"))
      try writer.createConstraint(
        ConstraintDescriptor(
          name: "a_number", kind: .type, entity: .relationship, label: "NEXT", keys: ["a"], typeName: "INTEGER"))
    }
    fixture.write("n.csv", "id,a,v,next\n1,x,1,\n2,y,,\n")
    #expect(try fixture.load(mapping("first")).nodes == 2)
    fixture.write("n.csv", "id,a,v,next\n1,x,1,2\n")
    let failure = fixture.failure(mapping("first"))
    #expect(failure.code == "ConstraintValidationFailed.WrongType")
    #expect(failure.message.contains("a_number") && failure.message.contains("INTEGER"))
    fixture.write("n.csv", "id,v\n2,text\n")
    #expect(
      fixture.failure("  - file: n.csv\n    nodes: [{label: N, id: \"{id}\", properties: {v: v}}]\n").code
        == "ConstraintValidationFailed.WrongType")
    #expect(try fixture.graph().nodeCounts.count == 2)
  }

  @Test func cancelling() throws {
    let fixture = LoadFixture()
    fixture.write("manifest.yaml", "sinter: 1\nsources:\n" + mapping("first"))
    fixture.write("n.csv", "id,a,v,next\n1,one,1,2\n")
    let plan = try LoadPlan.manifest(path: fixture.folder + "/manifest.yaml", dataDirectory: nil)
    #expect { try Loader.run(plan, storePath: fixture.storePath, isCancelled: { true }) } throws: {
      ($0 as? SinterError)?.code == "LoadError.Cancelled"
    }
    #expect(access(fixture.storePath, F_OK) != 0)
  }

  /// A graph of every kind of value survives export and load.
  @Test func exportRoundTrip() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let fixture = LoadFixture()
    let graphs = RandomGraph(&generator, nodes: 3_000, links: 6_000)
    let store = try GraphStore(path: fixture.storePath)
    try store.write { try graphs.write($0) }
    let original = try fixture.graph()
    let summary = try Exporter.run(original.view, directory: fixture.folder + "/out")
    #expect(summary.nodes == 3_000)
    #expect(summary.relationships == 6_000)
    let plan = try LoadPlan.neo4j(directory: fixture.folder + "/out")
    let path = fixture.folder + "/copy.sinter"
    let loaded = try Loader.run(plan, storePath: path)
    #expect(loaded.rejects == 0)
    let copy = try TestGraph(path: path)
    #expect(copy.nodeCounts == original.nodeCounts)
    #expect(copy.linkCounts == original.linkCounts)
    #expect(try copy.adjacencyFaults() == [])
    #expect(fixture.shell("rm -r out"))
  }

  @Test func importHeaders() throws {
    let fixture = LoadFixture()
    #expect(fixture.shell("mkdir in"))
    fixture.write("in/nodes-User.csv",
      "id:ID,age:int,tags:string[],born:date,score:double,:LABEL,x:IGNORE\nu1,30,a;b,2000-01-02,1.5,User;Vip,z\nu2,,\"\",,,,\n")
    fixture.write("in/nodes-Item.csv", "id:ID(Item),title\nu1,\"Café, \"\"x\"\"\"\n")
    fixture.write("in/edges-BOUGHT.csv", ":START_ID,:END_ID(Item),ts:long\nu1,u1,5\nu2,u1,6\nu3,u1,7\n")
    fixture.write("in/edges-KNOWS.csv", ":START_ID,:END_ID,:TYPE\nu1,u2,LIKES\n")
    fixture.write("in/notes.csv", "a,b\n1,2\n")
    let summary = try Loader.run(LoadPlan.neo4j(directory: fixture.folder + "/in"), storePath: fixture.storePath)
    let graph = try fixture.graph()
    #expect(summary.relationshipsByType == ["BOUGHT": 2, "LIKES": 1])
    #expect(summary.rejects == 1)
    #expect(
      graph.node("Vip", "u1")?.properties
        == ["id": "u1", "age": 30, "tags": ["a", "b"], "born": .date(Date(daysSinceEpoch: 10_958)), "score": 1.5])
    #expect(graph.node("Item", "u1")?.properties == ["id": "u1", "title": "Café, \"x\""])
    #expect(graph.nodes.values.contains { $0.labels.isEmpty && $0.properties == ["id": "u2", "tags": []] })
    #expect(fixture.shell("rm -r in"))
  }

  /// Killed at any moment, a new store is absent or whole, and an old one is as it was or whole.
  /// Killed loads put rows aside when memory is short.
  @Test(arguments: [1 << 30, 1 << 20]) func killedLoads(memoryBytes: Int) throws {
    let fixture = LoadFixture()
    fixture.writeLargeGraph(in: "in")
    defer { _ = fixture.shell("rm -r in") }
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    var expected = 0
    for round in 0..<16 {
      let child = ChildProcess("sinter-load-helper", [fixture.folder + "/in", fixture.storePath, "\(memoryBytes)"])
      if round % 8 != 7 {
        let phases = Int.random(in: 1...4, using: &generator)
        for _ in 0..<phases { _ = child.readLine() }
        usleep(UInt32.random(in: 0..<60_000, using: &generator))
        let rest = child.killAndWait()
        if rest.contains(where: { $0.hasPrefix("done") }) { expected += 1 }
      } else {
        #expect(child.wait().contains { $0.hasPrefix("done") })
        expected += 1
      }
      guard access(fixture.storePath, F_OK) == 0 else {
        #expect(expected == 0)
        continue
      }
      let store = try GraphStore(path: fixture.storePath)
      let view = try store.snapshot()
      // A load that was durable may have been killed before it said so.
      let loads = view.relationshipCount / 100_000
      #expect(view.nodeCount == 20_000)
      #expect(view.relationshipCount == loads * 100_000)
      #expect(loads == expected || loads == expected + 1)
      expected = loads
      if expected >= 3 {
        store.close()
        _ = fixture.shell("rm -f test.sinter test.sinter-lock")
        expected = 0
      }
    }
    #expect(
      ChildProcess("sinter-load-helper", [fixture.folder + "/in", fixture.storePath]).wait().last?.hasPrefix("done") == true)
    #expect(!fixture.shell("ls | grep -q loading-"))
  }
}

/// A random graph with values of every type that can be stored.
struct RandomGraph: Sendable {
  var nodes: [(labels: [String], properties: [String: Value])] = []
  var links: [(type: String, start: Int, end: Int, properties: [String: Value])] = []

  init(_ generator: inout SeededGenerator, nodes nodeCount: Int, links linkCount: Int) {
    for _ in 0..<nodeCount {
      let labels = ["A", "B c", "Größe,\""].filter { _ in generator.chance(0.4) }
      nodes.append((labels, RandomGraph.properties(&generator)))
    }
    for _ in 0..<linkCount {
      let type = ["R", "S-T", "ü"].randomElement(using: &generator)!
      links.append(
        (
          type, Int.random(in: 0..<nodeCount, using: &generator), Int.random(in: 0..<nodeCount, using: &generator),
          RandomGraph.properties(&generator)
        ))
    }
  }

  func write(_ writer: GraphWriter) throws {
    for node in nodes {
      let id = try writer.createNode(labels: try node.labels.map { try writer.label($0) })
      for (key, value) in node.properties { try writer.set(writer.key(key), of: id, to: value) }
    }
    for link in links {
      let id = try writer.createRelationship(
        writer.type(link.type), from: NodeID(UInt32(link.start)), to: NodeID(UInt32(link.end)))
      for (key, value) in link.properties { try writer.set(writer.key(key), of: id, to: value) }
    }
  }

  private static func properties(_ generator: inout SeededGenerator) -> [String: Value] {
    var properties: [String: Value] = [:]
    // Columns of one type each, and `mixed` of all.
    for (kind, key) in ["i", "f", "b", "s", "d", "lt", "t", "ldt", "dt", "du"].enumerated() where generator.chance(0.3) {
      properties[key] = scalar(kind, &generator)
    }
    if generator.chance(0.3) { properties["mixed"] = scalar(Int.random(in: 0..<10, using: &generator), &generator) }
    if generator.chance(0.3) {
      properties["texts"] = .list((0..<Int.random(in: 0..<4, using: &generator)).map { _ in scalar(3, &generator) })
    }
    if generator.chance(0.3) {
      properties["numbers"] = .list((0..<Int.random(in: 0..<4, using: &generator)).map { _ in scalar(1, &generator) })
    }
    return properties
  }

  private static func scalar(_ kind: Int, _ generator: inout SeededGenerator) -> Value {
    func number(_ range: Range<Int64>) -> Int64 { Int64.random(in: range, using: &generator) }
    let date = Date(daysSinceEpoch: number(-800_000..<800_000))
    let time = LocalTime(
      nanosecondOfDay: generator.chance(0.5) ? number(0..<86_400) * 1_000_000_000 : number(0..<86_400_000_000_000))
    let offset = Int32(number(-64_800..<64_800))
    switch kind {
    case 0: return .integer([0, -1, Int64.max, Int64.min, number(-1000..<1000)].randomElement(using: &generator)!)
    case 1:
      return .float(
        [0, -0.0, 1e300, 5e-324, -1.5, .infinity, 0.1, Double(number(-99..<99))].randomElement(using: &generator)!)
    case 2: return .boolean(generator.chance(0.5))
    case 3:
      let pieces = ["a", ",", "\"", "\n", "\r\n", ";", "", "带鱼", " ", "\\", "{", "NA", "\t"]
      return .string(
        (0..<Int.random(in: 0..<5, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }.joined())
    case 4: return .date(date)
    case 5: return .localTime(time)
    case 6: return .time(Time(local: time, offsetSeconds: offset))
    case 7: return .localDateTime(LocalDateTime(date: date, time: time))
    case 8:
      return .dateTime(
        DateTime(
          local: LocalDateTime(date: date, time: time), offsetSeconds: offset,
          zone: generator.chance(0.3) ? "Europe/Berlin" : nil))
    default:
      return .duration(
        Duration(
          months: number(-50..<50), days: number(-50..<50), seconds: number(-9999..<9999),
          nanoseconds: Int32(number(0..<1_000_000_000))))
    }
  }
}
