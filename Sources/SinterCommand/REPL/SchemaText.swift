import SinterExecute
import SinterModel
import SinterStorage

/// Indexes and constraints as the statements that make them.
enum SchemaText {
  static func statements(of view: GraphView) -> [String] {
    let constraints = view.constraints.sorted { $0.name < $1.name }.map { $0.statement + ";" }
    let indexes = view.indexes.filter { $0.constraint == nil }.sorted { $0.name < $1.name }.map { $0.statement + ";" }
    let searches = view.searchIndexes.map(\.descriptor).sorted { $0.name < $1.name }.map { $0.statement + ";" }
    return constraints + indexes + searches
  }
}
