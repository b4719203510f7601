/// The functions of the query language by name.
package struct FunctionLibrary: Sendable {
  /// All functions in the order of their categories.
  package let functions: [FunctionDefinition]
  private let index: [String: Int]

  package init(_ functions: [FunctionDefinition]) {
    self.functions = functions
    var index: [String: Int] = [:]
    for (position, function) in functions.enumerated() {
      for name in [function.name] + function.aliases { index[name.lowercased()] = position }
    }
    self.index = index
  }

  /// openCypher's and Neo4j's functions over values.
  package static let standard = FunctionLibrary(
    MathFunctions.all + StringFunctions.all + ListFunctions.all + ConversionFunctions.all + ScalarFunctions.all
      + TemporalFunctions.all + VectorFunctions.all)

  /// The function of a name, whatever its case.
  package func find(_ name: String) -> FunctionDefinition? { index[name.lowercased()].map { functions[$0] } }

  /// Canonical names, without aliases.
  package var names: [String] { functions.map(\.name) }

  /// Up to three known names that are a slip of the keyboard away from `name`, nearest first.
  /// - Parameter others: further names to choose from, such as those of aggregates.
  package func suggestions(for name: String, among others: [String] = []) -> [String] {
    let wanted = Array(name.lowercased().unicodeScalars)
    let limit = max(1, min(3, wanted.count / 3))
    guard wanted.count <= 64 else { return [] }
    return (names + others)
      .map { (name: $0, distance: editDistance(wanted, Array($0.lowercased().unicodeScalars))) }
      .filter { $0.distance <= limit }
      .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
      .prefix(3).map(\.name)
  }

  /// Levenshtein's distance with swaps of neighbours counted once.
  private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
