internal import SinterExecute
internal import SinterModel
internal import SinterStorage

/// The attributes of a DEPOSIT after their types and ranges have been checked.
struct CheckedAttributes {
  var confidence: Double?
  var support: Int64?
  var source: String?
  /// Relationship ids.
  var evidence: Set<Int64> = []
  var validFrom: Value
  var validTo: Value

  /// The evidence as it is stored: ascending.
  var evidenceValue: Value { .list(evidence.sorted().map { .integer($0) }) }

  init(_ attributes: FactAttributeValues, _ view: GraphView) throws(SinterError) {
    validFrom = attributes.validFrom
    validTo = attributes.validTo
    if !attributes.confidence.isNull {
      guard let number = attributes.confidence.asDouble else {
        throw Self.wrongKind("CONFIDENCE", "a number in 0…1", attributes.confidence)
      }
      guard number >= 0, number <= 1 else {
        throw SinterError(
          "ArgumentError.NumberOutOfRange", "DEPOSIT … CONFIDENCE must lie in 0…1, but is \(number).")
      }
      confidence = number
    }
    if !attributes.support.isNull {
      guard case .integer(let count) = attributes.support else {
        throw Self.wrongKind("SUPPORT", "an integer", attributes.support)
      }
      guard count >= 1 else {
        throw SinterError("ArgumentError.NumberOutOfRange", "DEPOSIT … SUPPORT must be at least 1, but is \(count).")
      }
      support = count
    }
    if !attributes.source.isNull {
      guard let text = attributes.source.asString else { throw Self.wrongKind("SOURCE", "a string", attributes.source) }
      source = text
    }
    evidence = try Self.evidence(attributes.evidence, view)
    try Self.check(validFrom: validFrom, to: validTo)
  }

  /// Relationships, a list of them, or their ids.
  private static func evidence(_ value: Value, _ view: GraphView) throws(SinterError) -> Set<Int64> {
    let items: [Value] =
      switch value {
      case .null: []
      case .list(let items): items
      default: [value]
      }
    var result: Set<Int64> = []
    for item in items {
      let id: Int64
      switch item {
      case .relationship(let relationship): id = Int64(relationship.id.rawValue)
      case .integer(let number): id = number
      case .null: continue
      default: throw wrongKind("EVIDENCE", "relationships (or their ids)", item)
      }
      guard let raw = UInt32(exactly: id), try view.relationship(RelationshipID(raw)) != nil else {
        throw SinterError(
          "EntityNotFound.DeletedEntityAccess", "DEPOSIT … EVIDENCE names relationship \(id), which does not exist.")
      }
      result.insert(id)
    }
    return result
  }

  static func check(validFrom: Value, to validTo: Value) throws(SinterError) {
    for (name, value) in [("VALID FROM", validFrom), ("TO", validTo)] where !value.isNull && value.epochSeconds() == nil {
      throw wrongKind(name, "a date or a date-time", value)
    }
    if let from = validFrom.epochSeconds(), let to = validTo.epochSeconds(endOfDay: true), from > to {
      throw SinterError("ArgumentError.InvalidArgument", "DEPOSIT … VALID FROM lies after TO: the fact would never hold.")
    }
  }

  private static func wrongKind(_ attribute: String, _ wanted: String, _ value: Value) -> SinterError {
    SinterError("TypeError.InvalidArgumentType", "DEPOSIT … \(attribute) needs \(wanted), not \(value.brief).")
  }
}
