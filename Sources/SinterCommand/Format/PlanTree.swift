import Sinter

/// A plan as a tree with aligned columns, for people.
///
///      operator                  │ details                  │ estimated │ rows │ time
///     ───────────────────────────┼──────────────────────────┼───────────┼──────┼─────────
///      Keep                      │ c.name, n                │       1.9 │    3 │ 0.25 ms
///      └ Expand(All)             │ (i)-[:IN_CATEGORY]->(c)  │       6.2 │   10 │ 0.09 ms
enum PlanTree {
  static func text(_ plan: QueryPlan, maximumWidth: Int? = nil, isColoured: Bool = false) -> String {
    var rows: [[Value]] = []
    append(plan, lead: "", mark: "", to: &rows)
    let isProfiled = plan.rows != nil
    let columns = ["operator", "details", "estimated"] + (isProfiled ? ["rows", "time"] : [])
    let layout = TableLayout(
      columns: columns, rows: rows, maximumWidth: maximumWidth, isNumeric: [false, false, true, true, true], narrowedColumn: 1)
    var text = Terminal.styled(layout.header, .bold, isOn: isColoured) + "\n"
    text += Terminal.styled(layout.rule, .faint, isOn: isColoured) + "\n"
    for cells in layout.cells { text += layout.line(cells) + "\n" }
    return text
  }

  private static func append(_ plan: QueryPlan, lead: String, mark: String, to rows: inout [[Value]]) {
    var row: [Value] = [.string(lead + mark + plan.name), .string(plan.details), .string(number(plan.estimatedRows))]
    if let count = plan.rows { row.append(.string(Summary.grouped(count))) }
    if let seconds = plan.seconds { row.append(.string(Summary.duration(seconds: seconds))) }
    rows.append(row)
    let below = lead + (mark.isEmpty ? "" : mark == "├ " ? "│ " : "  ")
    // What a plan starts from when there is nothing to read says nothing to anybody.
    let children = plan.children.filter { $0.name != "Unit" }
    for (index, child) in children.enumerated() {
      append(child, lead: below, mark: index == children.count - 1 ? "└ " : "├ ", to: &rows)
    }
  }

  /// An estimate needs no more than one decimal place.
  private static func number(_ estimate: Double) -> String {
    guard estimate.isFinite, estimate < 1e15 else { return "\(estimate)" }
    return estimate >= 10 ? Summary.grouped(Int(estimate.rounded())) : Summary.decimal(estimate, places: 1)
  }
}
