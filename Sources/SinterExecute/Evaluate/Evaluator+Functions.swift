import SinterFunctions
import SinterLanguage
import SinterModel
import SinterPlan
import SinterStorage

extension Evaluator {
  func function(_ name: String, _ arguments: [Scalar], _ batch: Batch) throws -> Vector {
    if name == "coalesce" { return try coalesce(arguments, batch) }
    let vectors = try arguments.map { try evaluate($0, batch) }
    if let result = try graphFunction(name, vectors, batch) { return result }
    guard let definition = FunctionLibrary.standard.find(name) else {
      throw SinterError("SyntaxError.UnknownFunction", phase: .compile, "There is no function `\(name)`; SHOW FUNCTIONS lists them.")
    }
    guard definition.accepts(argumentCount: vectors.count) else {
      throw SinterError("SyntaxError.InvalidNumberOfArguments", phase: .compile, "\(definition.name)() does not take \(vectors.count) arguments: \(definition.signature).")
    }
    if batch.count > 0, definition.isDeterministic, vectors.allSatisfy(\.isConstant) {
      return .constant(try definition.evaluate(vectors.map { $0[0] }, context.functions), count: batch.count)
    }
    var row = [Value](repeating: .null, count: vectors.count)
    var made = 0
    return .values(
      try (0..<batch.count).map { i in
        for (k, vector) in vectors.enumerated() { row[k] = vector[i] }
        let value = try definition.evaluate(row, context.functions)
        // Only lists are much larger than what they are made from.
        if case .list(let all) = value, all.count > 1024 {
          made += all.count * MemoryLayout<Value>.stride
          try context.checkRoom(made)
          try context.checkInterrupts()
        }
        return value
      })
  }

  /// Functions that look into the graph.
  private func graphFunction(_ name: String, _ v: [Vector], _ batch: Batch) throws -> Vector? {
    if let keys = GraphFunction.factKeys[name] { return try factProperty(v[0], keys) }
    switch name {
    case "id": return try ids(v[0])
    case "elementid": return try map(try ids(v[0])) { if case .integer(let id) = $0 { .string(String(id)) } else { .null } }
    case "labels":
      return try map(v[0]) { value in
        switch value {
        case .null: return .null
        case .node(let node): return .list(try self.labels(of: node.id).map { .string($0) })
        default: throw SinterError("TypeError.InvalidArgumentValue", "labels() takes a node, not \(value.typeName).")
        }
      }
    case "type":
      return try map(v[0]) { value in
        switch value {
        case .null: return .null
        case .relationship(let relationship): return .string(try self.type(of: relationship.id))
        default: throw SinterError("TypeError.InvalidArgumentValue", "type() takes a relationship, not \(value.typeName).")
        }
      }
    case "properties": return try map(v[0]) { try self.properties(of: $0) }
    case "keys":
      return try map(v[0]) { value in
        guard case .map(let properties) = try self.properties(of: value, function: "keys") else { return .null }
        return .list(properties.keys.sorted().map { .string($0) })
      }
    case "startnode": return try ends(v[0], \.start, "startNode")
    case "endnode": return try ends(v[0], \.end, "endNode")
    case "exists": return try map(v[0]) { .boolean(!$0.isNull) }
    case "#hasproperties": return try hasProperties(v[0], v[1])
    case "#sharesrelationship": return try map(v[0], v[1]) { .boolean(!self.relationships(in: $0).isDisjoint(with: self.relationships(in: $1))) }
    default: return nil
    }
  }

  private func ids(_ vector: Vector) throws -> Vector {
    if case .nodes(let a) = vector, !a.contains(Vector.nullID) { return .integers(a.map { Int64($0) }) }
    if case .relationships(let a) = vector, !a.contains(Vector.nullID) { return .integers(a.map { Int64($0) }) }
    return try map(vector) { value in
      switch value {
      case .null: .null
      case .node(let node): .integer(Int64(node.id.rawValue))
      case .relationship(let relationship): .integer(Int64(relationship.id.rawValue))
      default: throw SinterError("TypeError.InvalidArgumentValue", "id() takes a node or a relationship, not \(value.typeName).")
      }
    }
  }

  private func ends(_ vector: Vector, _ end: KeyPath<RelationshipRecord, NodeID>, _ name: String) throws -> Vector {
    try map(vector) { value in
      switch value {
      case .null: return .null
      case .relationship(let relationship): return .node(Node(id: try self.record(relationship.id)[keyPath: end]))
      default: throw SinterError("TypeError.InvalidArgumentValue", "\(name)() takes a relationship, not \(value.typeName).")
      }
    }
  }

