package import SinterExecute
package import SinterModel
package import SinterStorage

/// Deposited knowledge: relationships that also say how sure, who, since when and on what evidence.
///
/// Rules of depositing the same (start, type, end):
/// - again from the same source, while the fact is live: it is refreshed. A confidence that is given replaces the
///   old one, a support that is given too, otherwise support grows by one; evidence is united; validity that is given
///   replaces.
/// - from another source: a fact of its own. ``combinedConfidence(_:)`` tells what agreeing sources make together.
/// - after a retraction: a new fact; the retracted one stays as history.
package enum Facts {
  /// Deposits a fact.
  /// - Returns: the relationship and whether it is new.
  /// - Throws: `ArgumentError.NumberOutOfRange` for a confidence outside 0…1 or a support below 1;
  ///   `TypeError.InvalidArgumentType` for an attribute of the wrong kind; `ArgumentError.InvalidArgument` for a
  ///   validity that ends before it starts; `EntityNotFound.DeletedEntityAccess` for evidence that does not exist.
  package static func deposit(
    type: String, from start: NodeID, to end: NodeID, attributes: FactAttributeValues, writer: GraphWriter
  ) throws(SinterError) -> (relationship: RelationshipID, isNew: Bool) {
    let checked = try CheckedAttributes(attributes, writer.view)
    if let old = try liveFact(type: type, from: start, to: end, source: checked.source, writer.view) {
      try refresh(old, checked, writer)
      return (old, false)
    }
    let relationship = try writer.createRelationship(writer.type(type), from: start, to: end)
    var setter = HiddenSetter(writer, relationship)
    try setter.set(FactKeys.confidence, .float(checked.confidence ?? 1))
    try setter.set(FactKeys.support, .integer(checked.support ?? 1))
    try setter.set(FactKeys.source, checked.source.map { .string($0) } ?? .null)
    try setter.set(FactKeys.evidence, checked.evidence.isEmpty ? .null : checked.evidenceValue)
    try setter.set(FactKeys.validFrom, checked.validFrom)
    try setter.set(FactKeys.validTo, checked.validTo)
    try setter.set(FactKeys.recordedAt, WallClock.now)
    try Withdrawal.link(checked.evidence, to: relationship, writer)
    return (relationship, true)
  }

  private static func refresh(_ fact: RelationshipID, _ new: CheckedAttributes, _ writer: GraphWriter) throws(SinterError) {
    let view = writer.view
    var setter = HiddenSetter(writer, fact)
    if let confidence = new.confidence {
      try setter.set(FactKeys.confidence, .float(try FactTrust.confidence(deposited: confidence, for: fact, writer)))
    }
    var support = new.support
    if support == nil {
      let old: Int64 = if case .integer(let count) = try hidden(FactKeys.support, of: fact, view) { count } else { 1 }
      support = old == .max ? old : old + 1
    }
    try setter.set(FactKeys.support, .integer(support ?? 1))
    if !new.evidence.isEmpty {
      var united = new
      if case .list(let old) = try hidden(FactKeys.evidence, of: fact, view) {
        for case .integer(let id) in old { united.evidence.insert(id) }
      }
      try setter.set(FactKeys.evidence, united.evidenceValue)
      try Withdrawal.link(new.evidence, to: fact, writer)
    }
    let from = new.validFrom.isNull ? try hidden(FactKeys.validFrom, of: fact, view) : new.validFrom
    let to = new.validTo.isNull ? try hidden(FactKeys.validTo, of: fact, view) : new.validTo
    try CheckedAttributes.check(validFrom: from, to: to)
    try setter.set(FactKeys.validFrom, from)
    try setter.set(FactKeys.validTo, to)
    try setter.set(FactKeys.recordedAt, WallClock.now)
  }

  /// Ends a fact: it stays readable, but no longer counts. Facts that stood on it alone end with it: see ``Withdrawal``.
  ///
  /// Retracting a fact again changes nothing.
  /// - Throws: `EntityNotFound.DeletedEntityAccess` where the relationship does not exist;
  ///   `TypeError.InvalidArgumentType` for a source or reason that is not a string.
  package static func retract(
    _ fact: RelationshipID, source: Value, reason: Value, writer: GraphWriter
  ) throws(SinterError) {
    guard try writer.view.relationship(fact) != nil else {
      throw SinterError("EntityNotFound.DeletedEntityAccess", "RETRACT: the relationship \(fact.rawValue) does not exist (any more).")
    }
    for (name, value) in [("SOURCE", source), ("BECAUSE", reason)] where !value.isNull && value.asString == nil {
      throw SinterError("TypeError.InvalidArgumentType", "RETRACT … \(name) needs a string, not \(value.brief).")
    }
    guard try hidden(FactKeys.retractedAt, of: fact, writer.view).isNull else { return }
    func end(_ fact: RelationshipID, _ reason: Value) throws(SinterError) {
      var setter = HiddenSetter(writer, fact)
      try setter.set(FactKeys.retractedAt, WallClock.now)
      try setter.set(FactKeys.retractedBy, source)
      try setter.set(FactKeys.retractReason, reason)
    }
    try end(fact, reason)
    try Withdrawal.cascade(from: fact, writer) { dependent throws(SinterError) in
      try end(dependent, .string("its evidence was retracted"))
    }
  }

  /// Whether a relationship exists, is not retracted, and is valid at a time.
  /// - Parameter time: a date or date-time; null for now.
  package static func isLive(_ fact: RelationshipID, at time: Value = .null, _ view: GraphView) throws(SinterError) -> Bool {
    guard try view.relationship(fact) != nil else { return false }
    return try FactReader(view).isLive(fact.rawValue, at: time.epochSeconds() ?? WallClock.seconds)
  }

  /// What independent sources that say the same make together: 1 − Π(1 − cᵢ), the noisy-or (Pearl 1988).
  package static func combinedConfidence(_ confidences: [Double]) -> Double {
    1 - confidences.reduce(1) { $0 * (1 - min(1, max(0, $1))) }
  }

  /// The live fact of a source between two nodes. Validity does not matter: a fact that has run out is renewed.
  private static func liveFact(
    type: String, from start: NodeID, to end: NodeID, source: String?, _ view: GraphView
  ) throws(SinterError) -> RelationshipID? {
    guard let type = view.typeID(type) else { return nil }
    let reader = FactReader(view)
    let candidates = try view.adjacency(type, .outgoing).relationships(from: start.rawValue, to: end.rawValue)
    for candidate in candidates {
      guard try reader.isDeposited(candidate), try !reader.isRetracted(candidate) else { continue }
      if try reader.source(candidate).asString == source { return RelationshipID(candidate) }
    }
    return nil
  }

  static func hidden(_ key: String, of fact: RelationshipID, _ view: GraphView) throws(SinterError) -> Value {
    guard let key = view.keyID(key) else { return .null }
    return try view.column(key, of: .relationship).value(of: fact.rawValue)
  }
}

/// ``Facts`` for the engine.
package struct FactStore: FactExtension {
  package init() {}

  package func deposit(
    type: String, from start: NodeID, to end: NodeID, attributes: FactAttributeValues, writer: GraphWriter
  ) throws(SinterError) -> (relationship: RelationshipID, isNew: Bool) {
    try Facts.deposit(type: type, from: start, to: end, attributes: attributes, writer: writer)
  }

  package func retract(_ fact: RelationshipID, source: Value, reason: Value, writer: GraphWriter) throws(SinterError) {
    try Facts.retract(fact, source: source, reason: reason, writer: writer)
  }
}

/// Sets hidden properties of one relationship.
private struct HiddenSetter {
  private let writer: GraphWriter
  private let relationship: RelationshipID

  init(_ writer: GraphWriter, _ relationship: RelationshipID) {
    self.writer = writer
    self.relationship = relationship
  }

  mutating func set(_ name: String, _ value: Value) throws(SinterError) {
    if value.isNull, writer.view.keyID(name) == nil { return }
    try writer.set(writer.key(name), of: relationship, to: value)
  }
}
