package import SinterExecute

/// An operator of a query's plan with those that feed it.
public struct QueryPlan: Sendable {
  /// What the operator does, such as `Expand(All)`.
  public let name: String
  /// On what: the pattern, the predicate, the columns.
  public let details: String
  /// The rows the planner expected.
  public let estimatedRows: Double
  /// Rows the operator gave; only after `PROFILE`.
  public let rows: Int?
  /// Batches the operator gave; only after `PROFILE`.
  public let batches: Int?
  /// Time spent in the operator; only after `PROFILE`.
  public let seconds: Double?
  /// The operators that feed it.
  public let children: [QueryPlan]

  package init(_ plan: PlanDescription) {
    name = plan.name
    details = plan.details
    estimatedRows = plan.estimatedRows
    rows = plan.rows
    batches = plan.batches
    seconds = plan.seconds
    children = plan.children.map(QueryPlan.init)
  }
}

extension QueryPlan: CustomStringConvertible {
  /// The operators as an indented tree, the last to run first.
  public var description: String {
    var lines: [String] = []
    append(to: &lines, depth: 0)
    return lines.joined(separator: "\n")
  }

  private func append(to lines: inout [String], depth: Int) {
    var line = String(repeating: "  ", count: depth) + name
    if !details.isEmpty { line += " " + details }
    var figures = ["estimated \(QueryPlan.rounded(estimatedRows))"]
    if let rows { figures.append("rows \(rows)") }
    if let seconds { figures.append("\(QueryPlan.rounded(seconds * 1000)) ms") }
    lines.append(line + "  (" + figures.joined(separator: ", ") + ")")
    for child in children { child.append(to: &lines, depth: depth + 1) }
  }

  /// Three significant places are enough to read a plan.
  private static func rounded(_ number: Double) -> String {
    guard number.isFinite else { return "\(number)" }
    if number >= 100 || number == number.rounded() { return number < 1e18 ? "\(Int64(number.rounded()))" : "\(number)" }
    return "\((number * 1000).rounded() / 1000)"
  }
}
