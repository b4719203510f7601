internal import SinterModel
internal import SinterStorage

/// The hidden properties that make a relationship a fact. Their names start with `@`: `properties(r)` leaves them
/// out, functions such as `confidence(f)` read them.
package enum FactKeys {
  /// Float, 0…1.
  package static let confidence = "@confidence"
  /// Integer, how often it was observed.
  package static let support = "@support"
  /// String, who says so.
  package static let source = "@source"
  /// List of relationship ids as integers.
  package static let evidence = "@evidence"
  /// Date or date-time. A date as end includes that day.
  package static let validFrom = "@validFrom"
  package static let validTo = "@validTo"
  /// Date-time in UTC.
  package static let recordedAt = "@recordedAt"
  package static let retractedAt = "@retractedAt"
  package static let retractedBy = "@retractedBy"
  package static let retractReason = "@retractReason"
  /// List of relationship ids: the facts that name this one as evidence. See ``Withdrawal``.
  package static let supports = "@supports"
  /// Floats: the confidence before any feedback, and what feedback added for and against. See ``FactTrust``.
  package static let priorConfidence = "@priorConfidence"
  package static let positive = "@positive"
  package static let negative = "@negative"
}

/// Reads facts' hidden properties in one view; made once per operator.
struct FactReader {
  private let confidences: [PropertyColumn]
  private let retracted: PropertyColumn?
  private let from: [PropertyColumn]
  private let to: [PropertyColumn]
  private let deposited: PropertyColumn?
  private let sources: PropertyColumn?
  private let evidence: PropertyColumn?
  private let hidden: HiddenLinks

  /// Relationships that were loaded rather than deposited may carry `confidence`, `valid_from` and `valid_to` as
  /// plain properties: these are read where the hidden ones are missing.
  init(_ view: GraphView, hiding hidden: HiddenLinks = .none) {
    self.hidden = hidden
    func columns(_ names: String...) -> [PropertyColumn] {
      names.compactMap { view.keyID($0).map { view.column($0, of: .relationship) } }
    }
    confidences = columns(FactKeys.confidence, "confidence")
    from = columns(FactKeys.validFrom, "valid_from")
    to = columns(FactKeys.validTo, "valid_to")
    retracted = columns(FactKeys.retractedAt).first
    deposited = columns(FactKeys.recordedAt).first
    sources = columns(FactKeys.source).first
    evidence = hidden.isEmpty ? nil : columns(FactKeys.evidence).first
  }

  /// Whether any relationship of the store can be less than certain and valid for ever.
  var hasAny: Bool { evidence != nil || !confidences.isEmpty || !from.isEmpty || !to.isEmpty || retracted != nil }

  /// The confidence in 0…1; 1 where none is kept.
  func confidence(_ relationship: UInt32) throws(SinterError) -> Double {
    for column in confidences {
      if let number = try column.value(of: relationship).asDouble { return min(1, max(0, number)) }
    }
    return 1
  }

  /// Whether the relationship came by DEPOSIT.
  func isDeposited(_ relationship: UInt32) throws(SinterError) -> Bool {
    guard let deposited else { return false }
    return try !deposited.value(of: relationship).isNull
  }

  func source(_ relationship: UInt32) throws(SinterError) -> Value {
    try sources?.value(of: relationship) ?? .null
  }

  func isRetracted(_ relationship: UInt32) throws(SinterError) -> Bool {
    guard let retracted else { return false }
    return try !retracted.value(of: relationship).isNull
  }

  /// Whether any of a fact's evidence is out of sight.
  private func restsOnHidden(_ relationship: UInt32) throws(SinterError) -> Bool {
    guard let evidence, case .list(let ids) = try evidence.value(of: relationship) else { return false }
    return ids.contains { if case .integer(let id) = $0 { hidden.contains(UInt32(truncatingIfNeeded: id)) } else { false } }
  }

  /// Whether the fact is not retracted and valid at a time, in seconds since 1970.
  func isLive(_ relationship: UInt32, at seconds: Double) throws(SinterError) -> Bool {
    if try isRetracted(relationship) { return false }
    if try restsOnHidden(relationship) { return false }
    for column in from {
      guard let start = try column.value(of: relationship).epochSeconds() else { continue }
      if start > seconds { return false }
      break
    }
    for column in to {
      guard let end = try column.value(of: relationship).epochSeconds(endOfDay: true) else { continue }
      return seconds < end
    }
    return true
  }
}
