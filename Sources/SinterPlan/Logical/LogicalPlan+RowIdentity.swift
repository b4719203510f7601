import SinterModel

/// A node that no two rows of a plan share, and labels that it always has.
package struct RowIdentity: Sendable {
  package var node: Variable
  package var labels: [String]
}

extension LogicalPlan {
  /// The node by which every row differs from all others, where the plan finds each of its nodes once.
  package var rowIdentity: RowIdentity? {
    switch kind {
    case .nodeScan(let input, let node, let labels) where input.isSingleRow,
      .zoneScan(let input, let node, let labels, _) where input.isSingleRow:
      return RowIdentity(node: node, labels: labels)
    case .indexSeek(let input, let node, let seek) where input.isSingleRow && seek.index.entity == .node:
      return RowIdentity(node: node, labels: [seek.index.label])
    case .nodeByID(let input, let node, _) where input.isSingleRow: return RowIdentity(node: node, labels: [])
    case .filter(let input, _), .extend(let input, _), .keep(let input): return input.rowIdentity.flatMap(kept)
    case .countPaths(let input, let paths):
      let passed = outputs.filter { $0 != paths.target && $0 != paths.count }
      if let target = paths.target {
        guard passed.isEmpty else { return nil }
        return RowIdentity(node: target, labels: paths.hops.first { !$0.expansion.isInto && $0.expansion.to == target }?.labels ?? [])
      }
      return input.rowIdentity.flatMap(kept)
    default: return nil
    }
  }

  private func kept(_ identity: RowIdentity) -> RowIdentity? { outputs.contains(identity.node) ? identity : nil }

  private var isSingleRow: Bool {
    if case .unit = kind { true } else { false }
  }

  /// Whether the variable holds a node or a relationship in every row, never null: a pattern of this plan binds it.
  package func alwaysBinds(_ variable: Variable) -> Bool {
    switch kind {
    case .nodeScan(let input, let node, _), .zoneScan(let input, let node, _, _): return node == variable || input.alwaysBinds(variable)
    case .indexSeek(let input, let node, let seek):
      return (node == variable && seek.index.entity == .node) || input.alwaysBinds(variable)
    case .nodeByID(let input, let node, _): return node == variable || input.alwaysBinds(variable)
    case .expand(let input, let expansion):
      return expansion.to == variable || expansion.from == variable || expansion.relationship == variable || input.alwaysBinds(variable)
    case .filter(let input, _), .keep(let input): return input.alwaysBinds(variable)
    case .extend(let input, let assignments):
      return !assignments.contains { $0.variable == variable } && input.alwaysBinds(variable)
    default: return false
    }
  }
}
