package import SinterModel
package import SinterStorage

/// How near two vectors are.
package enum VectorSimilarity: String, Sendable, CaseIterable {
  /// (1 + cos) / 2, as Neo4j scores it.
  case cosine
  /// 1 / (1 + d²), as Neo4j scores it.
  case euclidean
  /// The inner product itself.
  case dot
}

/// How the vectors of a base are coded for the first look; the best are compared again by their exact values.
package enum VectorQuantization: String, Sendable, CaseIterable {
  /// A byte a dimension.
  case int8
  /// A bit a dimension.
  case binary
}

/// The settings of a vector index.
package struct VectorOptions: Sendable {
  package var dimension: Int
  package var similarity: VectorSimilarity
  package var quantization: VectorQuantization
  /// The share of the true neighbours to be found, on average.
  package var recall: Double

  package static let maximumDimension = 8_192
  package static let dimensionKey = "vector.dimensions"
  package static let similarityKey = "vector.similarity_function"
  package static let quantizationKey = "vector.quantization"
  package static let recallKey = "vector.search.recall"
  static let defaultRecall = 0.97

  /// The settings of a definition that was checked.
  package init(_ index: SearchIndexDescriptor) {
    var dimension = 0
    if case .integer(let n)? = index.options[Self.dimensionKey] { dimension = Int(clamping: n) }
    self.dimension = min(max(dimension, 1), Self.maximumDimension)
    similarity = Self.text(index.options[Self.similarityKey]).flatMap { VectorSimilarity(rawValue: $0) } ?? .cosine
    quantization = Self.text(index.options[Self.quantizationKey]).flatMap { VectorQuantization(rawValue: $0) } ?? .int8
    if case .float(let share)? = index.options[Self.recallKey] { recall = share } else { recall = Self.defaultRecall }
  }

  private static func text(_ value: Value?) -> String? {
    if case .string(let text)? = value { text } else { nil }
  }

  // MARK: Checking

  /// Names that Neo4j's statements have and that mean nothing here: there is no graph of neighbours, and results are always compared
  /// by their exact values.
  private static let foreignKeys: Set<String> = ["vector.hnsw.m", "vector.hnsw.ef_construction", "vector.quantization.enabled"]
  /// Shorter names.
  private static let shortKeys = [
    "dimensions": dimensionKey, "similarity_function": similarityKey, "similarity": similarityKey, "quantization": quantizationKey,
    "recall": recallKey,
  ]
  private static let otherNames: [String: String] = [
    "l2": "euclidean", "ip": "dot", "inner_product": "dot", "inner product": "dot", "dot_product": "dot",
  ]

  /// All settings, defaults filled in.
  static func checked(_ given: [String: Value], for index: SearchIndexDescriptor, in view: GraphView) throws(SinterError) -> [String: Value] {
    var checked: [String: Value] = [
      similarityKey: .string(VectorSimilarity.cosine.rawValue), quantizationKey: .string(VectorQuantization.int8.rawValue),
      recallKey: .float(defaultRecall),
    ]
    for (written, value) in given.sorted(by: { $0.key < $1.key }) {
      let key = shortKeys[written] ?? written
      switch key {
      case dimensionKey:
        guard case .integer(let n) = value, (1...Int64(maximumDimension)).contains(n) else {
          throw wrong("`\(key)` takes a whole number from 1 to \(maximumDimension)")
        }
        checked[key] = value
      case similarityKey: checked[key] = .string(try name(of: value, key, VectorSimilarity.allCases.map(\.rawValue)))
      case quantizationKey: checked[key] = .string(try name(of: value, key, VectorQuantization.allCases.map(\.rawValue)))
      case recallKey:
        guard let share = value.asDouble, share >= 0.5, share <= 1 else { throw wrong("`\(key)` takes a number from 0.5 to 1") }
        checked[key] = .float(share)
      case _ where foreignKeys.contains(key): break
      default:
        let known = [dimensionKey, similarityKey, quantizationKey, recallKey]
        let advice = closest(to: key, among: known).map { "Did you mean `\($0)`?" } ?? "There are \(known.joined(separator: ", "))."
        throw SinterError("SchemaError.IndexOption", "A vector index has no setting `\(key)`. \(advice)")
      }
    }
    if checked[dimensionKey] == nil {
      guard let dimension = try dimension(ofFirst: index, in: view) else {
        throw wrong("Set `\(dimensionKey)`, as there is no vector yet that shows it: OPTIONS {indexConfig: {`\(dimensionKey)`: 128}}")
      }
      checked[dimensionKey] = .integer(Int64(dimension))
    }
    return checked
  }

  private static func name(of value: Value, _ key: String, _ known: [String]) throws(SinterError) -> String {
    if case .string(let text) = value {
      let lower = text.lowercased()
      if let found = known.first(where: { $0 == (otherNames[lower] ?? lower) }) { return found }
    }
    throw wrong("`\(key)` takes \(known.map { "'\($0)'" }.joined(separator: ", "))")
  }

  private static func wrong(_ message: String) -> SinterError { SinterError("SchemaError.IndexOption", message + ".") }

  /// The length of the first list of numbers among the elements.
  private static func dimension(ofFirst index: SearchIndexDescriptor, in view: GraphView) throws(SinterError) -> Int? {
    let elements = IndexedElements(index, in: view)
    guard case .some(.some(let column)) = elements.columns.first else { return nil }
    var found: Int?
    try elements.forEachBatch { (ids) throws(SinterError) in
      guard found == nil else { return }
      for id in ids {
        guard case .list(let items) = try column.value(of: id), !items.isEmpty, items.count <= maximumDimension,
          items.allSatisfy({ $0.asDouble != nil })
        else { continue }
        found = items.count
        return
      }
    }
    return found
  }
}

extension Value {
  /// A number's value.
  var asDouble: Double? {
    switch self {
    case .integer(let n): Double(n)
    case .float(let x): x
    default: nil
    }
  }
}
