internal import SinterExecute
package import SinterModel
package import SinterStorage

/// ``RuleCatalogue`` and ``StrategyCatalogue`` for the engine.
package struct ShopCatalogue: CatalogueExtension {
  package init() {}

  package func createRule(
    _ name: String, text: String, ifNotExists: Bool, writer: GraphWriter
  ) throws(SinterError) -> Bool {
    try RuleCatalogue.create(name, text: text, ifNotExists: ifNotExists, writer: writer)
  }

  package func dropRule(_ name: String, ifExists: Bool, writer: GraphWriter) throws(SinterError) {
    try RuleCatalogue.drop(name, ifExists: ifExists, writer: writer)
  }

  package func rules(in view: GraphView) throws(SinterError) -> [(name: String, text: String)] {
    try RuleCatalogue.rules(in: view).map { ($0.name, $0.text) }
  }

  package func createStrategy(
    _ name: String, scorers: [(name: String, weight: Double)], ifNotExists: Bool, writer: GraphWriter
  ) throws(SinterError) {
    _ = try StrategyCatalogue.create(name, scorers, ifNotExists: ifNotExists, writer: writer)
  }

  package func dropStrategy(_ name: String, ifExists: Bool, writer: GraphWriter) throws(SinterError) {
    try StrategyCatalogue.drop(name, ifExists: ifExists, writer: writer)
  }

  package func showRules(in view: GraphView) throws(SinterError) -> (columns: [String], rows: [[Value]]) {
    try RuleCatalogue.show(in: view)
  }

  package func showStrategies(in view: GraphView) throws(SinterError) -> (columns: [String], rows: [[Value]]) {
    try StrategyCatalogue.show(in: view)
  }
}
