import ArgumentParser
import Sinter
import SinterLoad
import SinterStorage

/// `sinter export STORE FOLDER`
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the graph as CSV files that `load --neo4j` reads back.",
    discussion: """
      There is a file for each set of labels and one for each relationship type, and `schema.cypher` with the indexes \
      and constraints as statements. The folder must be new or empty.

      EXAMPLES:
        sinter export shop.sinter dump/
        sinter load copy.sinter --neo4j dump/
        sinter query copy.sinter --file dump/schema.cypher
      """)

  @OptionGroup var store: StoreArgument
  @Argument(help: "The folder to write into.", completion: .directory) var folder: String

  func run() throws {
    let store = try store.open(readOnly: true)
    let watch = Stopwatch()
    let progress = ProgressLine(title: "exporting")
    let view = try store.graph.snapshot()
    let summary = try Exporter.run(view, directory: folder) { done, total in
      progress.show(fraction: total > 0 ? Double(done) / Double(total) : nil, detail: "\(Summary.grouped(done)) elements")
    }
    progress.end()
    try writeFile((SchemaText.statements(of: view) + [""]).joined(separator: "\n"), to: folder + "/schema.cypher")
    Terminal.writeLine(
      "Wrote \(Summary.count(summary.nodes, "node")) and \(Summary.count(summary.relationships, "relationship")) to "
        + "\(Summary.count(summary.files.count + 1, "file")) in \(folder) in \(Summary.duration(seconds: watch.seconds)).")
  }
}
