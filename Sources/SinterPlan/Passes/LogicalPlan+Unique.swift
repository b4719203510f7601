/// Which columns tell the rows of a plan apart.
extension LogicalPlan {
  /// Whether no two rows have the same values in `variables`.
  func isUnique(by variables: VariableSet) -> Bool { key.map { $0.isSubset(of: variables) } ?? false }

  /// Columns that no two rows have in common, as far as the operators tell; nil when they do not.
  private var key: VariableSet? {
    switch kind {
    case .unit: return []
    case .nodeScan(let input, let node, _), .zoneScan(let input, let node, _, _), .indexSeek(let input, let node, _),
      .nodeByID(let input, let node, _):
      guard var key = input.key, outputs.contains(node) else { return nil }
      key.insert(node)
      return key
    case .expand(let input, let hop):
      guard var key = input.key, let relationship = hop.relationship, outputs.contains(relationship) else { return nil }
      key.insert(relationship)
      return key
    case .filter(let input, _), .keep(let input), .sort(let input, _), .top(let input, _, _, _), .skip(let input, _), .limit(let input, _):
      return input.key.flatMap { $0.isSubset(of: VariableSet(outputs)) ? $0 : nil }
    case .extend(let input, let assignments):
      // A column that is given a new value is another column.
      return input.key.flatMap { key in assignments.contains { key.contains($0.variable) } ? nil : key }
    case .aggregate(_, let keys, _, _): return VariableSet(keys.map(\.variable))
    case .distinct: return VariableSet(outputs)
    default: return nil
    }
  }
}
