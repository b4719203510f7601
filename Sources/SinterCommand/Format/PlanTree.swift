import Sinter

/// A plan as a tree with aligned columns, for people.
///
///      operator              │ details                 │ estimated │ rows │  off │     own │    time │ memory
///     ───────────────────────┼─────────────────────────┼───────────┼──────┼──────┼─────────┼─────────┼────────
///      ProduceResults        │ name, n                 │       1.9 │    3 │      │ 0.01 ms │ 0.27 ms │
///      └ EagerAggregation    │ c.name, count(*)        │       1.9 │    3 │      │ 0.16 ms │ 0.26 ms │  480 B
///        └ Expand(All)       │ (i)-[:IN_CATEGORY]->(c) │       6.2 │  100 │ ↑16× │ 0.06 ms │ 0.10 ms │
///
/// `off` says how many times more (↑) or fewer (↓) rows came than expected, where that is worth a look. Details that
/// do not fit go on in the next line; columns of little use leave when the terminal is narrow.
struct PlanTree {
  private enum Column: String, CaseIterable {
    case name = "operator"
    case details, estimated, rows, off, batches, own, time, memory
  }

  /// One operator's cells, and the tree's lines to draw beside further lines of its details.
  private struct Line {
    var cells: [Column: String]
    var continuation: String
    var isMisestimated: Bool
  }

  private let columns: [Column]
  private var widths: [Column: Int] = [:]
  private var lines: [Line] = []
  private let isColoured: Bool

  static func text(_ plan: QueryPlan, maximumWidth: Int? = nil, isColoured: Bool = false) -> String {
    let tree = PlanTree(plan, maximumWidth, isColoured)
    return tree.text + (plan.totals.map { Terminal.styled(totals($0), .faint, isOn: isColoured) + "\n" } ?? "")
  }

  private init(_ plan: QueryPlan, _ maximumWidth: Int?, _ isColoured: Bool) {
    self.isColoured = isColoured
    var lines: [Line] = []
    PlanTree.append(plan, lead: "", mark: "", to: &lines)
    self.lines = lines
    func used(_ column: Column) -> Bool { lines.contains { !($0.cells[column] ?? "").isEmpty } }
    func width(_ column: Column) -> Int {
      lines.reduce(TextWidth.of(column.rawValue)) { max($0, TextWidth.of($1.cells[column] ?? "")) }
    }
    var columns = Column.allCases.filter { $0 == .name || $0 == .details || used($0) }
    var widths = Dictionary(uniqueKeysWithValues: columns.map { ($0, width($0)) })
    // A long predicate is easier to read in some lines than in one.
    widths[.details] = min(widths[.details]!, 100)
    if let maximumWidth {
      func excess() -> Int { columns.reduce(3 * columns.count - 1) { $0 + widths[$1]! } - maximumWidth }
      let wanted = min(widths[.details]!, 30)
      for column in [Column.batches, .memory, .time, .own, .estimated] where excess() > widths[.details]! - wanted {
        columns.removeAll { $0 == column }
      }
      if excess() > 0 && maximumWidth < 60 { columns.removeAll { $0 == .off } }
      widths[.details] = max(min(widths[.details]!, 12), widths[.details]! - max(0, excess()))
      widths[.name] = max(min(widths[.name]!, 12), widths[.name]! - max(0, excess()))
    }
    self.columns = columns
    self.widths = widths
  }

  /// - Parameter isCut: a LIMIT above may have ended the operator early, so that few rows are no misestimate.
  private static func append(_ plan: QueryPlan, lead: String, mark: String, isCut: Bool = false, to lines: inout [Line]) {
    let below = lead + (mark.isEmpty ? "" : mark == "├ " ? "│ " : "  ")
    var cells: [Column: String] = [
      .name: lead + mark + plan.name, .details: TableLayout.cell(.string(details(plan))), .estimated: number(plan.estimatedRows),
    ]
    var isMisestimated = false
    if let rows = plan.rows, let misestimate = plan.misestimate {
      cells[.rows] = Summary.grouped(rows)
      isMisestimated = misestimate >= 10 || (misestimate <= 0.1 && !isCut)
      if isMisestimated { cells[.off] = misestimate > 1 ? "↑\(number(misestimate.rounded()))×" : "↓\(number((1 / misestimate).rounded()))×" }
    }
    if let batches = plan.batches { cells[.batches] = Summary.grouped(batches) }
    if let seconds = plan.ownSeconds { cells[.own] = Summary.duration(seconds: seconds) }
    if let seconds = plan.seconds { cells[.time] = Summary.duration(seconds: seconds) }
    if let bytes = plan.memoryBytes, bytes > 0 { cells[.memory] = Summary.bytes(bytes) }
    lines.append(Line(cells: cells, continuation: below + (plan.children.isEmpty ? "" : "│"), isMisestimated: isMisestimated))
    for (index, child) in plan.children.enumerated() {
      append(
        child, lead: below, mark: index == plan.children.count - 1 ? "└ " : "├ ",
        isCut: plan.name == "Limit" || (isCut && !gathering.contains(plan.name)), to: &lines)
    }
  }

