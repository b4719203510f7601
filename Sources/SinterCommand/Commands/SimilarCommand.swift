import ArgumentParser
import Sinter

/// `sinter similar STORE 'query'`
struct SimilarCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "similar",
    abstract: "Find the nodes nearest to a node by its learned embedding.",
    discussion: """
      The query returns the node to start from. Train a model first.

      EXAMPLES:
        sinter similar shop.sinter "MATCH (i:Item {id: 'i7'}) RETURN i"
        sinter similar shop.sinter 'MATCH (u:User {id: $id}) RETURN u' -p id=u1 \\
          --label Item --limit 5
      """)

  @OptionGroup var store: StoreArgument
  @Argument(help: "A query whose first row begins with a node.") var text: String
  @Option(help: "Only nodes with this label; default: the first label of the node.") var label: String?
  @Option(help: "At most so many.") var limit = 10
  @Option(help: "The model; default: the one trained last.") var model: String?
  @Option(help: "How rows are written.") var format: OutputFormat?
  @OptionGroup var query: QueryArguments

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("--limit must not be negative.") }
  }

  func run() throws {
    let store = try store.open()
    let rows = try store.query(text, query.values(), options: query.options)
    guard let first = rows.first else {
      throw SinterError("QueryError.NoNode", "The query found nothing to start from.")
    }
    guard first.count > 0, case .node(let node) = first[0] else {
      throw SinterError("UsageError.NoNode", "The query must return a node in its first row and column.")
    }
    let found = try store.similar(to: node.id, limit: limit, label: label ?? node.labels.first, model: model)
    if let label, found.isEmpty { Terminal.printToError("No node with the label `\(label)` has an embedding.") }
    let width = Terminal.isOutputInteractive ? Terminal.size.columns : nil
    let writer = ResultWriter(
      format: format ?? .table, maximumWidth: width, isColoured: Terminal.hasColourOutput, emit: Terminal.write)
    _ = try writer.write(RowStream(rows: found))
  }
}
