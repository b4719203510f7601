import SinterModel

// Expressions of constants are computed once, and connectives lose the parts that decide nothing. What would fail is left as it
// is, to fail when and only when a row asks for it.
extension Binder {
  func simplified(_ scalar: Scalar) -> Scalar {
    guard context.isEnabled("constant-folding") else { return scalar }
    switch scalar {
    case .and(let parts, let spot): return connective(parts, absorbing: false) { .and($0, spot) }
    case .or(let parts, let spot): return connective(parts, absorbing: true) { .or($0, spot) }
    case .not(.not(let inner, _), _) where inner.isTest: return inner
    case .arithmetic(_, .constant, .constant, _), .compare(_, .constant, .constant, _), .negate(.constant, _), .not(.constant, _),
      .isNull(.constant, _), .xor(.constant, .constant, _), .string(_, .constant, .constant, _), .element(.constant, .constant, _):
      return folded(scalar)
    case .membership(let subject, .list(let items), let spot):
      let values = items.compactMap(\.constantValue)
      guard values.count == items.count, items.count <= 1000 else { return scalar }
      return simplified(.membership(subject, in: .constant(.list(values)), spot))
    case .membership(.constant, .constant, _): return folded(scalar)
    case .function(let name, let arguments, _):
      guard foldedFunctions.contains(name), !arguments.isEmpty, arguments.allSatisfy({ $0.constantValue != nil }) else { return scalar }
      return folded(scalar)
    default: return scalar
    }
  }

  private func folded(_ scalar: Scalar) -> Scalar {
    guard let value = context.fold?(scalar), value.isSmall else { return scalar }
    return .constant(value)
  }

  /// Parts are computed in turn until one decides: behind one that always does, none is; one that never does is left out.
  private func connective(_ parts: [Scalar], absorbing: Bool, _ make: ([Scalar]) -> Scalar) -> Scalar {
    var kept: [Scalar] = []
    for part in parts {
      if part == .constant(.boolean(!absorbing)) { continue }
      kept.append(part)
      if part == .constant(.boolean(absorbing)) { break }
    }
    if kept.isEmpty { return .constant(.boolean(!absorbing)) }
    // By itself a part may be no truth value, which a connective complains of.
    if kept.count == 1, kept[0].isTest { return kept[0] }
    return kept.count == parts.count || kept.count > 1 ? make(kept) : make(kept + [.constant(.boolean(!absorbing))])
  }

  // MARK: Contradictions

  /// Whether no value can pass all that is asked of some property; only where nothing that is asked can fail.
  func contradicts(_ graph: QueryGraph) -> Bool {
    guard context.isEnabled("constant-folding"), graph.predicates.count > 1 else { return false }
    var ranges: [Scalar: ValueRange] = [:]
    for predicate in graph.predicates {
      guard case .compare(let comparison, let a, let b, _) = predicate else { continue }
      if case .property = a, case .constant(let value) = b {
        ranges[a, default: ValueRange()].narrow(comparison, value)
      } else if case .property = b, case .constant(let value) = a {
        ranges[b, default: ValueRange()].narrow(comparison.turned, value)
      }
    }
    guard ranges.values.contains(where: \.isEmpty) else { return false }
    let elements = VariableSet(graph.nodes + graph.edges.map(\.relationship))
    return graph.predicates.allSatisfy { $0.isSafeTest(on: elements) }
  }
}

/// The values that some comparisons with constants let through.
private struct ValueRange {
  private var low: (value: Value, isIncluded: Bool)?
  private var high: (value: Value, isIncluded: Bool)?
  private(set) var isEmpty = false

  mutating func narrow(_ comparison: Scalar.Comparison, _ value: Value) {
    switch comparison {
    case .equal:
      narrow(.greaterOrEqual, value)
      narrow(.lessOrEqual, value)
    case .notEqual: break
    case .greater, .greaterOrEqual:
      let isIncluded = comparison == .greaterOrEqual
      if let low, !isTighter(value.compare(to: low.value), .greater, isIncluded) { break }
      low = (value, isIncluded)
    case .less, .lessOrEqual:
      let isIncluded = comparison == .lessOrEqual
      if let high, !isTighter(value.compare(to: high.value), .less, isIncluded) { break }
      high = (value, isIncluded)
    }
    guard let low, let high else { return }
    switch low.value.compare(to: high.value) {
    case .greater?: isEmpty = true
    case .equal?: isEmpty = isEmpty || !(low.isIncluded && high.isIncluded)
    case .less?, .unordered?, nil: break
    }
  }

  private func isTighter(_ order: Comparability?, _ wanted: Comparability, _ isIncluded: Bool) -> Bool {
    order == wanted || (order == .equal && !isIncluded)
  }
}

/// Functions that give the same for the same arguments in every run; those that read a clock do so without arguments only.
private let foldedFunctions: Set<String> = [
  "abs", "ceil", "ceiling", "floor", "round", "sqrt", "sign", "exp", "log", "log10", "sin", "cos", "tan", "tointeger", "tofloat",
  "tostring", "toboolean", "tointegerornull", "tofloatornull", "tostringornull", "tobooleanornull", "toupper", "tolower", "upper",
  "lower", "trim", "ltrim", "rtrim", "btrim", "substring", "left", "right", "size", "char_length", "character_length", "date",
  "datetime", "localdatetime", "localtime", "time", "duration", "coalesce",
]

extension Scalar {
  fileprivate var constantValue: Value? {
    if case .constant(let value) = self { value } else { nil }
  }

  /// Gives true, false or null, or fails by itself.
  fileprivate var isTest: Bool {
    switch self {
    case .constant(.boolean), .not, .and, .or, .xor, .isNull, .compare, .membership, .string, .hasLabels, .isType, .isNormalized,
      .quantifier, .subquery(.exists, _):
      true
    default: false
    }
  }
}

extension Scalar.Comparison {
  /// With the sides exchanged.
  fileprivate var turned: Scalar.Comparison {
    switch self {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }
}

extension Value {
  /// Takes no more room in a plan than its expression would.
  fileprivate var isSmall: Bool {
    switch self {
    case .string(let text): text.utf8.count <= 256
    case .list(let items): items.count <= 16 && items.allSatisfy(\.isSmall)
    case .map, .node, .relationship, .path: false
    default: true
    }
  }
}
