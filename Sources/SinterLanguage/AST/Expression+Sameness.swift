extension Expression {
  /// Whether two expressions say the same, wherever they stand and however they are spaced.
  /// Expressions that hold patterns or subqueries are never the same.
  /// - Complexity: O(size of the smaller).
  package func isSame(as other: Expression) -> Bool {
    switch kind {
    case .literal, .parameter, .variable, .countStar, .property, .unary, .binary: isSameOperation(as: other)
    case .hasLabels, .isType, .isNormalized, .mapProjection: isSamePredicate(as: other)
    case .list, .map, .function, .comparison, .element, .slice: isSameCompound(as: other)
    default: isSameScoped(as: other)
    }
  }

  private func isSameOperation(as other: Expression) -> Bool {
    switch (kind, other.kind) {
    case (.literal(let a), .literal(let b)): return a == b
    case (.parameter(let a), .parameter(let b)), (.variable(let a), .variable(let b)): return a == b
    case (.property(let a, let key), .property(let b, let otherKey)): return key == otherKey && a.isSame(as: b)
    case (.unary(let operation, let a), .unary(let otherOperation, let b)): return operation == otherOperation && a.isSame(as: b)
    case (.binary(let operation, let a, let b), .binary(let otherOperation, let c, let d)):
      return operation == otherOperation && a.isSame(as: c) && b.isSame(as: d)
    case (.countStar, .countStar): return true
    default: return false
    }
  }

  private func isSamePredicate(as other: Expression) -> Bool {
    switch (kind, other.kind) {
    case (.hasLabels(let a, let labels), .hasLabels(let b, let otherLabels)):
      return a.isSame(as: b) && labels.isSame(as: otherLabels)
    case (.isType(let a, let type, let negated), .isType(let b, let otherType, let otherNegated)):
      return negated == otherNegated && type == otherType && a.isSame(as: b)
    case (.isNormalized(let a, let form, let negated), .isNormalized(let b, let otherForm, let otherNegated)):
      return negated == otherNegated && form == otherForm && a.isSame(as: b)
    case (.mapProjection(let a, let items), .mapProjection(let b, let otherItems)):
      return a.isSame(as: b) && items.count == otherItems.count && zip(items, otherItems).allSatisfy { $0.isSame(as: $1) }
    default: return false
    }
  }

  private func isSameCompound(as other: Expression) -> Bool {
    switch (kind, other.kind) {
    case (.element(let a, let i), .element(let b, let j)): return a.isSame(as: b) && i.isSame(as: j)
    case (.slice(let a, let from, let to), .slice(let b, let otherFrom, let otherTo)):
      return a.isSame(as: b) && Self.same(from, otherFrom) && Self.same(to, otherTo)
    case (.list(let a), .list(let b)): return Self.same(a, b)
    case (.map(let a), .map(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { $0.key == $1.key && $0.value.isSame(as: $1.value) }
    case (.comparison(let a, let operators), .comparison(let b, let otherOperators)):
      return operators == otherOperators && Self.same(a, b)
    case (.function(let name, let distinct, let a), .function(let otherName, let otherDistinct, let b)):
      return distinct == otherDistinct && name.lowercased() == otherName.lowercased() && Self.same(a, b)
    default: return false
    }
  }

  private func isSameScoped(as other: Expression) -> Bool {
    switch (kind, other.kind) {
    case (.conditional(let a, let branches, let otherwise), .conditional(let b, let otherBranches, let otherOtherwise)):
      return Self.same(a, b) && Self.same(otherwise, otherOtherwise) && branches.count == otherBranches.count
        && zip(branches, otherBranches).allSatisfy { Self.same($0.conditions, $1.conditions) && $0.result.isSame(as: $1.result) }
    case (
      .listComprehension(let x, let a, let filter, let projection),
      .listComprehension(let y, let b, let otherFilter, let otherProjection)
    ):
      return x == y && a.isSame(as: b) && Self.same(filter, otherFilter) && Self.same(projection, otherProjection)
    case (.quantifier(let q, let x, let a, let predicate), .quantifier(let r, let y, let b, let otherPredicate)):
      return q == r && x == y && a.isSame(as: b) && Self.same(predicate, otherPredicate)
    case (.reduce(let s, let i, let x, let a, let body), .reduce(let t, let j, let y, let b, let otherBody)):
      return s == t && x == y && i.isSame(as: j) && a.isSame(as: b) && body.isSame(as: otherBody)
    default: return false
    }
  }

  private static func same(_ a: Expression?, _ b: Expression?) -> Bool {
    switch (a, b) {
    case (nil, nil): true
    case (let a?, let b?): a.isSame(as: b)
    default: false
    }
  }

  private static func same(_ a: [Expression], _ b: [Expression]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
  }
}

extension Expression.MapProjectionItem {
  fileprivate func isSame(as other: Self) -> Bool {
    switch (self, other) {
    case (.allProperties, .allProperties): true
    case (.property(let a), .property(let b)), (.variable(let a, _), .variable(let b, _)): a == b
    case (.entry(let key, let a), .entry(let otherKey, let b)): key == otherKey && a.isSame(as: b)
    default: false
    }
  }
}

extension LabelExpression {
  fileprivate func isSame(as other: LabelExpression) -> Bool {
    switch (self, other) {
    case (.any, .any): true
    case (.name(let a, _), .name(let b, _)): a == b
    case (.not(let a), .not(let b)): a.isSame(as: b)
    case (.and(let a), .and(let b)), (.or(let a), .or(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
    case (.dynamic(let a), .dynamic(let b)), (.dynamicAny(let a), .dynamicAny(let b)): a.isSame(as: b)
    default: false
    }
  }
}
