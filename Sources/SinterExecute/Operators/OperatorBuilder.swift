import SinterModel
import SinterPlan

/// Makes the operators of a plan: one verb, one case per kind of plan node.
struct OperatorBuilder {
  let context: ExecutionContext
  /// Places where a subplan takes in the rows around it.
  private(set) var arguments: [ArgumentOperator] = []
  /// The operators made so far look at rows only, so that what they read may be committed while they work.
  private var readRowsOnly = true

  init(context: ExecutionContext) { self.context = context }

  mutating func build(_ plan: LogicalPlan) throws -> Operator {
    readRowsOnly = readRowsOnly && plan.readsRowsOnly
    switch plan.kind {
    case .unit: return UnitOperator(plan, context)
    case .argument:
      let argument = ArgumentOperator(plan, context)
      arguments.append(argument)
      return argument
    case .nodeScan(let input, let variable, let labels): return NodeScan(plan, try build(input), variable: variable, labels: labels)
    case .zoneScan(let input, let variable, let labels, let bounds):
      return NodeScan(plan, try build(input), variable: variable, labels: labels, bounds: bounds)
    case .members(let input, _): return KeepOperator(plan, try build(input))
    case .indexSeek(let input, let variable, let seek): return IndexSeekOperator(plan, try build(input), variable: variable, seek: seek)
    case .nodeByID(let input, let variable, let id): return NodeByID(plan, try build(input), variable: variable, id: id)
    case .expand(let input, let expansion):
      return expansion.isInto ? try ExpandInto(plan, try build(input), expansion) : try ExpandAll(plan, try build(input), expansion)
    case .expandVariable(let input, let expansion): return try ExpandVariable(plan, try build(input), expansion)
    case .quantifiedExpand(let input, let expansion): return try QuantifiedExpand(plan, try build(input), expansion)
    case .selectPaths(let input, let selection): return try SelectPaths(plan, try build(input), selection)
    case .countPaths(let input, let paths): return try CountPaths(plan, try build(input), paths)
    case .relationshipEnds(let input, let ends): return RelationshipEndsOperator(plan, try build(input), ends)
    case .filter(let input, let predicates): return try FilterOperator(plan, try build(input), predicates)
    case .extend(let input, let assignments): return ExtendOperator(plan, try build(input), assignments)
    case .keep(let input): return KeepOperator(plan, try build(input))
    case .aggregate(let input, let keys, let aggregates, let multiplicity):
      return try AggregateOperator(plan, try build(input), keys: keys, aggregates: aggregates, multiplicity: multiplicity)
    case .distinct(let input): return DistinctOperator(plan, try build(input))
    case .sort(let input, let keys): return try SortOperator(plan, try build(input), keys)
    case .top(let input, let keys, let skip, let limit): return try TopOperator(plan, try build(input), keys, skip: skip, limit: limit)
    case .skip(let input, let amount): return SkipOperator(plan, try build(input), amount)
    case .limit(let input, let amount): return LimitOperator(plan, try build(input), amount)
    case .unwind(let input, let list, let variable): return UnwindOperator(plan, try build(input), list, as: variable)
    case .optional(let input, let subplan): return try OptionalOperator(plan, try build(input), subplan)
    case .apply(let input, let subplan): return try ApplyOperator(plan, try build(input), subplan)
    case .forEach(let input, let subplan): return try ForEachOperator(plan, try build(input), subplan)
    case .transactions(let input, let subplan, let isUnit, let isOptional, let transactions):
      let streams = readRowsOnly
      readRowsOnly = true
      return try TransactionsOperator(
        plan, try build(input), subplan, isUnit: isUnit, isOptional: isOptional, transactions, streams: streams)
    case .hashJoin(let left, let right, let node): return try buildHashJoin(plan, left, right, on: node)
    case .loadCSV(let input, let source): return LoadCSVOperator(plan, try build(input), source)
    case .union(let left, let right): return UnionOperator(plan, try build(left), try build(right))
    case .create(let input, let elements): return CreateOperator(plan, try build(input), elements)
    case .merge(let input, let merge): return try MergeOperator(plan, try build(input), merge)
    case .set(let input, let mutations): return SetOperator(plan, try build(input), mutations)
    case .delete(let input, let targets, let detach): return DeleteOperator(plan, try build(input), targets, detach: detach)
    case .procedure(let input, let call): return try ProcedureOperator(plan, try build(input), call)
    case .search(let input, let search): return SearchOperator(plan, try build(input), search)
    case .predict(let input, let prediction): return PredictOperator(plan, try build(input), prediction)
    case .recommend(let input, let recommendation): return RecommendOperator(plan, try build(input), recommendation)
    case .why(let input, let why): return WhyOperator(plan, try build(input), why)
    case .discard(let input): return DiscardOperator(plan, try build(input))
    }
  }

  /// Both sides read what the left one sees, which may be behind transactions that were committed on the way.
  private mutating func buildHashJoin(
    _ plan: LogicalPlan, _ left: LogicalPlan, _ right: LogicalPlan, on node: Variable
  ) throws -> Operator {
    let first = try build(left)
    var builder = OperatorBuilder(context: first.context)
    let second = try builder.build(right)
    arguments += builder.arguments
    return try HashJoinOperator(plan, first, second, on: node)
  }
}
