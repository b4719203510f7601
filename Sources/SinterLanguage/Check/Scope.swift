/// The variables that a clause sees, with what is known of their types.
struct Scope {
  private(set) var variables: [String: StaticType] = [:]
  /// Variables of the query around a subquery, which no WITH can leave behind.
  private(set) var kept: [String: StaticType] = [:]
  /// Names that a WITH left behind, for better messages.
  private(set) var forgotten: Set<String> = []

  var isEmpty: Bool { variables.isEmpty }
  var names: [String] { Array(variables.keys) }

  func type(of name: String) -> StaticType? { variables[name] }
  func contains(_ name: String) -> Bool { variables[name] != nil }

  mutating func bind(_ name: String, _ type: StaticType) { variables[name] = type }

  /// Sets a name back to what it was before a local variable took it.
  mutating func restore(_ name: String, _ type: StaticType?) { variables[name] = type }

  /// Replaces all variables, remembering the names that are lost.
  mutating func replace(with passed: [String: StaticType]) {
    let visible = kept.isEmpty ? passed : passed.merging(kept) { own, _ in own }
    for name in variables.keys where visible[name] == nil { forgotten.insert(name) }
    variables = visible
  }

  /// Makes all variables at hand stay in sight.
  mutating func keepAll() { kept = variables }

  /// The same variables, any of which a WITH can leave behind.
  var withoutKept: Scope {
    var result = self
    result.kept = [:]
    return result
  }

  /// Adds the variables of `other`, which win over those of the same name.
  func overlaid(with other: [String: StaticType]) -> Scope {
    var result = self
    result.variables.merge(other) { $1 }
    return result
  }
}
