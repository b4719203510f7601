import SinterModel
import SinterStorage

/// Holds what is loaded against a store's constraints on the presence and type of properties; unique
/// ones are checked where indexes are built.
struct ConstraintCheck {
  let layout: GraphLayout

  /// - Throws: `ConstraintValidationFailed.PropertyExistence`, `.WrongType`.
  func run() throws(SinterError) {
    for constraint in layout.catalog.constraints where constraint.kind != .unique {
      for key in constraint.keys {
        if constraint.entity == .node { try checkNodes(constraint, key) } else { try checkRelationships(constraint, key) }
      }
    }
  }

  /// New nodes must have the property; what any node is given must be of the type.
  private func checkNodes(_ constraint: ConstraintDescriptor, _ key: String) throws(SinterError) {
    let isMember = layout.labelSets.sets.map { $0.contains(constraint.label) }
    guard isMember.contains(true) else { return }
    for (index, space) in layout.spaces.enumerated() {
      let columns = space.properties.filter { $0.name == key }.map(\.column)
      let existing = layout.existingIDs[index].count
      for start in stride(from: constraint.kind == .type ? 0 : existing, to: space.count, by: segmentLength) {
        let numbers = start..<min(start + segmentLength, space.count)
        let windows = try layout.windows(columns, numbers)
        for number in numbers where isMember[Int(space.labelSets[number])] {
          let present = windows.first { $0.isPresent(number - start) }
          try check(constraint, key, present?.value(number - start) ?? .null)
        }
      }
    }
  }

  private func checkRelationships(_ constraint: ConstraintDescriptor, _ key: String) throws(SinterError) {
    for (index, _) in layout.group(ofType: constraint.label)?.sinks ?? [] {
      let sink = layout.sinks[index]
      let property = sink.propertyNames.firstIndex(of: key)
      for chunk in sink.chunks where chunk.count > 0 {
        let column = try property.map { (index) throws(SinterError) in try chunk.column(index) }
        for row in 0..<chunk.count { try check(constraint, key, column?.value(row) ?? .null) }
      }
    }
  }

  private func check(_ constraint: ConstraintDescriptor, _ key: String, _ value: Value) throws(SinterError) {
    if let type = constraint.typeName, constraint.kind == .type {
      guard !value.isNull, !SinterStorage.ValueType.matches(value, type) else { return }
      throw SinterError(
        "ConstraintValidationFailed.WrongType",
        "A loaded element of `\(constraint.label)` has \(key) = \(ValueNotation.write(value)), but the constraint "
          + "`\(constraint.name)` asks for the type \(type). Map the property with that type, or drop the constraint.")
    }
    guard value.isNull, constraint.kind != .type else { return }
    throw SinterError(
      "ConstraintValidationFailed.PropertyExistence",
      "A new element of `\(constraint.label)` has no `\(key)`, which the constraint `\(constraint.name)` asks for. "
        + "Map the property, or drop the constraint.")
  }
}
