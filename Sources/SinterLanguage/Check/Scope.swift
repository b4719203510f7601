/// The variables that a clause sees, with what is known of their types.
struct Scope {
  private(set) var variables: [String: StaticType] = [:]
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
  mutating func replace(with kept: [String: StaticType]) {
    for name in variables.keys where kept[name] == nil { forgotten.insert(name) }
    variables = kept
  }

  /// Adds the variables of `other`, which win over those of the same name.
  func overlaid(with other: [String: StaticType]) -> Scope {
    var result = self
    result.variables.merge(other) { $1 }
    return result
  }
}
