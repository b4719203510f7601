// What several items of a projection compute for every row is computed once, in a projection of its own below.
extension Binder {
  /// The expressions that items share, under names of their own, and the items with those names in their place.
  func sharing(_ assignments: [Assignment]) -> (shared: [Assignment], rest: [Assignment]) {
    guard assignments.count > 1, !isUpdating, context.isEnabled("common-subexpressions") else { return ([], assignments) }
    var counts: [Scalar: Int] = [:]
    for assignment in assignments { assignment.value.countShared(&counts) }
    // The largest first: what is inside of one is not computed by itself any more.
    let repeated = counts.filter { $0.value > 1 }.keys.sorted { ($0.size, $0.text) > ($1.size, $1.text) }
    guard !repeated.isEmpty else { return ([], assignments) }
    var shared: [Assignment] = []
    var rest = assignments
    for value in repeated {
      // It may only have come twice as a part of what is shared already.
      var left: [Scalar: Int] = [:]
      for assignment in rest { assignment.value.countShared(&left) }
      guard let count = left[value], count > 1 else { continue }
      let variable = anonymous()
      shared.append(Assignment(variable, value))
      rest = rest.map { Assignment($0.variable, $0.value.rewriting { $0 == value ? .variable(variable) : nil }) }
    }
    return (shared, rest)
  }
}

extension Scalar {
  /// Counts the functions and sums that are computed for every row, whatever comes of other parts.
  fileprivate func countShared(_ counts: inout [Scalar: Int]) {
    switch self {
    case .function(let name, let arguments, _):
      if isRepeatable { counts[self, default: 0] += 1 }
      // The arguments behind the first of coalesce() may never be asked for.
      for argument in name == "coalesce" ? Array(arguments.prefix(1)) : arguments { argument.countShared(&counts) }
    case .arithmetic(_, let a, let b, _):
      if isRepeatable { counts[self, default: 0] += 1 }
      a.countShared(&counts)
      b.countShared(&counts)
    case .compare(_, let a, let b, _), .element(let a, let b, _), .string(_, let a, let b, _), .membership(let a, let b, _):
      a.countShared(&counts)
      b.countShared(&counts)
    case .negate(let a, _), .not(let a, _), .isNull(let a, _), .property(let a, _, _): a.countShared(&counts)
    case .list(let items), .map(_, let items): for item in items { item.countShared(&counts) }
    default: break
    }
  }

  /// Gives the same whenever it is computed for a row.
  private var isRepeatable: Bool {
    var isRepeatable = true
    walk { part in
      switch part {
      case .subquery, .listComprehension, .quantifier, .reduce: isRepeatable = false
      case .function(let name, let arguments, _):
        // Without arguments a function reads a clock, or chance; what begins with # is no function of its arguments alone.
        if arguments.isEmpty || name.hasPrefix("#") || name.hasPrefix("rand") { isRepeatable = false }
      default: break
      }
    }
    return isRepeatable && !freeVariables.isEmpty
  }

  fileprivate var size: Int { parts.reduce(1) { $0 + $1.size } }
}
