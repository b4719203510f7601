import SinterModel

// The share of rows that pass a predicate.
extension CostModel {
  func selectivity(_ predicates: [Scalar]) -> Double {
    var rest = predicates
    var share = 1.0
    // Two bounds of one property are one range.
    while let predicate = rest.popLast() {
      guard let bound = PropertyBound(predicate, self), let other = rest.lastIndex(where: { PropertyBound($0, self)?.isOpposite(of: bound) ?? false }),
        let opposite = PropertyBound(rest[other], self)
      else {
        share *= selectivity(predicate)
        continue
      }
      rest.remove(at: other)
      share *= self.share(between: bound, opposite)
    }
    return share
  }

  func selectivity(_ predicate: Scalar) -> Double {
    switch predicate {
    case .constant(let value): return value == .boolean(true) ? 1 : 0
    case .hasLabels(.variable(let variable), let test, _): return labelShare(variable, test)
    case .compare(.equal, let a, let b, _): return share(equal: a, b)
    case .compare(.notEqual, let a, let b, _): return max(1 - share(equal: a, b), 0.1)
    case .compare:
      guard let bound = PropertyBound(predicate, self) else { return 0.33 }
      return share(between: bound, nil)
    case .membership(let a, let list, _): return share(a, in: list)
    case .string(.startsWith, let a, let prefix, _):
      guard let (sketch, presence) = sketch(a) else { return 0.05 }
      return estimate(prefix, rows: sketch.count, unknown: 0.05 * presence) { value in
        guard case .string(let text) = value else { return 0 }
        return presence * (sketch.share(startingWith: text) ?? 0.05)
      }
    case .string: return 0.1
    case .isNull(let a, let negated):
      guard let presence = presence(a) else { return negated ? 0.9 : 0.1 }
      return negated ? presence : 1 - presence
    case .and(let parts, _): return selectivity(parts)
    case .or(let parts, _): return 1 - parts.reduce(1) { $0 * (1 - min(selectivity($1), 1)) }
    case .not(let part, _): return max(1 - selectivity(part), 0.01)
    case .subquery(.exists, let subplan): return 1.0.places(hitBy: subplan.plan.estimatedRows)
    case .property:
      guard let (sketch, presence) = sketch(predicate) else { return 0.5 }
      return presence * sketch.share(equalTo: true)
    default: return 0.5
    }
  }

  private func labelShare(_ variable: Variable, _ test: LabelTest) -> Double {
    if let wanted = test.disjunction, let types = kinds.relationships[variable] {
      let all = (types ?? Array(statistics.relationshipsByType.keys)).reduce(0) { $0 + relationships($1, from: nil, to: nil) }
      return all > 0 ? min(wanted.reduce(0) { $0 + relationships($1, from: nil, to: nil) } / all, 1) : 0.5
    }
    guard let labels = test.conjunction, statistics.nodeCount > 0 else { return 0.5 }
    let known = kinds.nodes[variable] ?? []
    return min(nodes(labels: labels) / max(nodes(labels: known.filter { !labels.contains($0) }), 1), 1)
  }

  // MARK: Properties

  /// What is known of the values of a property, and the share of its elements that have it; nil when nothing is.
  func sketch(_ scalar: Scalar) -> (sketch: ValueSketch, presence: Double)? {
    guard case .property(let base, let key, _) = resolved(scalar), case .variable(let variable) = base else { return nil }
    var found: (sketch: ValueSketch, presence: Double)?
    if let labels = kinds.nodes[variable] {
      for label in labels {
        guard let sketch = statistics.sample.values[.init(entity: .node, label: label, key: key)] else { continue }
        let presence = min(sketch.count / Double(max(statistics.nodesByLabel[label] ?? 0, 1)), 1)
        if found == nil || sketch.count < found!.sketch.count { found = (sketch, presence) }
      }
    } else if let types = kinds.relationships[variable] {
      for type in types ?? [] {
        guard let sketch = statistics.sample.values[.init(entity: .relationship, label: type, key: key)] else { continue }
        let presence = min(sketch.count / Double(max(statistics.relationshipsByType[type] ?? 0, 1)), 1)
        if found == nil || sketch.count > found!.sketch.count { found = (sketch, presence) }
      }
    }
    return found
  }

  /// A computed column as the expression it holds.
  private func resolved(_ scalar: Scalar) -> Scalar {
    if case .variable(let variable) = scalar, let origin = kinds.origins[variable] { return origin }
    return scalar
  }

  private func presence(_ scalar: Scalar) -> Double? {
    if let known = sketch(scalar) { return known.presence }
    return isMissing(scalar) ? 0 : nil
  }

  /// A property that no element of a known kind has.
  func isMissing(_ scalar: Scalar) -> Bool {
    guard case .property(.variable(let variable), _, _) = resolved(scalar), statistics.sample.values.count < 512 else { return false }
    let isKnown = { (entity: EntityKind, name: String) in statistics.sample.values.keys.contains { $0.entity == entity && $0.label == name } }
    if let labels = kinds.nodes[variable] { return labels.contains { isKnown(.node, $0) } }
    if let types = kinds.relationships[variable] ?? nil { return types.contains { isKnown(.relationship, $0) } }
    return false
  }

  func share(equal a: Scalar, _ b: Scalar) -> Double {
    switch (sketch(a), sketch(b)) {
    case (let x?, let y?): return x.presence * y.presence / max(x.sketch.distinct, y.sketch.distinct, 1)
    case (let x?, nil): return share(x, equal: b)
    case (nil, let y?): return share(y, equal: a)
    case (nil, nil):
      if isMissing(a) || isMissing(b) { return 0 }
      if let nodes = elements(a) ?? elements(b) { return 1 / max(nodes, 1) }
      return 0.1
    }
  }

