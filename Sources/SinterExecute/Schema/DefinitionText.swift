import SinterModel
package import SinterStorage

extension IndexDescriptor {
  /// The statement that makes the index, without a semicolon.
  package var statement: String {
    let properties = keys.map { "e.\(quoted($0))" }.joined(separator: ", ")
    return "CREATE INDEX \(quoted(name)) FOR \(pattern(entity, label)) ON (\(properties))"
  }
}

extension ConstraintDescriptor {
  /// The statement that makes the constraint, without a semicolon.
  package var statement: String {
    let properties = keys.map { "e.\(quoted($0))" }
    let subject = properties.count == 1 ? properties[0] : "(" + properties.joined(separator: ", ") + ")"
    let requirement =
      switch kind {
      case .unique: "IS UNIQUE"
      case .exists: "IS NOT NULL"
      case .key: entity == .node ? "IS NODE KEY" : "IS RELATIONSHIP KEY"
      case .type: "IS :: \(typeName ?? "ANY")"
      }
    return "CREATE CONSTRAINT \(quoted(name)) FOR \(pattern(entity, label)) REQUIRE \(subject) \(requirement)"
  }

  /// The kind as SHOW CONSTRAINTS names it.
  var typeText: String {
    let isNode = entity == .node
    return switch kind {
    case .unique: isNode ? "UNIQUENESS" : "RELATIONSHIP_UNIQUENESS"
    case .exists: isNode ? "NODE_PROPERTY_EXISTENCE" : "RELATIONSHIP_PROPERTY_EXISTENCE"
    case .key: isNode ? "NODE_KEY" : "RELATIONSHIP_KEY"
    case .type: isNode ? "NODE_PROPERTY_TYPE" : "RELATIONSHIP_PROPERTY_TYPE"
    }
  }
}

private func pattern(_ entity: EntityKind, _ label: String) -> String {
  entity == .node ? "(e:\(quoted(label)))" : "()-[e:\(quoted(label))]-()"
}

/// In backticks unless it is an ordinary name.
func quoted(_ name: String) -> String {
  let isPlain = name.first?.isNumber == false && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
  return isPlain ? name : "`" + name.replacing("`", with: "``") + "`"
}
