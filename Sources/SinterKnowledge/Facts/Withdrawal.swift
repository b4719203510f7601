internal import SinterModel
internal import SinterStorage

/// What falls with a fact: facts that were deposited on its evidence alone.
///
/// A fact stands on its evidence, the relationships named by EVIDENCE. When the last of them that was live is retracted,
/// the fact is retracted too, and so on. A fact without evidence stays, and so does one that another live relationship
/// still supports. Each relationship keeps a hidden list of the facts that it supports, so nothing is searched.
enum Withdrawal {
  /// Notes which relationships support a fact.
  static func link(_ evidence: some Collection<Int64>, to fact: RelationshipID, _ writer: GraphWriter) throws(SinterError) {
    guard !evidence.isEmpty else { return }
    let key = try writer.key(FactKeys.supports)
    for number in evidence {
      guard let id = UInt32(exactly: number), id != fact.rawValue else { continue }
      var supported = try list(FactKeys.supports, of: id, writer.view)
      if supported.contains(fact.rawValue) { continue }
      supported.append(fact.rawValue)
      try writer.set(key, of: RelationshipID(id), to: .list(supported.map { .integer(Int64($0)) }))
    }
  }

  /// Retracts what stood on a fact alone, which is retracted itself.
  /// - Complexity: O(facts that stand on what falls, and their evidence)
  static func cascade(
    from fallen: RelationshipID, _ writer: GraphWriter, retract: (RelationshipID) throws(SinterError) -> Void
  ) throws(SinterError) {
    var waiting = [fallen.rawValue]
    while let cause = waiting.popLast() {
      for fact in try list(FactKeys.supports, of: cause, writer.view) {
        let reader = FactReader(writer.view)
        guard try writer.view.relationship(RelationshipID(fact)) != nil, try reader.isDeposited(fact),
          try !reader.isRetracted(fact), try list(FactKeys.evidence, of: fact, writer.view).contains(cause),
          try !isSupported(fact, reader, writer.view)
        else { continue }
        try retract(RelationshipID(fact))
        waiting.append(fact)
      }
    }
  }

  /// Whether any evidence of a fact exists and is not retracted.
  private static func isSupported(_ fact: UInt32, _ reader: FactReader, _ view: GraphView) throws(SinterError) -> Bool {
    for id in try list(FactKeys.evidence, of: fact, view) where try view.relationship(RelationshipID(id)) != nil {
      if try !reader.isRetracted(id) { return true }
    }
    return false
  }

  private static func list(_ key: String, of relationship: UInt32, _ view: GraphView) throws(SinterError) -> [UInt32] {
    guard case .list(let items) = try Facts.hidden(key, of: RelationshipID(relationship), view) else { return [] }
    return items.compactMap { if case .integer(let number) = $0 { UInt32(exactly: number) } else { nil } }
  }
}