  /// Elements of which an expression names one.
  private func elements(_ scalar: Scalar) -> Double? {
    switch resolved(scalar) {
    case .variable(let variable): return kinds.nodes[variable].map { nodes(labels: $0) }
    case .function(let name, let arguments, _) where (name == "id" || name == "elementid") && arguments.count == 1:
      return elements(arguments[0])
    default: return nil
    }
  }

  private func share(_ known: (sketch: ValueSketch, presence: Double), equal other: Scalar) -> Double {
    let (sketch, presence) = known
    return estimate(other, rows: sketch.count, unknown: presence * sketch.share(equalTo: nil)) { presence * sketch.share(equalTo: $0) }
  }

  private func share(_ subject: Scalar, in list: Scalar) -> Double {
    let known = sketch(subject)
    let each = known.map { $0.presence * $0.sketch.share(equalTo: nil) } ?? 0.05
    if case .list(let items) = list {
      return min(items.reduce(0) { sum, item in sum + (known.map { share($0, equal: item) } ?? each) }, 1)
    }
    return estimate(list, rows: known?.sketch.count ?? 1000, unknown: min(10 * each, 1)) { value in
      guard case .list(let items) = value else { return value.isNull ? 0 : 1 }
      guard let known, items.count <= 64 else { return min(Double(items.count) * each, 1) }
      return min(items.reduce(0) { $0 + known.presence * known.sketch.share(equalTo: $1) }, 1)
    }
  }

  /// The share of rows between one bound of a property and another, if there is one.
  private func share(between bound: PropertyBound, _ other: PropertyBound?) -> Double {
    let subject = bound.property
    guard let (sketch, presence) = sketch(subject), sketch.bounds.count > 1 else { return isMissing(subject) ? 0 : other == nil ? 0.33 : 0.1 }
    let (lower, upper) = bound.isUpper ? (other?.value, bound.value) : (bound.value, other?.value)
    if lower.map(isKnown) ?? true, upper.map(isKnown) ?? true, lower?.parameterName == nil || upper?.parameterName == nil {
      // One of the two may be a parameter: the other stays as it is.
      let (low, high) = (lower.flatMap(value), upper.flatMap(value))
      if let name = lower?.parameterName {
        return noting(name, rows: sketch.count, low) { presence * (sketch.share(from: $0, to: high) ?? 0.33) }
      }
      if let name = upper?.parameterName {
        return noting(name, rows: sketch.count, high) { presence * (sketch.share(from: low, to: $0) ?? 0.33) }
      }
      return presence * (sketch.share(from: low, to: high) ?? 0.33)
    }
    // Both are parameters, or one is not known: each by itself.
    func one(_ scalar: Scalar?, isUpper: Bool) -> Double {
      guard let scalar else { return 1 }
      return estimate(scalar, rows: sketch.count, unknown: 0.33) {
        (isUpper ? sketch.share(from: nil, to: $0) : sketch.share(from: $0, to: nil)) ?? 0.33
      }
    }
    guard other != nil else { return presence * one(bound.value, isUpper: bound.isUpper) }
    return presence * max(one(lower, isUpper: false) + one(upper, isUpper: true) - 1, 0.02)
  }

  // MARK: Values

  private func isKnown(_ scalar: Scalar) -> Bool { value(of: scalar) != nil }

  /// A value that is known while the plan is made.
  private func value(of scalar: Scalar) -> Value? {
    switch scalar {
    case .constant(let value): value
    case .parameter(let name, _): parameters?.values[name]
    default: nil
    }
  }

  /// An estimate that depends on a value; for a parameter it is noted what was assumed.
  func estimate(_ scalar: Scalar, rows: Double, unknown: Double, _ share: @escaping @Sendable (Value) -> Double) -> Double {
    switch scalar {
    case .constant(let value): return share(value)
    case .parameter(let name, _):
      guard let value = parameters?.values[name] else { return unknown }
      return noting(name, rows: rows, value) { $0.map(share) ?? unknown }
    default: return unknown
    }
  }

  private func noting(_ name: String, rows: Double, _ value: Value?, _ share: @escaping @Sendable (Value?) -> Double) -> Double {
    let estimate = share(value)
    parameters?.note(ParameterAssumption(parameter: name, rows: estimate * rows) { share($0) * rows })
    return estimate
  }
}

/// One side of a range of a property.
private struct PropertyBound {
  var property: Scalar
  var value: Scalar
  var isUpper: Bool

  /// - Returns: nil for anything but an inequality between a property and something else.
  init?(_ predicate: Scalar, _ cost: CostModel) {
    guard case .compare(let comparison, let a, let b, _) = predicate, comparison != .equal, comparison != .notEqual else { return nil }
    let isLess = comparison == .less || comparison == .lessOrEqual
    if a.isProperty || cost.sketch(a) != nil {
      (property, value, isUpper) = (a, b, isLess)
    } else if b.isProperty || cost.sketch(b) != nil {
      (property, value, isUpper) = (b, a, !isLess)
    } else {
      return nil
    }
  }

  func isOpposite(of other: PropertyBound) -> Bool { property == other.property && isUpper != other.isUpper }
}

extension Scalar {
  fileprivate var isProperty: Bool {
    if case .property = self { true } else { false }
  }

  fileprivate var parameterName: String? {
    if case .parameter(let name, _) = self { name } else { nil }
  }
}
