package import SinterModel

/// Models of behaviour that score items from what a user had, beside the embeddings of the graph.
package enum FactorKind: String, Sendable, CaseIterable {
  case ease, sequence, als, bpr
}

/// The options of TRAIN MODEL for a ``FactorKind``, by name.
package struct FactorOptions: Sendable, Equatable {
  package var kind: FactorKind
  /// λ; what it weighs against depends on the kind.
  package var regularisation: Double
  /// EASE and sequence: links kept of each item.
  package var neighbours = 500
  /// EASE: at most so many items take part.
  package var denseLimit = 8_192
  /// Sequence: pairs farther apart do not count, and nearness falls as distance^(−decay).
  package var window = 50
  package var decay = 0.5
  /// Sequence: added to how often an item was had, so that chance meetings of rare items say little.
  package var shrinkage = 10.0
  /// ALS and BPR.
  package var dimension = 64
  package var epochs: Int
  /// ALS: how much surer a pair that happened is than one that did not.
  package var alpha = 10.0
  /// BPR.
  package var learningRate = 0.05
  package var seed: UInt64 = 1
  package var threads = 0

  package init(_ kind: FactorKind) {
    self.kind = kind
    switch kind {
    case .ease: (regularisation, epochs) = (300, 1)
    case .sequence: (regularisation, epochs) = (0, 1)
    case .als: (regularisation, epochs) = (30, 12)
    case .bpr: (regularisation, epochs) = (0.01, 40)
    }
  }

  package var threadCount: Int { threads > 0 ? threads : Workers.processorCount }

  private enum Field: Sendable {
    case integer(any WritableKeyPath<FactorOptions, Int> & Sendable, ClosedRange<Int>)
    case number(any WritableKeyPath<FactorOptions, Double> & Sendable, ClosedRange<Double>)
  }

  private static let common: [(String, Field)] = [("threads", .integer(\.threads, 0...1024))]

  private static func fields(_ kind: FactorKind) -> [(name: String, field: Field)] {
    switch kind {
    case .ease:
      common + [
        ("regularisation", .number(\.regularisation, 1e-3...1e9)), ("neighbours", .integer(\.neighbours, 1...1_000_000)),
        ("denseLimit", .integer(\.denseLimit, 1...32_768)),
      ]
    case .sequence:
      common + [
        ("window", .integer(\.window, 1...10_000)), ("decay", .number(\.decay, 0...10)),
        ("shrinkage", .number(\.shrinkage, 0...1e6)),
        ("neighbours", .integer(\.neighbours, 1...1_000_000)),
      ]
    case .als:
      common + [
        ("regularisation", .number(\.regularisation, 1e-6...1e9)), ("dimension", .integer(\.dimension, 1...512)),
        ("epochs", .integer(\.epochs, 1...1_000)), ("alpha", .number(\.alpha, 1e-6...1e6)),
      ]
    case .bpr:
      common + [
        ("regularisation", .number(\.regularisation, 0...10)), ("dimension", .integer(\.dimension, 1...512)),
        ("epochs", .integer(\.epochs, 1...10_000)), ("learningRate", .number(\.learningRate, 1e-6...10)),
      ]
    }
  }

  /// - Throws: `LearnError.UnknownOption` with a suggestion; `LearnError.BadConfiguration`.
  package init(_ kind: FactorKind, _ options: [String: Value]) throws(SinterError) {
    self.init(kind)
    let fields = Self.fields(kind)
    for (name, value) in options.sorted(by: { $0.key < $1.key }) where name != "kind" && !value.isNull {
      if name == "seed", case .integer(let number) = value {
        seed = UInt64(bitPattern: number)
        continue
      }
      guard let field = fields.first(where: { $0.name == name })?.field else {
        throw SinterError(
          "LearnError.UnknownOption",
          "TRAIN MODEL of kind \(kind.rawValue) has no option `\(name)`. "
            + Suggestion.sentence(for: name, among: fields.map(\.name) + ["kind", "seed"]))
      }
      switch (field, value) {
      case (.integer(let path, let range), .integer(let number)) where range.contains(Int(clamping: number)):
        self[keyPath: path] = Int(clamping: number)
      case (.number(let path, let range), .float(let number)) where range.contains(number): self[keyPath: path] = number
      case (.number(let path, let range), .integer(let number)) where range.contains(Double(number)):
        self[keyPath: path] = Double(number)
      case (.integer(_, let range), _): throw Self.wrong(name, "an integer in \(range.lowerBound)…\(range.upperBound)")
      case (.number(_, let range), _): throw Self.wrong(name, "a number in \(range.lowerBound)…\(range.upperBound)")
      }
    }
  }

  private static func wrong(_ name: String, _ wanted: String) -> SinterError {
    SinterError("LearnError.BadConfiguration", "The training setting \(name) must be \(wanted).")
  }

  /// For the model's header; ``init(_:_:)`` reads it back.
  package var settings: [String: Value] {
    var settings: [String: Value] = ["kind": .string(kind.rawValue), "seed": .integer(Int64(bitPattern: seed))]
    for (name, field) in Self.fields(kind) where name != "threads" {
      switch field {
      case .integer(let path, _): settings[name] = .integer(Int64(self[keyPath: path]))
      case .number(let path, _): settings[name] = .float(self[keyPath: path])
      }
    }
    return settings
  }
}
