package import SinterModel

/// What a published model says of itself.
package struct ModelHeader: Sendable, Equatable {
  package var name: String
  package var version: Int
  package var model: EmbeddingModel
  package var dimension: Int
  package var norm: DistanceNorm
  package var margin: Float
  package var isReciprocal: Bool
  package var entityCount: Int
  /// Relationship types by relation number.
  package var types: [String]
  /// Distinct triples, held-out ones included.
  package var tripleCount: Int
  /// A number that changes with the triples.
  package var fingerprint: String
  package var createdAt: Value
  package var trainingSeconds: Double
  package var epochs: Int
  /// Filtered, on the held-out test triples; nil where none were held out.
  package var metrics: Metrics?
  /// The settings it was trained with, by option name.
  package var settings: [String: Value]
  /// No relationship that it learned from has this id or a greater one; nil where that was not kept.
  package var relationshipLimit: Int?

  package struct Metrics: Sendable, Equatable {
    package var testTriples: Int
    package var meanRank: Double
    package var mrr: Double
    package var hits1: Double
    package var hits3: Double
    package var hits10: Double
  }

  /// As a flat map; ``init(map:)`` reads it back.
  var map: [String: Value] {
    var map: [String: Value] = [
      "name": .string(name), "version": .integer(Int64(version)), "model": .string(model.rawValue), "dimension": .integer(Int64(dimension)),
      "norm": .string(norm.rawValue), "margin": .float(Double(margin)), "reciprocal": .boolean(isReciprocal),
      "entities": .integer(Int64(entityCount)), "types": .list(types.map { .string($0) }),
      "triples": .integer(Int64(tripleCount)), "fingerprint": .string(fingerprint), "created": createdAt,
      "seconds": .float(trainingSeconds), "epochs": .integer(Int64(epochs)),
    ]
    if let metrics {
      map["metrics"] = .list(
        [Double(metrics.testTriples), metrics.meanRank, metrics.mrr, metrics.hits1, metrics.hits3, metrics.hits10].map {
          .float($0)
        })
    }
    for (key, value) in settings { map["setting:" + key] = value }
    if let relationshipLimit { map["relationshipLimit"] = .integer(Int64(relationshipLimit)) }
    return map
  }

  /// nil where something is missing or makes no sense.
  init?(map: [String: Value]) {
    func integer(_ key: String) -> Int? {
      guard case .integer(let number)? = map[key], number >= 0, number <= 1 << 40 else { return nil }
      return Int(number)
    }
    func float(_ key: String) -> Double? { if case .float(let number)? = map[key] { number } else { nil } }
    func string(_ key: String) -> String? { if case .string(let text)? = map[key] { text } else { nil } }
    guard let name = string("name"), let version = integer("version"), let dimension = integer("dimension"),
      (1...4096).contains(dimension),
      // Models of before there was a choice are TransE's.
      let model = EmbeddingModel(rawValue: string("model") ?? EmbeddingModel.transe.rawValue), let norm = string("norm").flatMap(DistanceNorm.init), let margin = float("margin"),
      case .boolean(let isReciprocal)? = map["reciprocal"], let entities = integer("entities"),
      case .list(let types)? = map["types"], let triples = integer("triples"), let epochs = integer("epochs")
    else { return nil }
    self.name = name
    self.version = version
    self.model = model
    self.dimension = dimension
    self.norm = norm
    self.margin = Float(margin)
    self.isReciprocal = isReciprocal
    entityCount = entities
    self.types = types.compactMap { if case .string(let text) = $0 { text } else { nil } }
    tripleCount = triples
    fingerprint = string("fingerprint") ?? ""
    createdAt = map["created"] ?? .null
    trainingSeconds = float("seconds") ?? 0
    self.epochs = epochs
    settings = [:]
    relationshipLimit = integer("relationshipLimit")
    for (key, value) in map where key.hasPrefix("setting:") { settings[String(key.dropFirst(8))] = value }
    if case .list(let numbers)? = map["metrics"], numbers.count == 6 {
      let m = numbers.map { if case .float(let number) = $0 { number } else { 0.0 } }
      metrics = Metrics(testTriples: Int(m[0]), meanRank: m[1], mrr: m[2], hits1: m[3], hits3: m[4], hits10: m[5])
    }
  }

  init(
    name: String, configuration: TransEConfiguration, margin: Float, entityCount: Int, types: [String], tripleCount: Int,
    fingerprint: String, createdAt: Value, trainingSeconds: Double, epochs: Int, metrics: Metrics?,
    settings: [String: Value]
  ) {
    self.name = name
    version = 0
    model = configuration.model
    dimension = configuration.dimension
    norm = configuration.norm
    self.margin = margin
    isReciprocal = configuration.reciprocalRelations
    self.entityCount = entityCount
    self.types = types
    self.tripleCount = tripleCount
    self.fingerprint = fingerprint
    self.createdAt = createdAt
    self.trainingSeconds = trainingSeconds
    self.epochs = epochs
    self.metrics = metrics
    self.settings = settings
  }
}
