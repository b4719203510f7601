import SinterModel
import SinterStorage

/// Indexes and constraints as the statements that make them.
enum SchemaText {
  static func statements(of view: GraphView) -> [String] {
    let constraints = view.constraints.sorted { $0.name < $1.name }.map(statement)
    let indexes = view.indexes.filter { $0.constraint == nil }.sorted { $0.name < $1.name }.map(statement)
    return constraints + indexes
  }

  private static func statement(_ index: IndexDescriptor) -> String {
    let keys = index.keys.map { "e.\(quoted($0))" }.joined(separator: ", ")
    return "CREATE INDEX \(quoted(index.name)) FOR \(pattern(index.entity == .node, index.label)) ON (\(keys));"
  }

  private static func statement(_ constraint: ConstraintDescriptor) -> String {
    let keys = constraint.keys.map { "e.\(quoted($0))" }
    let subject = keys.count == 1 ? keys[0] : "(" + keys.joined(separator: ", ") + ")"
    let requirement =
      switch constraint.kind {
      case .unique: "IS UNIQUE"
      case .exists: "IS NOT NULL"
      case .key: constraint.entity == .node ? "IS NODE KEY" : "IS RELATIONSHIP KEY"
      case .type: "IS :: \(constraint.typeName ?? "ANY")"
      }
    let pattern = pattern(constraint.entity == .node, constraint.label)
    return "CREATE CONSTRAINT \(quoted(constraint.name)) FOR \(pattern) REQUIRE \(subject) \(requirement);"
  }

  private static func pattern(_ isNode: Bool, _ label: String) -> String {
    isNode ? "(e:\(quoted(label)))" : "()-[e:\(quoted(label))]-()"
  }

  /// In backticks unless it is an ordinary name.
  private static func quoted(_ name: String) -> String {
    let isPlain = name.first?.isNumber == false && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    return isPlain ? name : "`" + name.replacing("`", with: "``") + "`"
  }
}
