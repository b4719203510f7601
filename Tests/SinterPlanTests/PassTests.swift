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
    return [described.name] + described.inputs.flatMap(names) + plan.subplans.flatMap { names($0.plan) }
  }

  @Test func topKeepsOnlyWhatTheLimitAsksFor() throws {
    let text = "MATCH (n) RETURN n.x ORDER BY n.x LIMIT 3"
    #expect(try operators(text).contains("Top"))
    #expect(try !operators(text).contains("Sort"))
    #expect(try operators(text, without: ["top-k"]).contains("Sort"))
    #expect(try !operators(text, without: ["all"]).contains("Top"))
  }

  private func details(_ text: String, without passes: Set<String> = [], _ parameters: [String: Value] = [:]) throws -> String {
    guard case .query(let query) = try parse(text).body else { return "" }
    var context = PlanContext(statistics: GraphStatistics(), disabledPasses: passes)
    context.parameters = parameters
    // Sums of integers are all that is folded here.
    context.fold = { scalar in
      guard case .arithmetic(.add, .constant(.integer(let a)), .constant(.integer(let b)), _) = scalar else { return nil }
      return .integer(a + b)
    }
    func all(_ plan: LogicalPlan) -> String { plan.described.inputs.reduce(plan.described.details) { $0 + "\n" + all($1) } }
    return all(try Planner.plan(query, context: context).plan)
  }

  @Test func scansKnowWhatIsAskedOfTheirNodes() throws {
    let text = "MATCH (n:L) WHERE n.x > 1 + 1 RETURN n.y"
    #expect(try details(text).contains("segments that may have n.x > 2"))
    #expect(try !details(text, without: ["constant-folding"]).contains("n.x > 2"))
    #expect(try !details(text, without: ["zone-maps"]).contains("segments"))
  }

  @Test func existsIsGatheredFromItsOtherEnd() throws {
    let text = "MATCH (n:L) WHERE NOT EXISTS { (n)<-[:R]-(:M {x: 1}) } RETURN n"
    #expect(try operators(text).contains("SemiJoin"))
    #expect(try !operators(text, without: ["semi-join"]).contains("SemiJoin"))
    #expect(try !operators("MATCH (n:L) WHERE EXISTS { (n)--(m) WHERE 1 / m.x > 0 } RETURN n").contains("SemiJoin"))
  }

  @Test func distinctOverDifferentRowsGoesAway() throws {
    #expect(try !operators("MATCH (n)-[r]->(m) RETURN DISTINCT n, r").contains("Distinct"))
    #expect(try operators("MATCH (n)-[r]->(m) RETURN DISTINCT n, r", without: ["distinct-removal"]).contains("Distinct"))
    #expect(try operators("MATCH (n) RETURN DISTINCT n.x").contains("Distinct"))
  }

  @Test func limitGoesBelowProjections() throws {
    let text = "MATCH (n) RETURN n.x + 1 AS y LIMIT 3"
    #expect(try Array(operators(text).prefix(2)) != ["Keep", "Limit"])
    #expect(try operators(text, without: ["limit-push-down"]).firstIndex(of: "Limit")! < operators(text).firstIndex(of: "Limit")!)
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
