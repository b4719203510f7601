package import SinterModel

/// The options of TRAIN MODEL, by name.
package struct TrainingOptions: Sendable {
  package var configuration = TransEConfiguration()
  /// The share of the triples that is held out, half to stop early, half to measure; 0…0.5.
  package var holdout = 0.1
  /// Weights of relationship types by name; the others weigh 1.
  package var typeWeights: [String: Float] = [:]
  /// Whether training starts from the rows of the model's current version, where it has them.
  package var warmStart = false

  package init() {}

  package static let names = [
    "model", "dimension", "epochs", "seconds", "norm", "loss", "negatives", "negativeSampling", "learningRate",
    "finalLearningRate", "margin", "seed", "threads", "holdout", "optimiser", "regulariser", "regularisation", "dropout",
    "labelSmoothing", "maximumNorm", "reciprocal", "temperature", "frequencyPower", "patience", "validationInterval",
    "chunkSize", "batchSize", "weights", "warmStart", "preset",
  ]

  /// - Throws: `LearnError.UnknownOption` with a suggestion; `LearnError.BadConfiguration` for a value of the wrong
  ///   kind or out of range.
  package init(_ options: [String: Value]) throws(SinterError) {
    // The model and the preset say what the others' defaults are.
    if let value = options["model"], !value.isNull { configuration = TransEConfiguration(model: try choice("model", value)) }
    if let value = options["preset"], !value.isNull { configuration.apply(try choice("preset", value)) }
    for (name, value) in options.sorted(by: { $0.key < $1.key }) where !value.isNull { try set(name, value) }
    try configuration.validate()
  }

  private mutating func set(_ name: String, _ value: Value) throws(SinterError) {
    switch name {
    case "model", "preset": break
    case "dimension": configuration.dimension = try integer(name, value)
    case "epochs": configuration.epochs = try integer(name, value)
    case "seconds": configuration.timeLimitSeconds = try number(name, value)
    case "norm": configuration.norm = try choice(name, value)
    case "loss": configuration.loss = try choice(name, value)
    case "negatives": configuration.negatives = try integer(name, value)
    case "negativeSampling": configuration.negativeSampling = try choice(name, value)
    case "learningRate": configuration.learningRate = Float(try number(name, value))
    case "finalLearningRate": configuration.finalLearningRateFraction = Float(try number(name, value))
    case "margin": configuration.margin = Float(try number(name, value))
    case "seed": configuration.seed = UInt64(bitPattern: Int64(try integer(name, value)))
    case "threads": configuration.threads = try integer(name, value)
    case "optimiser", "optimizer": configuration.optimiser = try choice(name, value)
    case "regulariser", "regularizer": configuration.regulariser = try choice(name, value)
    case "regularisation", "regularization": configuration.regularisation = Float(try number(name, value))
    case "dropout": configuration.dropout = Float(try number(name, value))
    case "labelSmoothing": configuration.labelSmoothing = Float(try number(name, value))
    case "maximumNorm": configuration.maximumNorm = Float(try number(name, value))
    case "temperature": configuration.adversarialTemperature = Float(try number(name, value))
    case "frequencyPower": configuration.frequencyPower = Float(try number(name, value))
    case "patience": configuration.patience = try integer(name, value)
    case "validationInterval": configuration.validationInterval = try integer(name, value)
    case "chunkSize": configuration.chunkSize = try integer(name, value)
    case "batchSize": configuration.batchSize = try integer(name, value)
    case "reciprocal": configuration.reciprocalRelations = try flag(name, value)
    case "warmStart": warmStart = try flag(name, value)
    case "weights": typeWeights = try weights(name, value)
    case "holdout":
      holdout = try number(name, value)
      guard (0...0.5).contains(holdout) else {
        throw SinterError("LearnError.BadConfiguration", "The training setting holdout is \(holdout), outside 0.0…0.5.")
      }
    default:
      throw SinterError(
        "LearnError.UnknownOption",
        "TRAIN MODEL has no option `\(name)`. \(Suggestion.sentence(for: name, among: Self.names))")
    }
  }

  private func flag(_ name: String, _ value: Value) throws(SinterError) -> Bool {
    guard case .boolean(let flag) = value else { throw wrong(name, "true or false") }
    return flag
  }

  /// A map of type names to weights, or text such as `BOUGHT:2,VIEWED:0.5`.
  private func weights(_ name: String, _ value: Value) throws(SinterError) -> [String: Float] {
    var weights: [String: Float] = [:]
    switch value {
    case .map(let map):
      for (type, weight) in map { weights[type] = Float(try number(name, weight)) }
    case .string(let text):
      for part in text.split(separator: ",") {
        let pair = part.split(separator: ":", omittingEmptySubsequences: false)
        guard pair.count == 2, let weight = Float(pair[1]), weight.isFinite else {
          throw wrong(name, "given as TYPE:WEIGHT, separated by commas; `\(part)` is not")
        }
        weights[String(pair[0])] = weight
      }
    default: throw wrong(name, "a map of relationship types to numbers")
    }
    return weights
  }

  /// Puts the weights of named types at the numbers that training knows them by.
  /// - Throws: `LearnError.UnknownType` for a weight of a type that does not train.
  func configuration(for types: [String]) throws(SinterError) -> TransEConfiguration {
    guard !typeWeights.isEmpty else { return configuration }
    for name in typeWeights.keys.sorted() where !types.contains(name) {
      throw SinterError(
        "LearnError.UnknownType",
        "The setting weights names `\(name)`, which does not take part. \(Suggestion.sentence(for: name, among: types))")
    }
    var configuration = configuration
    configuration.relationWeights = types.map { typeWeights[$0] ?? 1 }
    try configuration.validate()
    return configuration
  }

  private func integer(_ name: String, _ value: Value) throws(SinterError) -> Int {
    guard case .integer(let number) = value else { throw wrong(name, "an integer") }
    return Int(number)
  }

  private func number(_ name: String, _ value: Value) throws(SinterError) -> Double {
    switch value {
    case .integer(let number): return Double(number)
    case .float(let number) where number.isFinite: return number
    default: throw wrong(name, "a finite number")
    }
  }

  private func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ value: Value
  ) throws(SinterError) -> Choice where Choice.RawValue == String {
    let known = Choice.allCases.map(\.rawValue)
    guard case .string(let text) = value else { throw wrong(name, "one of \(known.joined(separator: ", "))") }
    guard let choice = Choice.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() }) else {
      throw wrong(name, "one of \(known.joined(separator: ", "))")
    }
    return choice
  }

  private func wrong(_ name: String, _ wanted: String) -> SinterError {
    SinterError("LearnError.BadConfiguration", "The training setting \(name) must be \(wanted).")
  }

  /// The settings that shaped a model, for its header.
  var settings: [String: Value] {
    var settings: [String: Value] = [
      "model": .string(configuration.model.rawValue),
      "dimension": .integer(Int64(configuration.dimension)), "epochs": configuration.epochs.map { .integer(Int64($0)) } ?? .null,
      "norm": .string(configuration.norm.rawValue), "loss": .string(configuration.loss.rawValue),
      "negatives": .integer(Int64(configuration.negatives)), "learningRate": .float(Double(configuration.learningRate)),
      "margin": .float(Double(configuration.margin)), "seed": .integer(Int64(bitPattern: configuration.seed)),
      "optimiser": .string(configuration.optimiser.rawValue),
      "negativeSampling": .string(configuration.negativeSampling.rawValue),
      "regulariser": .string(configuration.regulariser.rawValue),
      "regularisation": .float(Double(configuration.regularisation)), "holdout": .float(holdout),
    ]
    if let seconds = configuration.timeLimitSeconds { settings["seconds"] = .float(seconds) }
    if configuration.dropout > 0 { settings["dropout"] = .float(Double(configuration.dropout)) }
    if !typeWeights.isEmpty {
      let text = typeWeights.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
      settings["weights"] = .string(text.joined(separator: ","))
    }
    if warmStart { settings["warmStart"] = .boolean(true) }
    return settings
  }
}
