import SinterModel
import SinterPlan
import SinterStorage

/// The attributes of DEPOSIT, computed for a batch.
struct FactColumns {
  private let confidence: Vector?
  private let support: Vector?
  private let source: Vector?
  private let evidence: Vector?
  private let validFrom: Vector?
  private let validTo: Vector?

  init(_ plan: FactPlan, _ evaluator: Evaluator, _ batch: Batch) throws {
    func column(_ scalar: Scalar?) throws -> Vector? { try scalar.map { try evaluator.evaluate($0, batch) } }
    confidence = try column(plan.confidence)
    support = try column(plan.support)
    source = try column(plan.source)
    evidence = try column(plan.evidence)
    validFrom = try column(plan.validFrom)
    validTo = try column(plan.validTo)
  }

  func attributes(_ row: Int) -> FactAttributeValues {
    var values = FactAttributeValues()
    values.confidence = confidence?[row] ?? .null
    values.support = support?[row] ?? .null
    values.source = source?[row] ?? .null
    values.evidence = evidence?[row] ?? .null
    values.validFrom = validFrom?[row] ?? .null
    values.validTo = validTo?[row] ?? .null
    return values
  }
}

extension UpdateOperator {
  func deposit(
    _ type: String, from start: NodeID, to end: NodeID, _ columns: FactColumns, _ row: Int
  ) throws -> RelationshipID {
    guard let facts = context.extensions.facts else {
      throw SinterError("FeatureError.NotAvailable", "This engine was set up without facts; DEPOSIT needs them.")
    }
    let (relationship, isNew) = try facts.deposit(
      type: type, from: start, to: end, attributes: columns.attributes(row), writer: try writer())
    if isNew { context.statistics.relationshipsCreated += 1 }
    context.statistics.propertiesSet += 1
    return relationship
  }

  func retract(_ fact: Value, source: Value?, reason: Value?) throws {
    guard let facts = context.extensions.facts else {
      throw SinterError("FeatureError.NotAvailable", "This engine was set up without facts; RETRACT needs them.")
    }
    switch fact {
    case .null: return
    case .relationship(let relationship):
      try facts.retract(relationship.id, source: source ?? .null, reason: reason ?? .null, writer: try writer())
      context.statistics.propertiesSet += 1
    default: throw SinterError("TypeError.InvalidArgumentType", "RETRACT takes a fact, which is a relationship, not \(fact.typePhrase).")
    }
  }
}
