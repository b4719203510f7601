import SinterModel

/// Functions on vectors, which are lists of numbers.
enum VectorFunctions {
  static let all: [FunctionDefinition] = [
    FunctionDefinition(
      "vector.similarity.cosine", .vector, "vector.similarity.cosine(a :: LIST<FLOAT>, b :: LIST<FLOAT>) :: FLOAT",
      "The cosine of the angle between two vectors, moved to 0 to 1.", [.list, .list], gives: .float
    ) { arguments, _ throws(SinterError) in
      guard let (a, b) = try pair(arguments, "vector.similarity.cosine") else { return .null }
      let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
      let norms = norm(a) * norm(b)
      guard norms > 0 else {
        throw SinterError("ArgumentError.InvalidArgumentValue", "A vector of zeros has no direction to compare.")
      }
      return .float((1 + max(-1, min(1, product / norms))) / 2)
    },
    FunctionDefinition(
      "vector.similarity.euclidean", .vector,
      "vector.similarity.euclidean(a :: LIST<FLOAT>, b :: LIST<FLOAT>) :: FLOAT",
      "1 / (1 + the square of the distance between two vectors).", [.list, .list], gives: .float
    ) { arguments, _ throws(SinterError) in
      guard let (a, b) = try pair(arguments, "vector.similarity.euclidean") else { return .null }
      return .float(1 / (1 + zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }))
    },
    FunctionDefinition(
      "vector_norm", .vector, "vector_norm(vector :: LIST<FLOAT>, metric :: STRING) :: FLOAT",
      "The length of a vector by EUCLIDEAN (the default) or MANHATTAN metric.", [.list, .string], minimum: 1, gives: .float
    ) { arguments, _ throws(SinterError) in
      guard let vector = try floats(arguments[0], "vector_norm") else { return .null }
      switch arguments.count == 2 ? StringFunctions.text(arguments[1]).uppercased() : "EUCLIDEAN" {
      case "EUCLIDEAN": return .float(norm(vector))
      case "MANHATTAN": return .float(vector.reduce(0) { $0 + abs($1) })
      case let metric: throw unknown(metric, "EUCLIDEAN, MANHATTAN")
      }
    },
    FunctionDefinition(
      "vector_distance", .vector,
      "vector_distance(a :: LIST<FLOAT>, b :: LIST<FLOAT>, metric :: STRING) :: FLOAT",
      "The distance of two vectors by EUCLIDEAN, EUCLIDEAN_SQUARED, MANHATTAN, COSINE, DOT or HAMMING metric.",
      [.list, .list, .string], gives: .float
    ) { arguments, _ throws(SinterError) in
      guard let (a, b) = try pair(arguments, "vector_distance") else { return .null }
      let pairs = zip(a, b)
      let squared = pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      switch StringFunctions.text(arguments[2]).uppercased() {
      case "EUCLIDEAN": return .float(squared.squareRoot())
      case "EUCLIDEAN_SQUARED": return .float(squared)
      case "MANHATTAN": return .float(pairs.reduce(0) { $0 + abs($1.0 - $1.1) })
      case "COSINE": return .float(1 - pairs.reduce(0) { $0 + $1.0 * $1.1 } / (norm(a) * norm(b)))
      case "DOT": return .float(-pairs.reduce(0) { $0 + $1.0 * $1.1 })
      case "HAMMING": return .float(pairs.reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) })
      case let metric: throw unknown(metric, "EUCLIDEAN, EUCLIDEAN_SQUARED, MANHATTAN, COSINE, DOT, HAMMING")
      }
    },
    FunctionDefinition(
      "vector_dimension_count", .vector, "vector_dimension_count(vector :: LIST<FLOAT>) :: INTEGER",
      "The number of coordinates of a vector.", [.list], gives: .integer
    ) { arguments, _ in .integer(Int64(ListFunctions.elements(arguments[0]).count)) },
  ]

  private static func norm(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  private static func unknown(_ metric: String, _ known: String) -> SinterError {
    SinterError("ArgumentError.InvalidArgumentValue", "There is no metric '\(metric.prefix(40))' here; there are \(known).")
  }

  /// The coordinates; nil where one is null.
  private static func floats(_ value: Value, _ function: String) throws(SinterError) -> [Double]? {
    var result: [Double] = []
    for element in ListFunctions.elements(value) {
      if element.isNull { return nil }
      guard let number = Operators.double(element) else {
        throw SinterError("TypeError.InvalidArgumentValue", "\(function)() takes lists of numbers, but \(element.typePhrase) is among these.")
      }
      result.append(number)
    }
    return result
  }

  private static func pair(_ arguments: [Value], _ function: String) throws(SinterError) -> ([Double], [Double])? {
    guard let a = try floats(arguments[0], function), let b = try floats(arguments[1], function) else { return nil }
    guard a.count == b.count, !a.isEmpty else {
      throw SinterError(
        "ArgumentError.InvalidArgumentValue",
        "\(function)() takes two vectors of the same number of coordinates, not of \(a.count) and \(b.count).")
    }
    return (a, b)
  }
}
