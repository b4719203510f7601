import SinterModel
import SinterPlan
import SinterStorage

// SET of properties whose values no row's change can alter for another: they are computed for all rows at once.
extension UpdateOperator {
  /// Sets the properties of all rows, row by row, with values computed before.
  /// - Returns: false when nothing was done, because rows or items may see what others before them set.
  func applyTogether(_ mutations: [Mutation], _ batch: Batch, _ evaluator: Evaluator) throws -> Bool {
    guard batch.count > 1, !context.hasDeleted, let written = mutations.writtenKeys else { return false }
    for case .setProperty(_, _, let scalar, _) in mutations where !scalar.isIndependent(of: written, batch, evaluator.layout) {
      return false
    }
    var steps: [(target: Vector, key: String, values: Vector, spot: Spot)] = []
    for case .setProperty(let target, let key, let scalar, let spot) in mutations {
      try evaluator.located(spot) {
        steps.append((try evaluator.evaluate(target, batch), key, try evaluator.evaluate(scalar, batch), spot))
      }
    }
    for row in 0..<batch.count {
      for step in steps {
        try evaluator.located(step.spot) { try set(step.key, of: step.target[row], to: step.values[row]) }
      }
    }
    return true
  }
}

extension [Mutation] {
  /// The keys that are set; nil when a mutation is not the setting of a named property of a variable.
  var writtenKeys: Set<String>? {
    var keys: Set<String> = []
    for mutation in self {
      guard case .setProperty(.variable, let key, _, _) = mutation else { return nil }
      keys.insert(key)
    }
    return keys
  }
}

extension Scalar {
  /// Whether the value stays the same when properties with these keys are set on any element.
  func isIndependent(of keys: Set<String>, _ batch: Batch, _ layout: Layout) -> Bool {
    switch self {
    case .constant, .parameter, .variable, .path: return true
    case .property(.variable(let variable), let key, _):
      return !keys.contains(key) || layout[variable].map { batch.columns[$0].holdsNoElements } ?? false
    case .property(let base, let key, _): return !keys.contains(key) && base.isIndependent(of: keys, batch, layout)
    // These may read any property of an element.
    case .element, .mapProjection, .subquery, .hasLabels: return false
    case .function(let name, let arguments, _):
      if GraphFunction.readsElements(name) { return false }
      return arguments.allSatisfy { $0.isIndependent(of: keys, batch, layout) }
    default: return parts.allSatisfy { $0.isIndependent(of: keys, batch, layout) }
    }
  }

  /// Whether the expression runs a pattern or a query over the graph.
  var hasSubquery: Bool {
    var found = false
    walk { if case .subquery = $0 { found = true } }
    return found
  }
}

extension GraphFunction {
  private static let elementReaders = Set(all.map { $0.name.lowercased() })

  /// Whether the function looks into elements that it is given.
  static func readsElements(_ name: String) -> Bool { elementReaders.contains(name.lowercased()) }
}

extension Vector {
  /// Whether no row is an element: rows are maps without ones, or scalars.
  fileprivate var holdsNoElements: Bool {
    switch self {
    case .nodes, .relationships: false
    case .integers, .floats, .booleans: true
    case .constant(let value, _): !value.isElement
    case .values(let values): !values.contains { $0.isElement }
    }
  }
}

extension Value {
  fileprivate var isElement: Bool {
    switch self {
    case .node, .relationship: true
    default: false
    }
  }
}
