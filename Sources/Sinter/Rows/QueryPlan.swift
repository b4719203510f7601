package import SinterExecute

/// An operator of a query's plan with those that feed it.
///
/// ```swift
/// let rows = try store.query("PROFILE MATCH (u:User {id: 'u1'})-[:BOUGHT]->(i) RETURN i.title")
/// if let plan = rows.plan {
///   print(plan)
///   print(plan.totals?.runSeconds ?? 0, plan.children[0].rows ?? 0)
/// }
/// ```
public struct QueryPlan: Sendable {
  /// The index by which an operator finds its rows.
  public struct Index: Sendable {
    /// The index's name.
    public let name: String
    /// The label or relationship type it is on.
    public let label: String
    /// The properties it is on.
    public let properties: [String]
    /// Whether a key has at most one element.
    public let isUnique: Bool
    /// `seek` for given keys, `range` and `prefix` for a part of the index in order.
    public let access: String
  }

  /// What holds for the statement as a whole.
  public struct Totals: Sendable {
    /// Time to parse the text; 0 where the statement was in the cache.
    public let parseSeconds: Double
    /// Time to check names, types and scopes; 0 where the statement was in the cache.
    public let checkSeconds: Double
    /// Time to plan; 0 where the plan was in the cache.
    public let planSeconds: Double
    /// Time to run, labels and properties of what is returned included; only after `PROFILE`.
    public let runSeconds: Double?
    /// Whether the same text ran before and was neither parsed nor checked again.
    public let isStatementCached: Bool
    /// Whether the plan of that run was used again.
    public let isPlanCached: Bool
    /// The most memory that was held at a time; only after `PROFILE`.
    public let memoryBytes: Int?
    /// The memory budget; see ``QueryOptions/memoryLimitBytes``.
    public let memoryLimitBytes: Int
    /// Pages in memory that the threads of the statement touched first: of the store's file, or fresh memory; only after `PROFILE`.
    public let minorFaults: Int?
    /// Pages that had to be read from the disk; only after `PROFILE`.
    public let majorFaults: Int?
    /// Passes of the planner that were switched off.
    public let disabledPasses: [String]
  }

  /// What the operator does, such as `Expand(All)`; named as in Neo4j where the operator is the same.
  public let name: String
  /// On what: the pattern, the predicate, the columns.
  public let details: String
  /// The rows the planner expected; inside a subplan, for one row of the operator around it.
  public let estimatedRows: Double
  /// Whether the operator and those below run for the rows of the operator they hang on, not before it.
  public let isSubplan: Bool
  /// Inside a subplan, how many rows it ran for; only after `PROFILE`.
  public let loops: Int?
  /// The index that is used, if one is.
  public let index: Index?
  /// Rows the operator gave; only after `PROFILE`.
  public let rows: Int?
  /// Batches the operator gave; only after `PROFILE`.
  public let batches: Int?
  /// Time spent in the operator and those below; only after `PROFILE`.
  public let seconds: Double?
  /// Time spent in the operator alone; only after `PROFILE`.
  public let ownSeconds: Double?
  /// The most memory the operator kept at a time: rows to sort, groups, sets; only after `PROFILE`.
  public let memoryBytes: Int?
  /// Of the whole statement; only at the root.
  public let totals: Totals?
  /// The operators that feed it, then its subplans.
  public let children: [QueryPlan]

  package init(_ plan: PlanDescription) {
    name = plan.name
    details = plan.details
    estimatedRows = plan.estimatedRows
    isSubplan = plan.isSubplan
    loops = plan.loops
    index = plan.index.map { Index(name: $0.name, label: $0.label, properties: $0.properties, isUnique: $0.isUnique, access: $0.access) }
    rows = plan.counts?.rows
    batches = plan.counts?.batches
    seconds = plan.counts?.seconds
    ownSeconds = plan.counts?.ownSeconds
    memoryBytes = plan.counts?.memoryBytes
    totals = plan.totals.map(Totals.init)
    children = plan.children.map(QueryPlan.init)
  }

  /// How many times more rows came than the planner expected, or fewer where it is below 1; nil without `PROFILE` and in a
  /// subplan that never ran.
  ///
  /// Both are taken as one row at least, so that an empty result is not infinitely wrong.
  public var misestimate: Double? {
    guard let rows, loops != 0 else { return nil }
    return max(Double(rows), 1) / max(estimatedRows * Double(loops ?? 1), 1)
  }
}

extension QueryPlan.Totals {
  package init(_ totals: PlanDescription.Totals) {
    self.init(
      parseSeconds: totals.parseSeconds, checkSeconds: totals.checkSeconds, planSeconds: totals.planSeconds,
      runSeconds: totals.runSeconds, isStatementCached: totals.isStatementCached, isPlanCached: totals.isPlanCached,
      memoryBytes: totals.memoryBytes, memoryLimitBytes: totals.memoryLimitBytes,
      minorFaults: totals.faults?.minor, majorFaults: totals.faults?.major, disabledPasses: totals.disabledPasses)
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
