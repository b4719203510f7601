internal import SinterModel
internal import SinterStorage

/// How feedback moves the confidence of a fact.
///
/// The confidence c₀ that was deposited is taken for the mean of a Beta distribution worth ``priorObservations``
/// observations κ; feedback adds observations p for and n against it, and the confidence is the mean afterwards:
/// c = (κ·c₀ + p) / (κ + p + n). So it stays within 0…1, moves less the more is known, and goes back exactly when feedback
/// is withdrawn, since c₀, p and n are kept.
enum FactTrust {
  /// κ.
  static let priorObservations = 10.0

  /// Adds observations to a fact, for it where positive; negative ones that were added before are taken back alike.
  static func add(
    positive: Double, negative: Double, to fact: RelationshipID, _ writer: GraphWriter
  ) throws(SinterError) {
    let view = writer.view
    func number(_ key: String) throws(SinterError) -> Double? { try Facts.hidden(key, of: fact, view).asDouble }
    let deposited = try number(FactKeys.priorConfidence)
    let current = try number(FactKeys.confidence)
    let prior = deposited ?? current ?? 1
    let p = max(0, (try number(FactKeys.positive) ?? 0) + positive)
    let n = max(0, (try number(FactKeys.negative) ?? 0) + negative)
    // What rounding leaves of nothing is nothing.
    let (kept, against) = (p < 1e-9 ? 0 : p, n < 1e-9 ? 0 : n)
    try set(FactKeys.priorConfidence, kept == 0 && against == 0 ? .null : .float(prior), fact, writer)
    try set(FactKeys.positive, kept == 0 ? .null : .float(kept), fact, writer)
    try set(FactKeys.negative, against == 0 ? .null : .float(against), fact, writer)
    try set(FactKeys.confidence, .float(confidence(prior: prior, positive: kept, negative: against)), fact, writer)
  }

  static func confidence(prior: Double, positive: Double, negative: Double) -> Double {
    positive == 0 && negative == 0
      ? prior : (priorObservations * prior + positive) / (priorObservations + positive + negative)
  }

  /// The confidence after a new one was deposited for a fact that has had feedback; the same where it had none.
  static func confidence(deposited: Double, for fact: RelationshipID, _ writer: GraphWriter) throws(SinterError) -> Double {
    guard try !Facts.hidden(FactKeys.priorConfidence, of: fact, writer.view).isNull else { return deposited }
    try set(FactKeys.priorConfidence, .float(deposited), fact, writer)
    return confidence(
      prior: deposited, positive: try Facts.hidden(FactKeys.positive, of: fact, writer.view).asDouble ?? 0,
      negative: try Facts.hidden(FactKeys.negative, of: fact, writer.view).asDouble ?? 0)
  }

  private static func set(_ key: String, _ value: Value, _ fact: RelationshipID, _ writer: GraphWriter) throws(SinterError) {
    if value.isNull, writer.view.keyID(key) == nil { return }
    try writer.set(writer.key(key), of: fact, to: value)
  }
}