  /// An attribute of a fact: the hidden one of a deposit, else the plain property of a relationship that was loaded.
  private func factProperty(_ vector: Vector, _ keys: GraphFunction.FactKeys) throws -> Vector {
    let facts = try map(vector) { value in
      switch value {
      case .null, .relationship: return value
      default: throw SinterError("TypeError.InvalidArgumentValue", "A fact is a relationship, not \(value.typeName).")
      }
    }.compacted
    let hidden = try property(facts, keys.hidden)
    guard let plain = keys.loaded, (0..<hidden.count).contains(where: { hidden.isNull(at: $0) }) else { return hidden }
    let loaded = try property(facts, plain)
    return .values((0..<hidden.count).map { hidden.isNull(at: $0) ? loaded[$0] : hidden[$0] })
  }

  /// Whether an element has all entries of a map given as a parameter.
  private func hasProperties(_ elements: Vector, _ maps: Vector) throws -> Vector {
    try map(elements, maps) { element, map in
      guard case .map(let entries) = map else {
        throw SinterError("SyntaxError.InvalidParameterUse", phase: .runtime, "Properties in a pattern must be a map, not \(map.typeName).")
      }
      for (key, value) in entries where try self.property(of: element, key).isEqual(value) != true { return .boolean(false) }
      return .boolean(true)
    }
  }

  private func relationships(in value: Value) -> Set<RelationshipID> {
    switch value {
    case .relationship(let relationship): [relationship.id]
    case .list(let all): all.reduce(into: []) { $0.formUnion(relationships(in: $1)) }
    default: []
    }
  }

  func isNormalized(_ vector: Vector, _ form: String, _ negated: Bool) throws -> Vector {
    guard let normalize = FunctionLibrary.standard.find("normalize") else { return vector }
    return try map(vector) { value in
      guard case .string = value else { return .null }
      return .boolean((try normalize.evaluate([value, .string(form)], context.functions) == value) != negated)
    }
  }
}

/// What the layers below cannot know of functions: those that look into the graph.
package enum GraphFunction {
  /// Where an attribute of a fact is kept: hidden for a deposit, in the open for a relationship that was loaded.
  struct FactKeys {
    var hidden: String
    var loaded: String?
  }

  /// By the function that reads it.
  static let factKeys: [String: FactKeys] = [
    "confidence": FactKeys(hidden: "@confidence", loaded: "confidence"), "support": FactKeys(hidden: "@support"),
    "source": FactKeys(hidden: "@source", loaded: "source"), "evidence": FactKeys(hidden: "@evidence"),
    "validfrom": FactKeys(hidden: "@validFrom", loaded: "valid_from"), "validto": FactKeys(hidden: "@validTo", loaded: "valid_to"),
    "recordedat": FactKeys(hidden: "@recordedAt"), "retractedat": FactKeys(hidden: "@retractedAt"),
  ]

  /// Those that ask for the row at hand, not for a value.
  static let namesWithoutArguments: Set<String> = ["file", "linenumber"]

  /// Names as written, with signature and what they are for.
  package static let all: [(name: String, signature: String, summary: String)] = [
    ("id", "id(element) :: INTEGER", "The id of a node or relationship."),
    ("elementId", "elementId(element) :: STRING", "The id of a node or relationship as text."),
    ("labels", "labels(node) :: LIST<STRING>", "The labels of a node."),
    ("type", "type(relationship) :: STRING", "The type of a relationship."),
    ("properties", "properties(element) :: MAP", "All properties of a node or relationship, or the map itself."),
    ("keys", "keys(element) :: LIST<STRING>", "The names of the properties of an element or map."),
    ("file", "file() :: STRING", "The file that LOAD CSV reads the row from."),
    ("linenumber", "linenumber() :: INTEGER", "The line on which the row that LOAD CSV reads begins."),
    ("startNode", "startNode(relationship) :: NODE", "The node a relationship starts at."),
    ("endNode", "endNode(relationship) :: NODE", "The node a relationship ends at."),
    ("exists", "exists(value) :: BOOLEAN", "Whether a property is there."),
    ("confidence", "confidence(fact) :: FLOAT", "How sure a deposited fact is, 0 to 1."),
    ("support", "support(fact) :: INTEGER", "How often a fact was deposited by its source."),
    ("source", "source(fact) :: STRING", "Who says so."),
    ("evidence", "evidence(fact) :: LIST<INTEGER>", "Ids of the relationships a fact rests on."),
    ("validFrom", "validFrom(fact)", "Since when a fact holds."),
    ("validTo", "validTo(fact)", "Until when a fact holds."),
    ("recordedAt", "recordedAt(fact) :: DATETIME", "When a fact was deposited."),
    ("retractedAt", "retractedAt(fact) :: DATETIME", "When a fact was withdrawn, or null."),
  ]
}
