package import SinterModel

extension GraphWriter {
  /// A point to which ``rollback(to:)`` can return; O(1).
  package struct Savepoint {
    fileprivate var overlay: Overlay
    fileprivate var logByteCount: Int
    fileprivate var changeCount: Int
    fileprivate var putColumnCount: Int
    fileprivate var droppedColumnCount: Int
    fileprivate var touchedCount: Int
  }

  package func savepoint() -> Savepoint {
    Savepoint(
      overlay: view.overlay, logByteCount: log.bytes.count, changeCount: log.count, putColumnCount: putColumns.count,
      droppedColumnCount: droppedColumns.count, touchedCount: touched.count)
  }

  package func rollback(to savepoint: Savepoint) {
    // Freeing what many changes made takes longer than whoever cancelled the statement wants to wait.
    if view.overlay.changeCount - savepoint.overlay.changeCount > 20_000 { Thread.release(view.overlay) }
    view.overlay = savepoint.overlay
    log.truncate(toBytes: savepoint.logByteCount, count: savepoint.changeCount)
    for column in putColumns[savepoint.putColumnCount...] {
      // When this fails, the transaction remembers it and does not commit.
      _ = try? transaction.delete(column.keys)
    }
    // Numbers of what was put will be given out again: the view must forget them.
    if putColumns.count > savepoint.putColumnCount { view.pending = transaction }
    putColumns.removeSubrange(savepoint.putColumnCount...)
    droppedColumns.removeSubrange(savepoint.droppedColumnCount...)
    touched.removeSubrange(savepoint.touchedCount...)
    validatedCount = min(validatedCount, touched.count)
    schema = WriterSchema(catalog: view.overlay.catalog)
  }

  /// Checks every constraint for what changed since the savepoint.
  /// - Throws: `ConstraintValidationFailed.…`
  package func validateConstraints(since savepoint: Savepoint) throws(SinterError) {
    try validateConstraints(from: savepoint.touchedCount)
    if savepoint.touchedCount <= validatedCount { validatedCount = touched.count }
  }

  /// Checks what no statement has checked.
  func validateRemainingConstraints() throws(SinterError) {
    try validateConstraints(from: validatedCount)
    validatedCount = touched.count
  }

  private func validateConstraints(from first: Int) throws(SinterError) {
    for position in first..<max(first, touched.count) {
      let element = touched[position]
      for constraint in schema.constraints where constraint.descriptor.entity == element.entity {
        guard try has(constraint.label, element.entity, element.id) else { continue }
        try check(constraint, element.id)
      }
    }
  }

  /// Whether the element lives and has the label or type.
  func has(_ label: UInt32, _ entity: EntityKind, _ id: UInt32) throws(SinterError) -> Bool {
    switch entity {
    case .node:
      guard let set = try view.labelSetID(of: id) else { return false }
      return view.overlay.catalog.labelSets[Int(set)].contains(LabelID(label))
    case .relationship:
      return try view.relationship(RelationshipID(id))?.type.rawValue == label
    }
  }

  /// Checks one live element that has the constraint's label or type.
  func check(_ constraint: WriterSchema.Constraint, _ id: UInt32) throws(SinterError) {
    let descriptor = constraint.descriptor
    if descriptor.kind == .exists || descriptor.kind == .key {
      for (key, name) in zip(constraint.keys, descriptor.keys) {
        if try view.propertyValue(descriptor.entity, key, id).isNull {
          throw violation(descriptor, "Missing", "\(subject(descriptor, id)) must have the property `\(name)`")
        }
      }
    }
    if descriptor.kind == .unique || descriptor.kind == .key, let index = constraint.index {
      if let other = try otherElement(in: index, like: id) {
        throw violation(
          descriptor, "NotUnique",
          "\(subject(descriptor, other)) already has \(try describe(constraint, id))")
      }
    }
    if descriptor.kind == .type {
      for (key, name) in zip(constraint.keys, descriptor.keys) {
        let value = try view.propertyValue(descriptor.entity, key, id)
        guard value.isNull || ValueType.matches(value, descriptor.typeName ?? "") else {
          throw violation(
            descriptor, "WrongType", "\(subject(descriptor, id)) must have a `\(name)` of type \(descriptor.typeName ?? "")")
        }
      }
    }
  }

  private func violation(_ constraint: ConstraintDescriptor, _ detail: String, _ message: String) -> SinterError {
    SinterError(
      SinterError.Code(rawValue: "ConstraintValidationFailed.\(detail)"), "\(message) (constraint `\(constraint.name)`).")
  }

  private func subject(_ constraint: ConstraintDescriptor, _ id: UInt32) -> String {
    "\(constraint.entity == .node ? "Node" : "Relationship") \(id) with \(constraint.entity == .node ? "label" : "type") "
      + "`\(constraint.label)`"
  }

  private func describe(_ constraint: WriterSchema.Constraint, _ id: UInt32) throws(SinterError) -> String {
    var parts: [String] = []
    for (key, name) in zip(constraint.keys, constraint.descriptor.keys) {
      parts.append("`\(name)` = \(ValueType.text(try view.propertyValue(constraint.descriptor.entity, key, id)))")
    }
    return parts.joined(separator: " and ")
  }
}
