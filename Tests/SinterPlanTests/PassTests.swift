import SinterLanguage
import SinterModel
import SinterPlan
import Testing

/// What each pass does to a plan, and that switching it off undoes that.
@Suite struct PassTests {
  private func operators(_ text: String, without passes: Set<String> = [], _ statistics: GraphStatistics = GraphStatistics()) throws -> [String] {
    guard case .query(let query) = try parse(text).body else { return [] }
    let planned = try Planner.plan(query, context: PlanContext(statistics: statistics, disabledPasses: passes))
    return names(planned.plan)
  }

  private func names(_ plan: LogicalPlan) -> [String] {
    let described = plan.described
    return [described.name] + described.inputs.flatMap(names)
  }

  @Test func topKeepsOnlyWhatTheLimitAsksFor() throws {
    let text = "MATCH (n) RETURN n.x ORDER BY n.x LIMIT 3"
    #expect(try operators(text).contains("Top"))
    #expect(try !operators(text).contains("Sort"))
    #expect(try operators(text, without: ["top-k"]).contains("Sort"))
    #expect(try !operators(text, without: ["all"]).contains("Top"))
  }

  @Test func everyPassHasANameAndAPurpose() {
    #expect(Set(Planner.passNames.map(\.name)).count == Planner.passNames.count)
    #expect(Planner.passNames.allSatisfy { !$0.purpose.isEmpty })
  }

  @Test func columnsNobodyReadsAreDropped() throws {
    let text = "MATCH (a)-[r]->(b)-[s]->(c) RETURN count(*)"
    guard case .query(let query) = try parse(text).body else { return }
    let pruned = try Planner.plan(query, context: PlanContext(statistics: GraphStatistics())).plan
    let whole = try Planner.plan(query, context: PlanContext(statistics: GraphStatistics(), disabledPasses: ["prune-columns"])).plan
    #expect(widest(pruned) < widest(whole))
  }

  private func widest(_ plan: LogicalPlan) -> Int {
    plan.described.inputs.reduce(plan.outputs.count) { max($0, widest($1)) }
  }
}
