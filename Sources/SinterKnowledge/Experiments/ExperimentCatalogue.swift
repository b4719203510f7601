package import SinterModel
package import SinterStorage

/// The experiments of a store, by name.
package enum ExperimentCatalogue {
  private static let prefix = "experiment/"

  package static func names(in view: GraphView) -> [String] { ValueBlob.names(prefix: prefix, in: view) }

  static func exists(_ name: String, in view: GraphView) -> Bool { view.blobSize(prefix + name) != nil }

  /// - Throws: `ArgumentError.UnknownExperiment` with a suggestion; `StorageError.Damaged`.
  package static func experiment(_ name: String, in view: GraphView) throws(SinterError) -> Experiment {
    guard let map = try ValueBlob.read(prefix + name, in: view) else {
      throw SinterError(
        "ArgumentError.UnknownExperiment",
        "There is no experiment `\(name)`. \(Listing.known("experiment", names(in: view), near: name))")
    }
    guard let experiment = Experiment(name: name, map: map) else {
      throw SinterError("StorageError.Damaged", "The experiment `\(name)` cannot be read: restore a backup or create it anew.")
    }
    return experiment
  }

  /// Starts an experiment.
  /// - Parameters:
  ///   - variants: maps `{name, strategy, weight}`; strategy defaults to the default one, weight to 1.
  ///   - options: `seed`, `goal` ('clicked' or 'bought'), `significance`, `expectedEffect`.
  /// - Throws: `SchemaError.ExperimentAlreadyExists`, `ArgumentError.UnknownStrategy`, `ArgumentError.NumberOutOfRange`,
  ///   `ArgumentError.InvalidArgument`.
  package static func create(
    _ name: String, variants: [Value], options: [String: Value], writer: GraphWriter
  ) throws(SinterError) -> Experiment {
    guard !name.isEmpty, !name.contains("/"), name.utf8.count <= 200 else {
      throw SinterError("ArgumentError.InvalidArgument", "An experiment cannot be called `\(name)`: a name has 1 to 200 bytes and no `/`.")
    }
    if exists(name, in: writer.view) {
      throw SinterError("SchemaError.ExperimentAlreadyExists", "There is an experiment `\(name)` already: choose another name.")
    }
    if StrategyCatalogue.has(name, in: writer.view) {
      throw SinterError(
        "SchemaError.ExperimentAlreadyExists", "There is a strategy `\(name)`: an experiment is named where a strategy is, so choose another name.")
    }
    let experiment = Experiment(
      name: name, variants: try self.variants(variants, in: writer.view), goal: try goal(options["goal"] ?? .null),
      seed: try integer("seed", options["seed"] ?? .null, default: 1),
      significance: try number("significance", options["significance"] ?? .null, default: 0.05, 0.0001...0.5),
      expectedEffect: try number("expectedEffect", options["expectedEffect"] ?? .null, default: 0.02, 0.0001...1),
      startedAt: WallClock.now, stoppedAt: .null, winner: nil)
    let known = ["goal", "seed", "significance", "expectedEffect"]
    for option in options.keys.sorted() where !known.contains(option) {
      throw SinterError(
        "ArgumentError.InvalidArgument", "An experiment has no option `\(option)`. \(Listing.known("option", known, near: option))")
    }
    try ValueBlob.write(prefix + name, experiment.map, writer)
    return experiment
  }

  /// Ends an experiment; from then on everyone gets the winner, or the control where none is named.
  /// - Throws: `ArgumentError.UnknownExperiment`, `ArgumentError.InvalidArgument` for a winner that is no variant, or
  ///   where it has ended already.
  package static func stop(_ name: String, winner: String?, writer: GraphWriter) throws(SinterError) -> Experiment {
    var experiment = try experiment(name, in: writer.view)
    guard experiment.isRunning else {
      throw SinterError("ArgumentError.InvalidArgument", "The experiment `\(name)` has ended already.")
    }
    if let winner, !experiment.variants.contains(where: { $0.name == winner }) {
      throw SinterError(
        "ArgumentError.InvalidArgument",
        "The experiment `\(name)` has no variant `\(winner)`. \(Listing.known("variant", experiment.variants.map(\.name), near: winner))")
    }
    experiment.stoppedAt = WallClock.now
    experiment.winner = winner
    try ValueBlob.write(prefix + name, experiment.map, writer)
    return experiment
  }

  private static func variants(_ values: [Value], in view: GraphView) throws(SinterError) -> [Experiment.Variant] {
    var result: [(name: String, strategy: String?, weight: Double)] = []
    for value in values {
      guard case .map(let map) = value, let name = map["name"]?.asString, !name.isEmpty else {
        throw SinterError(
          "ArgumentError.InvalidArgument", "A variant is a map {name: 'a', strategy: 'mine', weight: 0.5} with a name, not \(value.brief).")
      }
      if let odd = map.keys.sorted().first(where: { !["name", "strategy", "weight"].contains($0) }) {
        throw SinterError("ArgumentError.InvalidArgument", "A variant has no `\(odd)`; it has name, strategy and weight.")
      }
      if result.contains(where: { $0.name == name }) {
        throw SinterError("ArgumentError.InvalidArgument", "The variant `\(name)` is named twice.")
      }
      var strategy: String?
      if let given = map["strategy"], !given.isNull {
        guard let text = given.asString else {
          throw SinterError("ArgumentError.InvalidArgument", "The strategy of variant `\(name)` must be a name, not \(given.brief).")
        }
        _ = try StrategyCatalogue.strategy(text, in: view)
        strategy = text
      }
      result.append((name, strategy, try number("weight", map["weight"] ?? .null, default: 1, 1e-6...1e6)))
    }
    guard result.count >= 2 else {
      throw SinterError("ArgumentError.InvalidArgument", "An experiment compares at least two variants; \(result.count) were given.")
    }
    let total = result.reduce(0) { $0 + $1.weight }
    return result.map { Experiment.Variant(name: $0.name, strategy: $0.strategy, weight: $0.weight / total) }
  }

  private static func goal(_ value: Value) throws(SinterError) -> FeedbackAction {
    if value.isNull { return .clicked }
    let action = try FeedbackAction(value.asString ?? value.brief)
    guard action == .clicked || action == .bought else {
      throw SinterError("ArgumentError.InvalidArgument", "The goal of an experiment is 'clicked' or 'bought', not '\(action.rawValue)'.")
    }
    return action
  }

  private static func integer(_ name: String, _ value: Value, default standard: Int64) throws(SinterError) -> Int64 {
    switch value {
    case .null: return standard
    case .integer(let number): return number
    default: throw SinterError("ArgumentError.InvalidArgument", "The option `\(name)` must be an integer, not \(value.brief).")
    }
  }

  private static func number(
    _ name: String, _ value: Value, default standard: Double, _ range: ClosedRange<Double>
  ) throws(SinterError) -> Double {
    if value.isNull { return standard }
    guard let number = value.asDouble, range.contains(number) else {
      throw SinterError(
        "ArgumentError.NumberOutOfRange",
        "The option `\(name)` must be a number in \(range.lowerBound)…\(range.upperBound), not \(value.brief).")
    }
    return number
  }
}

