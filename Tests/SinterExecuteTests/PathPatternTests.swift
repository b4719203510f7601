import SinterExecute
import SinterModel
import TestSupport
import Testing

/// Quantified path patterns and selectors against what variable lengths and WHERE say of the same paths, on random graphs.
@Suite struct PathPatternTests {
  /// A graph of few nodes with many ways between them: loops, parallels, both directions.
  private func graph(_ random: inout SeededGenerator) throws -> TestEngine {
    let engine = try TestEngine()
    let nodes = Int.random(in: 2...6, using: &random)
    let create = (0..<nodes).map { "(n\($0):N {i: \($0), x: \(Int.random(in: 0...4, using: &random))})" }
    var links: [String] = []
    for k in 0..<Int.random(in: 1...9, using: &random) {
      let (a, b) = (Int.random(in: 0..<nodes, using: &random), Int.random(in: 0..<nodes, using: &random))
      links.append("(n\(a))-[:\(Bool.random(using: &random) ? "T" : "S") {w: \(k)}]->(n\(b))")
    }
    let outcome = engine.run("CREATE " + (create + links).joined(separator: ", "))
    #expect(outcome.error == nil)
    return engine
  }

  private func lines(_ engine: TestEngine, _ text: String) -> [String] {
    let outcome = engine.run(text)
    if let error = outcome.error { Issue.record("\(text): \(error)") }
    return outcome.lines.sorted()
  }

  /// Pairs of a quantified pattern and the same in other words; both return the start, the end and the relationships.
  private static let pairs: [(quantified: String, other: String)] = [
    (
      "MATCH (a) ((x)-[r]->(y) WHERE x.x <= y.x){0,4} (b) RETURN a.i, b.i, [e IN r | e.w]",
      "MATCH (a)-[r*0..4]->(b) WHERE all(e IN r WHERE startNode(e).x <= endNode(e).x) RETURN a.i, b.i, [e IN r | e.w]"
    ),
    (
      "MATCH (a) ((x)-[r:T|S]-(y)){1,3} (b) RETURN a.i, b.i, [e IN r | e.w]",
      "MATCH (a)-[r:T|S*1..3]-(b) RETURN a.i, b.i, [e IN r | e.w]"
    ),
    (
      "MATCH (b) ((x)<-[r]-(y WHERE y.x > 0))+ (a) RETURN b.i, a.i, [e IN r | e.w]",
      "MATCH (b)<-[r*]-(a) WHERE all(e IN r WHERE startNode(e).x > 0) RETURN b.i, a.i, [e IN r | e.w]"
    ),
    (
      "MATCH (a) ((x)-[p]->(y)-[q]-(z) WHERE x.x + z.x > y.x){2} (b) RETURN a.i, b.i, [e IN p | e.w], [e IN q | e.w]",
      "MATCH (a)-[p]->(y)-[q]-(z)-[s]->(v)-[t]-(b) WHERE a.x + z.x > y.x AND z.x + b.x > v.x RETURN a.i, b.i, [p.w, s.w], [q.w, t.w]"
    ),
    (
      "MATCH (a)-[f]->(m) ((x)-[r:T]->(y)){1,2}-[g]-(b) RETURN f.w, [e IN r | e.w], g.w",
      "MATCH (a)-[f]->(m)-[r:T*1..2]->(n)-[g]-(b) RETURN f.w, [e IN r | e.w], g.w"
    ),
    (
      "MATCH (a:N {i: 0}), (b:N {i: 1}) MATCH p = (a) ((x)-[r]-(y)){,4} (b) RETURN [n IN nodes(p) | n.i], [n IN x | n.i] + b.i",
      "MATCH (a:N {i: 0}), (b:N {i: 1}) MATCH p = (a)-[r*0..4]-(b) RETURN [n IN nodes(p) | n.i] AS k, [n IN nodes(p) | n.i] AS l"
    ),
  ]

  @Test func quantifiedPatternsAreTrails() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<25 {
      let engine = try graph(&random)
      for pair in Self.pairs {
        let same = lines(engine, pair.quantified) == lines(engine, pair.other)
        #expect(same, "seed \(seed): \(pair.quantified)")
      }
    }
  }

  /// Each with its own way of saying which paths there are to choose from, by least and greatest length.
  private static let choices: [(pattern: String, all: String)] = [
    ("(a)-[r]->{1,5}(b)", "(a)-[r*1..5]->(b)"), ("(a)-[r]-{0,4}(b)", "(a)-[r*0..4]-(b)"), ("(a)-[r]-{3,4}(b)", "(a)-[r*3..4]-(b)"),
    ("(a)-[r:T]->+(b)", "(a)-[r:T*]->(b)"), ("(a) ((x)-[r]-(y) WHERE x.x <> y.x){1,4} (b)", ""),
    ("((a)-[r]->+(b) WHERE reduce(s = 0, e IN r | s + e.w) % 3 = 1)", ""), ("(a)-[r]->{1,2}(m)-[q]-{1,2}(b)", ""),
  ]

  @Test func selectorsChooseTheShortest() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<12 {
      let engine = try graph(&random)
      for choice in Self.choices {
        let all = choice.all.isEmpty ? choice.pattern : choice.all
        let lengths = engine.run("MATCH p = \(all) RETURN a.i, b.i, length(p) AS l ORDER BY l")
        #expect(lengths.error == nil)
        var byEnds: [String: [Int64]] = [:]
        for row in lengths.rows { if case .integer(let l) = row[2] { byEnds["\(row[0]) | \(row[1])", default: []].append(l) } }
        for k in 1...3 {
          let shortest = byEnds.flatMap { ends, all in all.prefix(k).map { "\(ends) | \($0)" } }.sorted()
          let groups = byEnds.flatMap { ends, all in
            let kept = Set(all).sorted().prefix(k)
            return all.filter(kept.contains).map { "\(ends) | \($0)" }
          }.sorted()
          // Unbound, with one end bound, and between bound nodes.
          for prefix in ["", "MATCH (b:N) ", "MATCH (a:N), (b:N) "] {
            let one = "\(prefix)MATCH p = SHORTEST \(k) \(choice.pattern) RETURN a.i, b.i, length(p)"
            let same = lines(engine, one) == shortest
            #expect(same, "seed \(seed): \(one)")
            let grouped = "\(prefix)MATCH p = SHORTEST \(k) GROUPS \(choice.pattern) RETURN a.i, b.i, length(p)"
            let sameGroups = lines(engine, grouped) == groups
            #expect(sameGroups, "seed \(seed): \(grouped)")
          }
        }
      }
    }
  }

  /// What is chosen is a path of the graph that the pattern matches, without a relationship twice.
  @Test func chosenPathsAreTrails() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let engine = try graph(&random)
      let all = Set(lines(engine, "MATCH p = (a)-[r*1..6]-(b) RETURN [n IN nodes(p) | n.i], [e IN r | e.w]"))
      let chosen = lines(engine, "MATCH p = SHORTEST 4 (a) ((x)-[r]-(y)){1,6} (b) RETURN [n IN x | n.i] + b.i, [e IN relationships(p) | e.w]")
      #expect(Set(chosen).count == chosen.count && all.isSuperset(of: chosen), "seed \(seed)")
    }
  }
}
