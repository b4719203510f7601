import Sinter

extension JSONWriter {
  /// The operator tree of a query.
  mutating func plan(_ plan: QueryPlan) {
    raw("{\"name\":")
    string(plan.name)
    raw(",\"details\":")
    string(plan.details)
    raw(",\"estimatedRows\":")
    float(plan.estimatedRows)
    member("rows", plan.rows)
    member("batches", plan.batches)
    member("seconds", plan.seconds)
    member("ownSeconds", plan.ownSeconds)
    member("memoryBytes", plan.memoryBytes)
    if plan.isSubplan { raw(",\"isSubplan\":true") }
    member("loops", plan.loops)
    if let index = plan.index { self.index(index) }
    if let totals = plan.totals { self.totals(totals) }
    raw(",\"children\":[")
    var isFirst = true
    for child in plan.children {
      comma(unlessFirst: &isFirst)
      self.plan(child)
    }
    raw("]}")
  }

  private mutating func index(_ index: QueryPlan.Index) {
    raw(",\"index\":{\"name\":")
    string(index.name)
    raw(",\"label\":")
    string(index.label)
    raw(",\"properties\":")
    list(index.properties.map(Value.string))
    raw(",\"unique\":")
    value(.boolean(index.isUnique))
    raw(",\"access\":")
    string(index.access)
    raw("}")
  }

  private mutating func totals(_ totals: QueryPlan.Totals) {
    raw(",\"totals\":{\"parseSeconds\":")
    float(totals.parseSeconds)
    member("checkSeconds", totals.checkSeconds)
    member("planSeconds", totals.planSeconds)
    member("runSeconds", totals.runSeconds)
    raw(",\"statementCached\":")
    value(.boolean(totals.isStatementCached))
    raw(",\"planCached\":")
    value(.boolean(totals.isPlanCached))
    member("memoryBytes", totals.memoryBytes)
    member("memoryLimitBytes", totals.memoryLimitBytes)
    member("minorFaults", totals.minorFaults)
    member("majorFaults", totals.majorFaults)
    if !totals.disabledPasses.isEmpty {
      raw(",\"disabledPasses\":")
      list(totals.disabledPasses.map(Value.string))
    }
    raw("}")
  }

  private mutating func member(_ name: StaticString, _ number: Int?) {
    guard let number else { return }
    opening(name)
    integer(Int64(number))
  }

  private mutating func member(_ name: StaticString, _ number: Double?) {
    guard let number else { return }
    opening(name)
    float(number)
  }

  private mutating func opening(_ name: StaticString) {
    raw(",\"")
    raw(name)
    raw("\":")
  }
}
