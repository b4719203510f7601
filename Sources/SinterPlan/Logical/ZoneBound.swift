/// What a predicate says of a property of scanned nodes: segments without such values need not be looked at.
package struct ZoneBound: Sendable {
  package enum Relation: Sendable { case equal, anyOf, less, lessOrEqual, greater, greaterOrEqual }
  package var key: String
  package var relation: Relation
  package var value: Scalar
}

extension QueryGraph {
  /// The bounds of a node's properties by values that are there before the node is.
  func zoneBounds(of node: Variable, available: VariableSet) -> [ZoneBound] {
    predicates.compactMap { predicate in
      guard let bound = predicate.zoneBound(of: node), bound.value.freeVariables.isSubset(of: available), bound.value.isPlain else { return nil }
      return bound
    }
  }
}

extension Scalar {
  fileprivate func zoneBound(of node: Variable) -> ZoneBound? {
    func key(_ scalar: Scalar) -> String? {
      if case .property(.variable(node), let key, _) = scalar { key } else { nil }
    }
    switch self {
    case .membership(let a, let list, _): return key(a).map { ZoneBound(key: $0, relation: .anyOf, value: list) }
    case .compare(let comparison, let a, let b, _):
      let relation: (written: ZoneBound.Relation, turned: ZoneBound.Relation)
      switch comparison {
      case .equal: relation = (.equal, .equal)
      case .less: relation = (.less, .greater)
      case .lessOrEqual: relation = (.lessOrEqual, .greaterOrEqual)
      case .greater: relation = (.greater, .less)
      case .greaterOrEqual: relation = (.greaterOrEqual, .lessOrEqual)
      case .notEqual: return nil
      }
      if let key = key(a) { return ZoneBound(key: key, relation: relation.written, value: b) }
      return key(b).map { ZoneBound(key: $0, relation: relation.turned, value: a) }
    default: return nil
    }
  }

  /// Cannot fail: it may be computed for a row that no node is found for.
  fileprivate var isPlain: Bool {
    switch self {
    case .constant, .parameter, .variable: true
    case .list(let items): items.allSatisfy(\.isPlain)
    default: false
    }
  }
}

extension ZoneBound {
  var text: String {
    switch relation {
    case .equal: "\(key) = \(value.text)"
    case .anyOf: "\(key) IN \(value.text)"
    case .less: "\(key) < \(value.text)"
    case .lessOrEqual: "\(key) <= \(value.text)"
    case .greater: "\(key) > \(value.text)"
    case .greaterOrEqual: "\(key) >= \(value.text)"
    }
  }
}
