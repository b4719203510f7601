package import SinterModel

/// The options of TRAIN MODEL, by name.
package struct TrainingOptions: Sendable {
  package var configuration = TransEConfiguration()
  /// The share of the triples that is held out, half to stop early, half to measure; 0…0.5.
  package var holdout = 0.1

  package init() {}

  package static let names = [
    "dimension", "epochs", "seconds", "norm", "loss", "negatives", "learningRate", "margin", "seed", "threads",
    "holdout", "optimiser", "regularisation", "reciprocal", "temperature", "patience", "chunkSize",
  ]

  /// - Throws: `LearnError.UnknownOption` with a suggestion; `LearnError.BadConfiguration` for a value of the wrong
  ///   kind or out of range.
  package init(_ options: [String: Value]) throws(SinterError) {
    for (name, value) in options.sorted(by: { $0.key < $1.key }) where !value.isNull { try set(name, value) }
    try configuration.validate()
  }

  private mutating func set(_ name: String, _ value: Value) throws(SinterError) {
    switch name {
    case "dimension": configuration.dimension = try integer(name, value)
    case "epochs": configuration.epochs = try integer(name, value)
    case "seconds": configuration.timeLimitSeconds = try number(name, value)
    case "norm": configuration.norm = try choice(name, value)
    case "loss": configuration.loss = try choice(name, value)
    case "negatives": configuration.negatives = try integer(name, value)
    case "learningRate": configuration.learningRate = Float(try number(name, value))
    case "margin": configuration.margin = Float(try number(name, value))
    case "seed": configuration.seed = UInt64(bitPattern: Int64(try integer(name, value)))
    case "threads": configuration.threads = try integer(name, value)
    case "optimiser", "optimizer": configuration.optimiser = try choice(name, value)
    case "regularisation", "regularization": configuration.regularisation = Float(try number(name, value))
    case "temperature": configuration.adversarialTemperature = Float(try number(name, value))
    case "patience": configuration.patience = try integer(name, value)
    case "chunkSize": configuration.chunkSize = try integer(name, value)
    case "reciprocal":
      guard case .boolean(let flag) = value else { throw wrong(name, "true or false") }
      configuration.reciprocalRelations = flag
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
      "dimension": .integer(Int64(configuration.dimension)), "epochs": configuration.epochs.map { .integer(Int64($0)) } ?? .null,
      "norm": .string(configuration.norm.rawValue), "loss": .string(configuration.loss.rawValue),
      "negatives": .integer(Int64(configuration.negatives)), "learningRate": .float(Double(configuration.learningRate)),
      "margin": .float(Double(configuration.margin)), "seed": .integer(Int64(bitPattern: configuration.seed)),
      "optimiser": .string(configuration.optimiser.rawValue),
      "regularisation": .float(Double(configuration.regularisation)), "holdout": .float(holdout),
    ]
    if let seconds = configuration.timeLimitSeconds { settings["seconds"] = .float(seconds) }
    return settings
  }
}