extension Experiment {
  /// As a flat map; ``init(name:map:)`` reads it back.
  var map: [String: Value] {
    [
      "variants": .list(variants.map { .string($0.name) }), "weights": .list(variants.map { .float($0.weight) }),
      "strategies": .list(variants.map { $0.strategy.map { .string($0) } ?? .null }), "goal": .string(goal.rawValue),
      "seed": .integer(seed), "significance": .float(significance), "expectedEffect": .float(expectedEffect),
      "startedAt": startedAt, "stoppedAt": stoppedAt, "winner": winner.map { .string($0) } ?? .null,
    ]
  }

  /// nil where something is missing or makes no sense.
  init?(name: String, map: [String: Value]) {
    guard case .list(let names)? = map["variants"], case .list(let weights)? = map["weights"],
      case .list(let strategies)? = map["strategies"], names.count >= 2, names.count == weights.count,
      names.count == strategies.count, let goal = map["goal"]?.asString.flatMap(FeedbackAction.init(rawValue:)),
      case .integer(let seed)? = map["seed"], let significance = map["significance"]?.asDouble,
      let expectedEffect = map["expectedEffect"]?.asDouble
    else { return nil }
    self.name = name
    variants = zip(names, zip(weights, strategies)).map { name, rest in
      Variant(name: name.asString ?? "", strategy: rest.1.asString, weight: rest.0.asDouble ?? 0)
    }
    self.goal = goal
    self.seed = seed
    self.significance = significance
    self.expectedEffect = expectedEffect
    startedAt = map["startedAt"] ?? .null
    stoppedAt = map["stoppedAt"] ?? .null
    winner = map["winner"]?.asString
  }
}
