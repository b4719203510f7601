import SinterKnowledge
import SinterModel
import SinterStorage
import Testing

struct FactTests {
  private func property(_ key: String, _ fact: RelationshipID, _ shop: TestShop) throws -> Value {
    let view = try shop.store.snapshot()
    guard let key = view.keyID(key) else { return .null }
    return try view.column(key, of: .relationship).value(of: fact.rawValue)
  }

  @Test func depositingAgainRefreshes() throws {
    let shop = try TestShop(["u1 BOUGHT i1", "u1 BOUGHT i2"], nodes: ["t1"])
    let evidence = [shop.relationships["u1 BOUGHT i1"]!, shop.relationships["u1 BOUGHT i2"]!]
    let first = try shop.deposit(
      "u1 PREFERS t1", confidence: 0.5, source: "survey", evidence: .list([.relationship(Relationship(id: evidence[1]))]))
    #expect(first.isNew)
    #expect(try property("@support", first.relationship, shop) == 1)
    let second = try shop.deposit(
      "u1 PREFERS t1", confidence: 0.9, source: "survey", evidence: .integer(Int64(evidence[0].rawValue)))
    #expect(!second.isNew && second.relationship == first.relationship)
    #expect(try property("@confidence", first.relationship, shop) == 0.9)
    #expect(try property("@support", first.relationship, shop) == 2)
    #expect(
      try property("@evidence", first.relationship, shop)
        == .list(evidence.map(\.rawValue).sorted().map { .integer(Int64($0)) }))
    try shop.deposit("u1 PREFERS t1", source: "survey", support: 7)
    #expect(try property("@support", first.relationship, shop) == 7)
    #expect(try property("@confidence", first.relationship, shop) == 0.9)
    if case .dateTime = try property("@recordedAt", first.relationship, shop) {} else { Issue.record("no time") }
  }

  @Test func anotherSourceAndARetractedFactMakeNewOnes() throws {
    let shop = try TestShop(nodes: ["u1", "t1"])
    let survey = try shop.deposit("u1 PREFERS t1", source: "survey").relationship
    let chat = try shop.deposit("u1 PREFERS t1", source: "chat")
    let unnamed = try shop.deposit("u1 PREFERS t1")
    #expect(chat.isNew && unnamed.isNew)
    #expect(try !shop.deposit("u1 PREFERS t1").isNew)
    try shop.store.write { try Facts.retract(survey, source: "chat", reason: "asked again", writer: $0) }
    #expect(try property("@retractedBy", survey, shop) == "chat")
    #expect(try property("@retractReason", survey, shop) == "asked again")
    let when = try property("@retractedAt", survey, shop)
    // Again: nothing changes.
    try shop.store.write { try Facts.retract(survey, source: "x", reason: .null, writer: $0) }
    #expect(try property("@retractedBy", survey, shop) == "chat")
    #expect(try property("@retractedAt", survey, shop) == when)
    #expect(try !Facts.isLive(survey, shop.store.snapshot()))
    let renewed = try shop.deposit("u1 PREFERS t1", source: "survey")
    #expect(renewed.isNew && renewed.relationship != survey)
    #expect(try Facts.isLive(renewed.relationship, shop.store.snapshot()))
  }

  @Test func aPlainRelationshipIsNotTakenOver() throws {
    let shop = try TestShop(["u1 PREFERS t1"])
    #expect(try shop.deposit("u1 PREFERS t1").isNew)
  }

  @Test func validity() throws {
    let shop = try TestShop(nodes: ["u1", "t1"])
    let (start, end) = (Date(daysSinceEpoch: 100), Date(daysSinceEpoch: 102))
    let fact = try shop.deposit("u1 PREFERS t1", from: .date(start), to: .date(end)).relationship
    let view = try shop.store.snapshot()
    for (day, isLive) in [(99, false), (100, true), (102, true), (103, false)] {
      #expect(try Facts.isLive(fact, at: .date(Date(daysSinceEpoch: Int64(day))), view) == isLive, "day \(day)")
    }
    #expect(try !Facts.isLive(RelationshipID(999), view))
  }

  @Test func badAttributes() throws {
    let shop = try TestShop(nodes: ["u1", "t1"])
    let cases: [(String, () throws -> Void)] = [
      ("ArgumentError.NumberOutOfRange", { try shop.deposit("u1 PREFERS t1", confidence: 1.5) }),
      ("ArgumentError.NumberOutOfRange", { try shop.deposit("u1 PREFERS t1", confidence: -0.1) }),
      ("ArgumentError.NumberOutOfRange", { try shop.deposit("u1 PREFERS t1", confidence: .float(.nan)) }),
      ("ArgumentError.NumberOutOfRange", { try shop.deposit("u1 PREFERS t1", support: 0) }),
      ("TypeError.InvalidArgumentType", { try shop.deposit("u1 PREFERS t1", confidence: "high") }),
      ("TypeError.InvalidArgumentType", { try shop.deposit("u1 PREFERS t1", source: 3) }),
      ("TypeError.InvalidArgumentType", { try shop.deposit("u1 PREFERS t1", evidence: "r") }),
      ("TypeError.InvalidArgumentType", { try shop.deposit("u1 PREFERS t1", from: "today") }),
      ("EntityNotFound.DeletedEntityAccess", { try shop.deposit("u1 PREFERS t1", evidence: 4_000_000_000) }),
      ("EntityNotFound.DeletedEntityAccess", { try shop.deposit("u1 PREFERS t1", evidence: -1) }),
      (
        "ArgumentError.InvalidArgument",
        { try shop.deposit("u1 PREFERS t1", from: .date(Date(daysSinceEpoch: 9)), to: .date(Date(daysSinceEpoch: 7))) }
      ),
    ]
    for (expected, body) in cases { #expect(code(body) == expected) }
    #expect(try shop.store.snapshot().relationshipCount == 0)
    #expect(
      code { try shop.store.write { try Facts.retract(RelationshipID(5), source: .null, reason: .null, writer: $0) } }
        == "EntityNotFound.DeletedEntityAccess")
  }

  @Test func noisyOr() {
    #expect(Facts.combinedConfidence([]) == 0)
    #expect(near(Facts.combinedConfidence([0.5, 0.5]), 0.75))
    #expect(Facts.combinedConfidence([1, 0.2]) == 1)
  }
}
