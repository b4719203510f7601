/// Drops variables as soon as nobody reads them, so that expansions copy no more than they must.
struct PruneColumns {
  /// The same plan with only those outputs that `needed` asks for.
  func run(_ plan: LogicalPlan, needed: VariableSet) -> LogicalPlan {
    func rebuilt(_ kind: LogicalPlan.Kind, keeping: VariableSet) -> LogicalPlan {
      LogicalPlan(kind, outputs: plan.outputs.filter(keeping.contains), estimatedRows: plan.estimatedRows)
    }
    /// The input with what this operator reads added to what is asked of it.
    func input(_ input: LogicalPlan, _ reads: VariableSet) -> LogicalPlan {
      run(input, needed: needed.union(reads))
    }
    switch plan.kind {
    case .unit: return plan
    case .argument: return rebuilt(.argument, keeping: needed)
    case .nodeScan(let i, let v, let labels): return rebuilt(.nodeScan(input(i, []), v, labels: labels), keeping: needed)
    case .zoneScan(let i, let v, let labels, let bounds):
      return rebuilt(.zoneScan(input(i, bounds.map(\.value).reads), v, labels: labels, bounds), keeping: needed)
    case .indexSeek(let i, let v, let seek): return rebuilt(.indexSeek(input(i, seek.reads), v, seek), keeping: needed)
    case .nodeByID(let i, let v, let id): return rebuilt(.nodeByID(input(i, id.freeVariables), v, id: id), keeping: needed)
    case .expand(let i, var expansion):
      if let r = expansion.relationship, !needed.contains(r) { expansion.relationship = nil }
      return rebuilt(.expand(input(i, VariableSet([expansion.from, expansion.to] + expansion.differsFrom)), expansion), keeping: needed)
    case .expandVariable(let i, let expansion):
      var reads = VariableSet([expansion.from] + expansion.differsFrom).union(expansion.stepFilter.reads)
      if expansion.isInto { reads.insert(expansion.to) }
      if expansion.boundList { reads.insert(expansion.relationships) }
      return rebuilt(.expandVariable(input(i, reads), expansion), keeping: needed)
    case .quantifiedExpand(let i, let expansion): return rebuilt(.quantifiedExpand(input(i, expansion.reads), expansion), keeping: needed)
    case .selectPaths(let i, let selection): return rebuilt(.selectPaths(input(i, selection.reads), selection), keeping: needed)
    case .countPaths(let i, let paths):
      // What is kept of the input tells rows apart: it must not change, even where nobody reads it.
      let kept = VariableSet(plan.outputs)
      let inner = run(i, needed: kept.intersection(VariableSet(i.outputs)).union(paths.reads))
      return LogicalPlan(.countPaths(inner, paths), outputs: plan.outputs, estimatedRows: plan.estimatedRows)
    case .relationshipEnds(let i, let ends):
      var reads: VariableSet = [ends.relationship]
      if ends.startIsBound { reads.insert(ends.start) }
      if ends.endIsBound { reads.insert(ends.end) }
      return rebuilt(.relationshipEnds(input(i, reads), ends), keeping: needed)
    case .filter(let i, let predicates): return rebuilt(.filter(input(i, predicates.reads), predicates), keeping: needed)
    case .extend(let i, let assignments):
      let kept = assignments.filter { needed.contains($0.variable) }
      let below = needed.subtracting(VariableSet(kept.map(\.variable))).union(kept.map(\.value).reads)
      let inner = run(i, needed: below)
      return kept.isEmpty ? inner : rebuilt(.extend(inner, kept), keeping: needed)
    case .keep(let i): return rebuilt(.keep(run(i, needed: needed.intersection(VariableSet(plan.outputs)))), keeping: needed)
    default: return runBlocking(plan, needed: needed)
    }
  }

