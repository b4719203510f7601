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
    MathFunctions.all + StringFunctions.all + ListFunctions.all + CollectionFunctions.all + ConversionFunctions.all + ScalarFunctions.all
      + TemporalFunctions.all + VectorFunctions.all + FulltextFunctions.all)

  /// The function of a name, whatever its case.
  package func find(_ name: String) -> FunctionDefinition? { index[name.lowercased()].map { functions[$0] } }

  /// Canonical names, without aliases.
  package var names: [String] { functions.map(\.name) }
}
