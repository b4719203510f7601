/// Aggregation and DISTINCT over the rows so far; hops whose rows only gather here are counted, not made.
extension Binder {
  func aggregation(of plan: LogicalPlan, _ keys: [Assignment], _ aggregates: [Aggregate]) -> LogicalPlan {
    let rows = cost.groups(of: keys.map(\.value), rows: plan.estimatedRows)
    setOrigins(keys)
    let outputs = (keys.map(\.variable) + aggregates.map(\.variable)).unique
    func over(_ plan: LogicalPlan, _ aggregates: [Aggregate], multiplicity: Variable?) -> LogicalPlan {
      LogicalPlan(.aggregate(plan, keys: keys, aggregates: aggregates, multiplicity: multiplicity), outputs: outputs, estimatedRows: rows)
    }
    guard collapsesPaths, aggregates.allSatisfy(\.weighsRows) else { return over(plan, aggregates, multiplicity: nil) }
    // What a pattern binds is never null: to count it is to count rows, and nobody reads it.
    let aggregates = aggregates.map { $0.countingRows(of: plan) }
    let reads = keys.map(\.value).reads.union(aggregates.flatMap(\.arguments).reads)
    let count = aggregates.contains { !$0.ignoresRepetition } ? anonymous() : nil
    guard let counted = CollapsePaths.run(plan, needed: reads, count: count, cost: cost),
      case .countPaths(_, let paths) = counted.kind
    else {
      return over(plan, aggregates, multiplicity: nil)
    }
    // Without columns of the input, every row is another node.
    if let target = paths.target, counted.outputs.first == target {
      if keys.count == 1, keys[0].value == .variable(target), let count, aggregates.allSatisfy({ $0.countsPaths(to: target) }) {
        let assignments = keys.filter { $0.variable != target } + aggregates.map { Assignment($0.variable, .variable(count)) }
        return LogicalPlan(.extend(counted, assignments), outputs: outputs, estimatedRows: counted.estimatedRows)
      }
      if keys.isEmpty, aggregates.allSatisfy({ $0.countsDistinct(target) }) {
        let counts = aggregates.map { Aggregate(variable: $0.variable, function: "count", distinct: false, arguments: [], spot: $0.spot) }
        return over(counted, counts, multiplicity: nil)
      }
    }
    return over(counted, aggregates, multiplicity: count)
  }

  func distinct(_ plan: LogicalPlan, _ outputs: [Variable]) -> LogicalPlan {
    let rows = cost.groups(of: outputs.map { .variable($0) }, rows: plan.estimatedRows)
    if collapsesPaths, let counted = CollapsePaths.run(plan, needed: VariableSet(outputs), count: nil, cost: cost) {
      // A node that paths end at comes once; one that they start from, as often as the input has it.
      guard case .countPaths(_, let paths) = counted.kind else { return counted }
      let isDistinct = outputs.count == 1 && outputs[0] == paths.target && counted.outputs == outputs
      return isDistinct ? counted : LogicalPlan(.distinct(counted.keeping(outputs)), outputs: outputs, estimatedRows: rows)
    }
    if !isUpdating, context.isEnabled("distinct-removal"), plan.isUnique(by: VariableSet(outputs)) { return plan.keeping(outputs) }
    return LogicalPlan(.distinct(plan.keeping(outputs)), outputs: outputs, estimatedRows: rows)
  }

  private var collapsesPaths: Bool { !isUpdating && context.isEnabled("count-paths") }
}

extension Aggregate {
  /// `count(*)` instead of `count(x)` where the plan's pattern binds `x`.
  fileprivate func countingRows(of plan: LogicalPlan) -> Aggregate {
    guard countsRows, arguments.count == 1, case .variable(let variable) = arguments[0], plan.alwaysBinds(variable) else { return self }
    return Aggregate(variable: self.variable, function: "count", distinct: false, arguments: [], spot: spot)
  }

  /// `count(*)` or `count(target)`, which is never null.
  fileprivate func countsPaths(to target: Variable) -> Bool {
    countsRows && (arguments.isEmpty || arguments == [.variable(target)])
  }

  fileprivate func countsDistinct(_ target: Variable) -> Bool {
    guard distinct, function == "count", let argument = arguments.first else { return false }
    if case .function("id", let inner, _) = argument { return inner == [.variable(target)] }
    return argument == .variable(target)
  }
}
