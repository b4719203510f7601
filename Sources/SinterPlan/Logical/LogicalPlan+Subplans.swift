extension LogicalPlan {
  /// The plans that this node runs for its rows: those of its clause, then those inside its expressions.
  package var subplans: [Subplan] {
    var all: [Subplan] = []
    switch kind {
    case .optional(_, let subplan), .apply(_, let subplan), .forEach(_, let subplan): all = [subplan]
    case .merge(_, let merge): all = [merge.match]
    case .transactions(_, let subplan, _, _, _): all = [subplan]
    default: break
    }
    for scalar in scalars {
      scalar.walk { part in
        guard case .subquery(_, let subplan) = part, !all.contains(subplan) else { return }
        all.append(subplan)
        if let membership = subplan.membership { all.append(membership.subplan) }
      }
    }
    return all
  }

  /// The index that finds the node's rows.
  package var indexSeek: IndexSeek? {
    if case .indexSeek(_, _, let seek) = kind { seek } else { nil }
  }

  /// The place inside a subplan where the rows around it come in.
  package var argumentLeaf: LogicalPlan? {
    if case .argument = kind { return self }
    let subplans = Set(subplans.map { ObjectIdentifier($0.plan) })
    for input in described.inputs where !subplans.contains(ObjectIdentifier(input)) {
      if let leaf = input.argumentLeaf { return leaf }
    }
    return nil
  }

  /// The expressions that the node computes itself.
  private var scalars: [Scalar] {
    switch kind {
    case .nodeByID(_, _, let id): [id]
    case .zoneScan(_, _, _, let bounds): bounds.map(\.value)
    case .indexSeek(_, _, let seek): seek.scalars
    case .filter(_, let predicates): predicates
    case .extend(_, let assignments): assignments.map(\.value)
    case .aggregate(_, let keys, let aggregates, _): keys.map(\.value) + aggregates.flatMap(\.arguments)
    case .sort(_, let keys): keys.map(\.value)
    case .top(_, let keys, let skip, let limit): keys.map(\.value) + [skip, limit].compactMap { $0 }
    case .unwind(_, let list, _): [list]
    case .expandVariable(_, let expansion): expansion.stepFilter
    case .quantifiedExpand(_, let expansion): expansion.segment.filters
    case .selectPaths(_, let paths): paths.filters + paths.junctionFilters.joined() + paths.segments.flatMap(\.filters)
    case .create(_, let elements): elements.scalars
    case .merge(_, let merge): merge.create.scalars + (merge.onCreate + merge.onMatch).scalars
    case .set(_, let mutations): mutations.scalars
    case .delete(_, let targets, _): targets
    case .procedure(_, let call): call.arguments ?? []
    case .search(_, let search): search.scalars
    case .predict(_, let prediction): prediction.filter
    case .recommend(_, let plan): plan.filter + [plan.user] + [plan.diverseBy].compactMap { $0 } + plan.caps.map(\.per)
    default: []
    }
  }
}

extension IndexSeek {
  fileprivate var scalars: [Scalar] {
    switch bounds {
    case .equal(let values): values
    case .anyOf(let value), .prefix(let value): [value]
    case .range(let lower, _, let upper, _): [lower, upper].compactMap { $0 }
    }
  }

  /// How the index is read: `seek` for keys, `range` and `prefix` for a part of it in order.
  package var access: String {
    switch bounds {
    case .equal, .anyOf: "seek"
    case .range: "range"
    case .prefix: "prefix"
    }
  }
}

extension [CreateElement] {
  /// The expressions in the elements.
  var scalars: [Scalar] {
    flatMap { element -> [Scalar] in
      switch element {
      case .node(_, let labels, let properties): labels.flatMap(\.scalars) + [properties].compactMap { $0 }
      case .relationship(_, let type, _, _, let properties, _, _): type.scalars + [properties].compactMap { $0 }
      }
    }
  }
}

extension [Mutation] {
  fileprivate var scalars: [Scalar] {
    flatMap { mutation -> [Scalar] in
      switch mutation {
      case .setProperty(let a, _, let b, _), .replaceProperties(let a, let b, _), .mergeProperties(let a, let b, _): [a, b]
      case .setDynamicProperty(let a, let key, let b, _): [a, key, b]
      case .addLabels(let a, let labels, _), .removeLabels(let a, let labels, _): [a] + labels.flatMap(\.scalars)
      case .retract(let a, let source, let reason, _): [a] + [source, reason].compactMap { $0 }
      }
    }
  }
}
