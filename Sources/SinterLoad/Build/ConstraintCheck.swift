import SinterModel
import SinterStorage

/// Holds new elements against a store's constraints; unique ones are checked where indexes are built.
struct ConstraintCheck {
  let layout: GraphLayout
  let base: ExistingGraph?

  /// - Throws: `ConstraintValidationFailed.PropertyExistence`; `LoadError.Constraint` for a type
  ///   constraint, which loading cannot check.
  func run() throws(SinterError) {
    for constraint in layout.catalog.constraints where constraint.kind != .unique {
      let elements = newElements(constraint)
      guard !elements.isEmpty else { continue }
      if constraint.kind == .type {
        throw SinterError(
          "LoadError.Constraint",
          "The constraint `\(constraint.name)` fixes the type of a property of `\(constraint.label)`, which a bulk load does not check. "
            + "Drop it, load, and create it again.")
      }
      let builder = SegmentBuilder(layout: layout, base: base)
      for id in elements {
        for key in constraint.keys where builder.value(constraint.entity, key, of: id).isNull {
          throw SinterError(
            "ConstraintValidationFailed.PropertyExistence",
            "A new element of `\(constraint.label)` has no `\(key)`, which the constraint `\(constraint.name)` asks for. "
              + "Map the property, or drop the constraint.")
        }
      }
    }
  }

  private func newElements(_ constraint: ConstraintDescriptor) -> [Int] {
    if constraint.entity == .relationship {
      guard let type = layout.catalog.typeID(constraint.label), let group = layout.types.first(where: { $0.type == type }) else { return [] }
      return group.sinks.flatMap { Array($0.firstID..<($0.firstID + layout.sinks[$0.sink].count)) }
    }
    let isMember = layout.labelSets.sets.map { $0.contains(constraint.label) }
    var ids: [Int] = []
    for (index, space) in layout.spaces.enumerated() {
      let existing = layout.existingIDs[index].count
      for number in existing..<max(existing, space.count) where isMember[Int(space.labelSets[number])] {
        ids.append(layout.firstNodeIDs[index] + number - existing)
      }
    }
    return ids
  }
}
