import SinterLanguage
import SinterModel

/// A hint of a MATCH, held against its pattern and the schema.
struct PlannerHint {
  enum Kind {
    case index(GraphStatistics.Index)
    case scan
    case join
  }
  var kind: Kind
  var span: SourceSpan
}

extension Binder {
  /// Hints by the node they are for.
  /// - Throws: `SchemaError.IndexNotFound`; `SyntaxError.InvalidHint` where the hint does not fit the pattern.
  func plannerHints(
    _ hints: [IndexHint], graph: QueryGraph, scope: Scope, bound: Set<Variable>
  ) throws -> [Variable: PlannerHint] {
    var found: [Variable: PlannerHint] = [:]
    for hint in hints {
      func invalid(_ reason: String) -> SinterError {
        SinterError("SyntaxError.InvalidHint", phase: .compile, reason, at: hint.span)
      }
      let name = hint.variable.text
      guard let variable = scope[name], graph.nodes.contains(variable) else {
        throw invalid("A hint is for a node of its MATCH, and `\(name)` is none; relationships are found from their nodes.")
      }
      guard !bound.contains(variable) else {
        throw invalid("`\(name)` is bound before this MATCH, so it is not looked for here; put the hint where it is.")
      }
      let kind: PlannerHint.Kind
      switch hint.kind {
      case .join: kind = .join
      case .scan: kind = .scan
      case .index: kind = .index(try index(of: hint))
      }
      if let label = hint.label, !graph.requires(label, of: variable) {
        throw invalid(
          "The hint names the label `\(label)`, which the pattern does not ask of `\(name)`; write (\(name):\(label)).")
      }
      guard found.updateValue(PlannerHint(kind: kind, span: hint.span), forKey: variable) == nil else {
        throw invalid("There is a hint for `\(name)` already; a node is found in one way.")
      }
    }
    return found
  }

  private func index(of hint: IndexHint) throws -> GraphStatistics.Index {
    let label = hint.label ?? ""
    let all = context.statistics.indexes.filter { $0.entity == .node && $0.label == label }
    if let index = all.first(where: { $0.keys == hint.keys }) { return index }
    let others = all.map { "\(label)(\($0.keys.joined(separator: ", ")))" }.sorted().joined(separator: ", ")
    throw SinterError(
      "SchemaError.IndexNotFound", phase: .compile,
      "There is no index on \(label)(\(hint.keys.joined(separator: ", "))); "
        + (others.isEmpty ? "CREATE INDEX makes one" : "there is one on \(others)") + ", or leave the hint out.", at: hint.span)
  }
}

extension QueryGraph {
  /// Whether every node that `variable` may stand for has the label.
  fileprivate func requires(_ label: String, of variable: Variable) -> Bool {
    predicates.contains { predicate in
      guard case .hasLabels(.variable(variable), let test, _) = predicate else { return false }
      return test.conjunction?.contains(label) ?? false
    }
  }
}

extension PatternPlanner {
  /// - Throws: `SyntaxError.InvalidHint` when a hinted node could not be found as asked.
  func requireHints(_ available: VariableSet) throws {
    for node in graph.nodes where !available.contains(node) {
      guard let hint = hints[node] else { continue }
      throw SinterError(
        "SyntaxError.InvalidHint", phase: .compile,
        "The hint cannot be heeded: no condition gives the index a value to look `\(node.name)` up by. Compare the indexed "
          + "properties with =, IN, a range or STARTS WITH, or leave the hint out.", at: hint.span)
    }
  }
}
