import SinterFunctions
import SinterModel
import SinterPlan

/// One operator of a plan as EXPLAIN and PROFILE show it.
package struct PlanDescription: Sendable {
  /// The index that finds an operator's rows.
  package struct Index: Sendable {
    package var name: String
    /// Label or relationship type.
    package var label: String
    package var properties: [String]
    package var isUnique: Bool
    /// `seek`, `range` or `prefix`.
    package var access: String
  }

  /// What an operator did, after PROFILE.
  package struct Counts: Sendable {
    package var rows: Int
    package var batches: Int
    /// With the operators below.
    package var seconds: Double
    /// Without them.
    package var ownSeconds: Double
    /// The most the operator kept from batch to batch.
    package var memoryBytes: Int
  }

  /// What holds for the statement as a whole; only at the root.
  package struct Totals: Sendable {
    /// Zero where the statement came from the cache.
    package var parseSeconds = 0.0
    package var checkSeconds = 0.0
    package var planSeconds = 0.0
    /// Only after PROFILE.
    package var runSeconds: Double?
    package var isStatementCached = false
    package var isPlanCached = false
    /// The most that was held at a time; only after PROFILE.
    package var memoryBytes: Int?
    package var memoryLimitBytes = 0
    /// Pages that were not mapped yet when the statement touched them; only after PROFILE.
    package var faults: PageFaults?
    /// Passes of the planner that were switched off.
    package var disabledPasses: [String] = []
  }

  package var name: String
  package var details: String
  /// For one outer row, inside a subplan.
  package var estimatedRows: Double
  /// The operator runs for each row of the one it hangs on.
  package var isSubplan = false
  /// Inside a subplan, after PROFILE: how many outer rows it ran for.
  package var loops: Int?
  package var index: Index?
  package var counts: Counts?
  package var totals: Totals?
  package var children: [PlanDescription]

  init(name: String, details: String, estimatedRows: Double, children: [PlanDescription]) {
    self.name = name
    self.details = details
    self.estimatedRows = estimatedRows
    self.children = children
  }

  /// The tree of a plan, with what was counted where `profiler` is given.
  init(_ plan: LogicalPlan, _ profiler: Profiler?, loops: Int? = nil) {
    let described = plan.described
    let subplans = plan.subplans
    let inner = Set(subplans.map { ObjectIdentifier($0.plan) })
    let inputs = described.inputs.filter { !inner.contains(ObjectIdentifier($0)) }
    var children = inputs.filter { !$0.isUnit }.map { PlanDescription($0, profiler, loops: loops) }
    for subplan in subplans {
      let runs = profiler.flatMap { profiler in subplan.plan.argumentLeaf.map { profiler.counters(of: $0).rows } }
      var child = PlanDescription(subplan.plan, profiler, loops: runs)
      child.isSubplan = true
      children.append(child)
    }
    self.init(name: described.name, details: described.details, estimatedRows: plan.estimatedRows, children: children)
    self.loops = loops
    index = plan.indexSeek.map { seek in
      Index(
        name: seek.index.name, label: seek.index.label, properties: seek.index.keys, isUnique: seek.index.isUnique, access: seek.access)
    }
    guard let counters = profiler?.counters(of: plan) else { return }
    let below = children.reduce(0) { $0 + ($1.counts?.seconds ?? 0) }
    counts = Counts(
      rows: counters.rows, batches: counters.batches, seconds: counters.seconds, ownSeconds: max(0, counters.seconds - below),
      memoryBytes: counters.peakBytes)
  }
}

extension LogicalPlan {
  /// What a plan starts from when there is nothing to read: it says nothing to anybody.
  fileprivate var isUnit: Bool {
    if case .unit = kind { true } else { false }
  }
}

extension PlanDescription {
  /// The whole plan of a statement: the operators under what hands out the result's columns.
  init(_ planned: PlannedQuery, _ totals: Totals, _ profiler: Profiler? = nil) {
    let root = PlanDescription(planned.plan, profiler)
    guard !planned.columns.isEmpty else {
      self = root
      self.totals = totals
      return
    }
    let columns = planned.columns.map { $0.name == $0.variable.name ? $0.name : "\($0.variable.name) AS \($0.name)" }
    self.init(name: "ProduceResults", details: columns.joined(separator: ", "), estimatedRows: root.estimatedRows, children: [root])
    self.totals = totals
    if var counts = root.counts {
      // What remains is to read the labels and properties of elements that are returned.
      counts.ownSeconds = max(0, (totals.runSeconds ?? counts.seconds) - counts.seconds)
      counts.seconds = max(counts.seconds, totals.runSeconds ?? 0)
      counts.memoryBytes = 0
      self.counts = counts
    }
  }
}
