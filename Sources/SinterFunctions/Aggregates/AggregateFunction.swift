import SinterModel

/// An aggregate of the query language. `count(*)` is ``count`` fed with a value that is not null.
package enum AggregateFunction: String, Sendable, Hashable, CaseIterable {
  case count, sum, avg, min, max, collect
  case stDev, stDevP, percentileCont, percentileDisc

  /// The aggregate of a name, whatever its case; nil where there is none.
  package init?(name: String) {
    let lowered = name.lowercased()
    guard let function = AggregateFunction.allCases.first(where: { $0.rawValue.lowercased() == lowered }) else {
      return nil
    }
    self = function
  }

  package static var names: [String] { allCases.map(\.rawValue) }

  /// Two for the percentiles, whose second argument is the share; else one.
  package var argumentCount: Int { isPercentile ? 2 : 1 }

  package var isPercentile: Bool { self == .percentileCont || self == .percentileDisc }

  /// What the aggregated values may be.
  package var argumentKinds: ValueKinds {
    switch self {
    case .count, .min, .max, .collect: .any
    case .sum, .avg: [.number, .duration]
    case .stDev, .stDevP, .percentileCont, .percentileDisc: .number
    }
  }

  package var resultKinds: ValueKinds {
    switch self {
    case .count: .integer
    case .sum: [.number, .duration]
    case .avg: [.float, .duration]
    case .min, .max: .any
    case .collect: .list
    case .stDev, .stDevP, .percentileCont: .float
    case .percentileDisc: .number
    }
  }

  package var signature: String {
    switch self {
    case .count: "count(expression :: ANY) :: INTEGER"
    case .sum: "sum(input :: INTEGER | FLOAT | DURATION) :: INTEGER | FLOAT | DURATION"
    case .avg: "avg(input :: INTEGER | FLOAT | DURATION) :: FLOAT | DURATION"
    case .min: "min(input :: ANY) :: ANY"
    case .max: "max(input :: ANY) :: ANY"
    case .collect: "collect(input :: ANY) :: LIST<ANY>"
    case .stDev: "stDev(input :: FLOAT) :: FLOAT"
    case .stDevP: "stDevP(input :: FLOAT) :: FLOAT"
    case .percentileCont: "percentileCont(input :: FLOAT, percentile :: FLOAT) :: FLOAT"
    case .percentileDisc: "percentileDisc(input :: INTEGER | FLOAT, percentile :: FLOAT) :: INTEGER | FLOAT"
    }
  }

  /// One sentence for `SHOW FUNCTIONS`.
  package var summary: String {
    switch self {
    case .count: "The number of values that are not null."
    case .sum: "The sum of numbers or durations; 0 for none."
    case .avg: "The mean of numbers or durations; null for none."
    case .min: "The least value in the order of ORDER BY; null for none."
    case .max: "The greatest value in the order of ORDER BY; null for none."
    case .collect: "The values that are not null as a list."
    case .stDev: "The standard deviation of a sample."
    case .stDevP: "The standard deviation of a whole population."
    case .percentileCont: "The value at a share of the sorted values, between two of them by linear interpolation."
    case .percentileDisc: "The value at a share of the sorted values, one of them."
    }
  }

  func wrongKind(_ value: Value) -> SinterError {
    SinterError("TypeError.InvalidArgumentValue", "\(rawValue)() takes \(argumentKinds.text), not \(value.typePhrase).")
  }
}
