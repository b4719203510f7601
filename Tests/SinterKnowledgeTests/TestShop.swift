import SinterExecute
import SinterKnowledge
import SinterLearn
import SinterModel
import SinterStorage
import TestSupport
import Testing

/// A small store whose nodes are named: `u…` users, `i…` items, `t…` tags, all with `name`.
final class TestShop {
  private let temporary = TemporaryStore(in: "/dev/shm")
  let store: GraphStore
  private(set) var nodes: [String: NodeID] = [:]
  private(set) var relationships: [String: RelationshipID] = [:]
  let recommender: ShopRecommender
  let learning: ModelLearning

  /// - Parameter links: like `u1 BOUGHT i1`, in order of their ids.
  init(_ links: [String] = [], nodes names: [String] = []) throws {
    var options = GraphStore.Options()
    options.durable = false
    store = try GraphStore(path: temporary.path, options: options)
    let models = ModelCache()
    recommender = ShopRecommender(models: models)
    learning = ModelLearning(models: models)
    try add(links, nodes: names)
  }

  func add(_ links: [String], nodes names: [String] = []) throws {
    let parsed = links.map { $0.split(separator: " ").map(String.init) }
    var order = names
    for link in parsed { for name in [link[0], link[2]] where !order.contains(name) && nodes[name] == nil { order.append(name) } }
    let known = nodes
    let new = order.filter { known[$0] == nil }
    let made = try store.write { writer -> ([String: NodeID], [String: RelationshipID]) in
      var nodes = known
      for name in new {
        let label = ["u": "User", "i": "Item", "t": "Tag"][String(name.prefix(1))] ?? "Thing"
        let node = try writer.createNode(labels: [writer.label(label)])
        try writer.set(writer.key("name"), of: node, to: .string(name))
        nodes[name] = node
      }
      var relationships: [String: RelationshipID] = [:]
      for link in parsed {
        relationships[link.joined(separator: " ")] = try writer.createRelationship(
          writer.type(link[1]), from: nodes[link[0]]!, to: nodes[link[2]]!)
      }
      return (nodes, relationships)
    }
    nodes = made.0
    relationships.merge(made.1) { $1 }
  }

  func set(_ key: String, of link: String, to value: Value) throws {
    let relationship = relationships[link]!
    try store.write { writer in try writer.set(writer.key(key), of: relationship, to: value) }
  }

  func delete(_ link: String) throws {
    let relationship = relationships[link]!
    try store.write { writer in try writer.deleteRelationship(relationship) }
  }

  @discardableResult
  func deposit(
    _ link: String, confidence: Value = .null, source: Value = .null, evidence: Value = .null, support: Value = .null,
    from: Value = .null, to: Value = .null
  ) throws -> (relationship: RelationshipID, isNew: Bool) {
    let parts = link.split(separator: " ").map(String.init)
    let (start, end) = (nodes[parts[0]]!, nodes[parts[2]]!)
    var attributes = FactAttributeValues()
    attributes.confidence = confidence
    attributes.source = source
    attributes.evidence = evidence
    attributes.support = support
    attributes.validFrom = from
    attributes.validTo = to
    let given = attributes
    return try store.write { writer in
      try FactStore().deposit(type: parts[1], from: start, to: end, attributes: given, writer: writer)
    }
  }

  func name(_ node: NodeID) -> String { nodes.first { $0.value == node }?.key ?? "?" }

  struct Found {
    var item: String
    var score: Double
    var reasons: [Reason]
  }

  struct Reason {
    var scorer: String
    var path: Path
    var sentence: String
    var contribution: Double
  }

  func recommend(
    _ user: String, _ scorers: [(name: String, weight: Double)] = [], strategy: String? = nil, limit: Int = 100,
    labels: [String] = ["Item"], excluding: [String]? = nil, diverseBy: (([UInt32]) throws(SinterError) -> [Value])? = nil,
    strength: Double = 0, filter: (([UInt32]) throws(SinterError) -> [UInt32])? = nil
  ) throws -> [Found] {
    let view = try store.snapshot()
    let request = RecommendationRequest(
      user: nodes[user]!, itemLabels: labels.compactMap { view.labelID($0) }, scorers: scorers, strategy: strategy,
      excludedTypes: excluding, filter: filter, diverseBy: diverseBy, strength: strength, limit: limit, wantsReasons: true)
    return try recommender.recommend(request, in: view).map {
      Found(item: name($0.item), score: $0.score, reasons: Self.reasons($0.reasons))
    }
  }

  func why(_ item: String, for user: String, not: Bool = false, _ scorers: [(name: String, weight: Double)] = []) throws -> Value {
    let request = WhyRequest(user: nodes[user]!, item: nodes[item]!, negated: not, scorers: scorers, strategy: nil)
    return try recommender.why(request, in: store.snapshot())
  }

  static func reasons(_ value: Value) -> [Reason] {
    guard case .list(let items) = value else { return [] }
    return items.compactMap { item in
      guard case .map(let map) = item, case .string(let scorer)? = map["scorer"], case .path(let path)? = map["path"],
        case .string(let sentence)? = map["sentence"], case .float(let contribution)? = map["contribution"]
      else { return nil }
      return Reason(scorer: scorer, path: path, sentence: sentence, contribution: contribution)
    }
  }

  /// Path as names and types: `u1 BOUGHT i1 BOUGHT u2`; fails the test where an element or link does not exist.
  func text(_ path: Path) throws -> String {
    let view = try store.snapshot()
    #expect(path.nodes.count == path.relationships.count + 1)
    var words = [name(path.nodes[0].id)]
    for node in path.nodes { #expect(try view.exists(node.id)) }
    for (position, relationship) in path.relationships.enumerated() {
      let record = try #require(try view.relationship(relationship.id))
      let (a, b) = (path.nodes[position].id, path.nodes[position + 1].id)
      #expect((record.start, record.end) == (a, b) || (record.start, record.end) == (b, a))
      words += [view.name(of: record.type), name(b)]
    }
    return words.joined(separator: " ")
  }
}

/// Whether two numbers agree to rounding.
func near(_ a: Double, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
  abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}

/// The code of the error that `body` throws.
func code(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch let error as SinterError {
    return error.code.rawValue
  } catch {
    return "\(error)"
  }
}