  /// Operators that read all rows whatever is asked of them.
  private static let gathering: Set = ["Sort", "Top", "EagerAggregation"]

  private static func details(_ plan: QueryPlan) -> String {
    var text = plan.details
    if let index = plan.index { text += " by index \(index.name)" }
    if plan.isSubplan { text = (plan.loops.map { "for each of \(Summary.count($0, "row")): " } ?? "for each row: ") + text }
    return text
  }

  private var text: String {
    var text = Terminal.styled(line { $0.rawValue }, .bold, isOn: isColoured) + "\n"
    text += Terminal.styled(columns.map { String(repeating: "─", count: widths[$0]! + 2) }.joined(separator: "┼"), .faint, isOn: isColoured)
    text += "\n"
    for entry in lines {
      let details = PlanTree.wrapped(entry.cells[.details] ?? "", to: widths[.details]!)
      let first = line { $0 == .details ? details[0] : entry.cells[$0] ?? "" }
      text += Terminal.styled(first, .bold, isOn: isColoured && entry.isMisestimated) + "\n"
      for rest in details.dropFirst() {
        text += line { $0 == .details ? rest : $0 == .name ? entry.continuation : "" } + "\n"
      }
    }
    return text
  }

  private func line(_ cell: (Column) -> String) -> String {
    var text = ""
    for column in columns {
      if column != columns.first { text += " │" }
      let width = widths[column]!
      text += " " + TextWidth.padded(TextWidth.cut(cell(column), to: width), to: width, onLeft: column != .name && column != .details)
    }
    while text.last == " " { text.removeLast() }
    return text
  }

  /// Lines of at most `width` columns, broken at spaces where there are some; what is longer than six lines is cut.
  private static func wrapped(_ text: String, to width: Int) -> [String] {
    let most = 6
    var lines: [String] = []
    var rest = text[...]
    while TextWidth.of(String(rest)) > width, lines.count < most - 1 {
      var end = rest.startIndex
      var lastSpace: String.Index?
      var used = 0
      while end < rest.endIndex {
        used += TextWidth.of(rest[end])
        if used > width { break }
        if rest[end] == " " { lastSpace = end }
        end = rest.index(after: end)
      }
      // A break far to the left would waste the line.
      let cut = lastSpace.flatMap { rest.distance(from: rest.startIndex, to: $0) > width / 2 ? $0 : nil } ?? max(end, rest.index(after: rest.startIndex))
      lines.append(String(rest[..<cut]))
      rest = rest[cut...].drop { $0 == " " }
    }
    lines.append(TextWidth.cut(String(rest), to: width))
    return lines
  }

  /// An estimate needs no more than one decimal place.
  private static func number(_ estimate: Double) -> String {
    guard estimate.isFinite, estimate < 1e15 else { return "\(estimate)" }
    return estimate >= 10 || estimate == estimate.rounded() ? Summary.grouped(Int(estimate.rounded())) : Summary.decimal(estimate, places: 1)
  }

  /// `parse 0.02 ms, check 0.01 ms, plan 0.08 ms, run 0.27 ms; memory 480 B of 5.9 GiB`
  private static func totals(_ totals: QueryPlan.Totals) -> String {
    func part(_ name: String, _ seconds: Double, isCached: Bool) -> String {
      isCached ? "\(name) cached" : "\(name) \(Summary.duration(seconds: seconds))"
    }
    var parts = totals.isStatementCached ? ["parse and check cached"] : [
      part("parse", totals.parseSeconds, isCached: false), part("check", totals.checkSeconds, isCached: false),
    ]
    parts.append(part("plan", totals.planSeconds, isCached: totals.isPlanCached))
    if let seconds = totals.runSeconds { parts.append("run \(Summary.duration(seconds: seconds))") }
    var text = parts.joined(separator: ", ")
    if let bytes = totals.memoryBytes { text += "; memory \(Summary.bytes(bytes)) of \(Summary.bytes(totals.memoryLimitBytes))" }
    if let minor = totals.minorFaults, let major = totals.majorFaults {
      text += "; page faults \(Summary.grouped(minor)) minor, \(Summary.grouped(major)) major"
    }
    if !totals.disabledPasses.isEmpty { text += "; without \(totals.disabledPasses.joined(separator: ", "))" }
    return text
  }
}