  /// Operators that gather rows, change the graph or call out.
  private func runBlocking(_ plan: LogicalPlan, needed: VariableSet) -> LogicalPlan {
    func rebuilt(_ kind: LogicalPlan.Kind, keeping: VariableSet) -> LogicalPlan {
      LogicalPlan(kind, outputs: plan.outputs.filter(keeping.contains), estimatedRows: plan.estimatedRows)
    }
    func input(_ input: LogicalPlan, _ reads: VariableSet) -> LogicalPlan { run(input, needed: needed.union(reads)) }
    switch plan.kind {
    case .aggregate(let i, let keys, let aggregates, let multiplicity):
      let kept = aggregates.filter { needed.contains($0.variable) }
      var reads = keys.map(\.value).reads.union(kept.flatMap(\.arguments).reads)
      if let multiplicity { reads.insert(multiplicity) }
      return rebuilt(.aggregate(run(i, needed: reads), keys: keys, aggregates: kept, multiplicity: multiplicity), keeping: needed)
    case .distinct(let i):
      let all = VariableSet(plan.outputs)
      return LogicalPlan(.distinct(run(i, needed: all)), outputs: plan.outputs, estimatedRows: plan.estimatedRows)
    case .sort(let i, let keys): return rebuilt(.sort(input(i, keys.map(\.value).reads), keys), keeping: needed)
    case .top(let i, let keys, let skip, let limit):
      return rebuilt(.top(input(i, keys.map(\.value).reads), keys, skip: skip, limit: limit), keeping: needed)
    case .skip(let i, let n): return rebuilt(.skip(input(i, []), n), keeping: needed)
    case .limit(let i, let n): return rebuilt(.limit(input(i, []), n), keeping: needed)
    case .unwind(let i, let list, let v): return rebuilt(.unwind(input(i, list.freeVariables), list, as: v), keeping: needed)
    case .optional(let i, let sub): return rebuilt(.optional(input(i, VariableSet(sub.imports)), sub), keeping: needed)
    case .apply(let i, let sub): return rebuilt(.apply(input(i, VariableSet(sub.imports)), sub), keeping: needed)
    case .forEach(let i, let sub): return rebuilt(.forEach(input(i, VariableSet(sub.imports)), sub), keeping: needed)
    case .transactions(let i, let sub, let isUnit, let isOptional, let transactions):
      let below = input(i, VariableSet(sub.imports))
      return rebuilt(.transactions(below, sub, isUnit: isUnit, isOptional: isOptional, transactions), keeping: needed)
    case .hashJoin(let a, let b, let node):
      let below = needed.union([node])
      return rebuilt(.hashJoin(run(a, needed: below), run(b, needed: below), on: node), keeping: needed)
    case .members(let i, let node): return rebuilt(.members(run(i, needed: [node]), node), keeping: [node])
    case .loadCSV(let i, let source): return rebuilt(.loadCSV(input(i, source.url.freeVariables), source), keeping: needed)
    case .union(let a, let b):
      // Both sides must keep the same columns in the same order.
      let all = VariableSet(plan.outputs)
      return LogicalPlan(.union(run(a, needed: all), run(b, needed: all)), outputs: plan.outputs, estimatedRows: plan.estimatedRows)
    case .create(let i, let elements): return rebuilt(.create(input(i, elements.reads), elements), keeping: needed)
    case .merge(let i, let merge):
      let reads = VariableSet(merge.match.imports).union(merge.create.reads).union((merge.onCreate + merge.onMatch).reads)
      return rebuilt(.merge(input(i, reads), merge), keeping: needed)
    case .set(let i, let mutations): return rebuilt(.set(input(i, mutations.reads), mutations), keeping: needed)
    case .delete(let i, let targets, let detach):
      return rebuilt(.delete(input(i, targets.reads), targets, detach: detach), keeping: needed)
    case .procedure(let i, let call):
      return rebuilt(.procedure(input(i, (call.arguments ?? []).reads), call), keeping: needed)
    case .search(let i, let search): return rebuilt(.search(input(i, search.reads), search), keeping: needed)
    case .predict(let i, let p): return rebuilt(.predict(input(i, p.filter.reads.union([p.start, p.end])), p), keeping: needed)
    case .recommend(let i, let r): return rebuilt(.recommend(input(i, r.reads), r), keeping: needed)
    case .why(let i, let w):
      let reads = w.item.freeVariables.union(w.user.freeVariables).union(w.scorers.compactMap(\.weight).reads)
      return rebuilt(.why(input(i, reads), w), keeping: needed)
    case .discard(let i): return LogicalPlan(.discard(run(i, needed: [])), outputs: [], estimatedRows: 0)
    default: preconditionFailure("run(_:needed:) handles the rest")
    }
  }
}

extension Collection where Element == Scalar {
  var reads: VariableSet { reduce(into: []) { $0.formUnion($1.freeVariables) } }
}

extension PathCount {
  /// What the hops read of the input.
  var reads: VariableSet {
    var made = VariableSet()
    var reads = VariableSet()
    for hop in hops {
      reads.insert(hop.expansion.from)
      reads.insert(hop.expansion.to)
      reads.formUnion(VariableSet(hop.expansion.differsFrom))
      reads.formUnion(VariableSet((hop.different + hop.same).flatMap { [$0.a, $0.b] }))
      if !hop.expansion.isInto { made.insert(hop.expansion.to) }
      if let relationship = hop.expansion.relationship { made.insert(relationship) }
    }
    return reads.subtracting(made)
  }
}

extension IndexSeek {
  var reads: VariableSet {
    switch bounds {
    case .equal(let values): values.reads
    case .anyOf(let value), .prefix(let value): value.freeVariables
    case .range(let lower, _, let upper, _): [lower, upper].compactMap { $0 }.reads
    }
  }
}

extension RecommendationPlan {
  var reads: VariableSet {
    ([user] + filter + [diverseBy, strength].compactMap { $0 } + caps.map(\.per) + scorers.compactMap(\.weight)).reads
  }
}

extension Collection where Element == CreateElement {
  var reads: VariableSet {
    reduce(into: []) { reads, element in
      switch element {
      case .node(_, let labels, let properties):
        reads.formUnion(labels.flatMap(\.scalars).reads)
        reads.formUnion([properties].compactMap { $0 }.reads)
      case .relationship(_, let type, let from, let to, let properties, let fact, _):
        reads.formUnion([from, to])
        reads.formUnion(type.scalars.reads)
        reads.formUnion([properties].compactMap { $0 }.reads)
        if let fact {
          reads.formUnion(
            [fact.confidence, fact.support, fact.source, fact.evidence, fact.validFrom, fact.validTo].compactMap { $0 }.reads)
        }
      }
    }
  }
}

extension Collection where Element == Mutation {
  var reads: VariableSet {
    reduce(into: []) { reads, mutation in
      switch mutation {
      case .setProperty(let a, _, let b, _), .replaceProperties(let a, let b, _), .mergeProperties(let a, let b, _):
        reads.formUnion([a, b].reads)
      case .setDynamicProperty(let a, let k, let b, _): reads.formUnion([a, k, b].reads)
      case .addLabels(let a, let labels, _), .removeLabels(let a, let labels, _):
        reads.formUnion(([a] + labels.flatMap(\.scalars)).reads)
      case .retract(let a, let source, let reason, _): reads.formUnion(([a] + [source, reason].compactMap { $0 }).reads)
      }
    }
  }
}
