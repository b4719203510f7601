import SinterExecute
import SinterLanguage
import SinterModel
import SinterStorage
import TestSupport

/// Bytes as a statement: read, checked, planned over a small graph, and every error shown.
package struct ParserFuzzing: Sendable {
  private let temporary = TemporaryStore(in: "/dev/shm")
  private let store: GraphStore

  /// - Throws: when the store with the graph to plan over cannot be made.
  package init() throws {
    var options = GraphStore.Options()
    options.durable = false
    store = try GraphStore(path: temporary.path, options: options)
    let engine = QueryEngine()
    for text in FuzzGraph.statements {
      let query = try engine.prepare(text)
      try store.write { writer in
        _ = try engine.run(query, parameters: [:], view: writer.view, writer: writer)
      }
    }
  }

  /// Anything may be given; nothing may trap, and an error must lie inside the text.
  package func run(_ bytes: UnsafeBufferPointer<UInt8>) {
    do throws(SinterError) {
      let text = try validated(Array(bytes))
      _ = isCompleteStatement(text)
      for piece in splitScript(text) { look(at: piece) }
      if let statements = try? parseScript(text) { precondition(statements.count <= bytes.count) }
    } catch {
      show(error, bytes.count)
    }
  }

  private func look(at text: String) {
    // A new engine each time: one that knows the text would answer from its cache.
    let engine = QueryEngine()
    do throws(SinterError) {
      _ = try engine.prepare(text)
      let explained = "EXPLAIN " + text
      let query = try engine.prepare(explained)
      guard query.statement.mode == .explain else { return }
      let plan = try engine.run(query, parameters: [:], view: store.snapshot()).plan
      precondition(plan.map { !$0.name.isEmpty } ?? true)
    } catch {
      show(error, text.utf8.count + 8)
    }
  }

  private func show(_ error: SinterError, _ length: Int) {
    // Bytes that are no UTF-8 are three in the text that is shown.
    if let span = error.span { precondition(0 <= span.start && span.start <= span.end && span.end <= max(1, 3 * length)) }
    precondition(!error.rendered().isEmpty && !error.message.isEmpty && !error.code.rawValue.isEmpty)
  }
}

/// The graph that fuzzed statements are planned and run over.
enum FuzzGraph {
  static let statements = [
    "CREATE INDEX FOR (n:A) ON (n.x)", "CREATE INDEX FOR (n:B) ON (n.x, n.y)",
    "CREATE CONSTRAINT FOR (n:C) REQUIRE n.k IS UNIQUE",
    """
    CREATE (a:A {x: 1, s: 'one', l: [1, 2]}), (b:B {x: 2, y: 1.5}), (c:C:A {k: 'k', x: 3}), (d {t: date('2020-02-29')}),
      (a)-[:R {w: 1}]->(b), (b)-[:R]->(c), (c)-[:S {w: 2.5}]->(a), (a)-[:S]->(a), (b)-[:T]->(d)
    """,
  ]
}
