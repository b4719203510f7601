import SinterLanguage
package import SinterModel
import SinterPlan
package import SinterStorage

/// What it costs to get a statement ready to run, in seconds, each the median of several rounds.
package struct PreparationCost: Sendable {
  package var parse: Double
  package var check: Double
  /// Binding, ordering and the passes.
  package var plan: Double
  /// The way of a statement that was met before: found by its text, with a plan that still fits the graph.
  package var cached: Double
}

extension QueryEngine {
  /// Prepares `text` over and over, without its caches but for the last figure.
  /// - Throws: what preparing the statement runs into.
  package func measurePreparation(of text: String, view: GraphView, rounds: Int = 200) throws(SinterError) -> PreparationCost {
    do {
      let query = try prepare(text)
      guard case .query(let body) = query.statement.body else {
        let parsed = try median(rounds) { _ = try parse(text) }
        return PreparationCost(parse: parsed, check: 0, plan: 0, cached: try median(rounds) { _ = try prepare(text) })
      }
      let context = makeContext(view, nil, [:], QueryOptions())
      return PreparationCost(
        parse: try median(rounds) { _ = try parse(text) },
        check: try median(rounds) { try check(query.statement, in: checkEnvironment) },
        plan: try median(rounds) { _ = try Planner.plan(body, context: planContext(context)) },
        cached: try median(rounds) { _ = try plan(for: prepare(text), body, context) })
    } catch let error as SinterError {
      throw error
    } catch {
      throw SinterError(wrapping: error)
    }
  }

  private func median(_ rounds: Int, _ body: () throws -> Void) throws -> Double {
    var times: [Double] = []
    for _ in 0..<max(rounds, 1) {
      let start = monotonicSeconds()
      try body()
      times.append(monotonicSeconds() - start)
    }
    return times.sorted()[times.count / 2]
  }
}
