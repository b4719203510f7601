import ArgumentParser
import Sinter
import SinterExecute
import SinterLoad
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `sinter load STORE`
struct LoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Bulk load files into a new or existing store.",
    discussion: """
      A manifest (YAML) maps files to nodes, relationships and properties. The load is one change: when it fails or \
      is killed, the store is as it was. Bad rows go to a reject file with file, line, column and reason.

      What exceeds --memory goes to a temporary file beside the store and is sorted there. A size is a whole number \
      with B, KiB, MiB, GiB or TiB (1,024 of each; K, M, G and T for short), or KB, MB, GB or TB (1,000 of each).

      EXAMPLES:
        sinter load shop.sinter --manifest schema/demo.yaml --data data
        sinter load shop.sinter --neo4j import/
        sinter load shop.sinter --manifest shop.yaml --max-rejects 100
        sinter load shop.sinter --manifest shop.yaml --memory 4GiB
      """)

  @OptionGroup var store: StoreArgument
  @Option(help: ArgumentHelp("A manifest in YAML.", valueName: "file"), completion: .file()) var manifest: String?
  @Option(help: ArgumentHelp("Where the manifest's files are; default: beside it.", valueName: "folder"), completion: .directory)
  var data: String?
  @Option(help: ArgumentHelp("A folder of files with Neo4j-import headers.", valueName: "folder"), completion: .directory)
  var neo4j: String?
  @Flag(help: "Stop at the first bad row.") var strict = false
  @Option(help: ArgumentHelp("Stop when more rows than this are bad.", valueName: "n")) var maxRejects: Int?
  @Option(help: ArgumentHelp("Where bad rows are written; default: <store>.rejects.csv.", valueName: "file"), completion: .file())
  var rejects: String?
  @Option(help: "Threads that parse; 0 is one for each processor.") var threads = 0
  @Option(help: ArgumentHelp("Memory for rows, ids of nodes not counted; 1MiB or more.", valueName: "size"))
  var memory = "1GiB"

  func validate() throws {
    guard (manifest == nil) != (neo4j == nil) else { throw ValidationError("Give either --manifest FILE or --neo4j FOLDER.") }
    guard neo4j == nil || data == nil else { throw ValidationError("--data belongs to --manifest.") }
    guard let bytes = LoadOptions.byteCount(memory), bytes >= 1 << 20 else {
      throw ValidationError("--memory must be a size of at least 1MiB, such as 512MiB or 4GB, not '\(memory)'.")
    }
    guard threads >= 0, maxRejects ?? 0 >= 0 else { throw ValidationError("Numbers must not be negative.") }
  }

  func run() throws {
    let plan = try neo4j.map(LoadPlan.neo4j(directory:)) ?? LoadPlan.manifest(path: manifest ?? "", dataDirectory: data)
    var options = LoadOptions()
    options.isStrict = strict
    options.maximumRejects = maxRejects
    options.rejectPath = rejects
    options.threads = threads
    options.memoryBudgetBytes = LoadOptions.byteCount(memory) ?? options.memoryBudgetBytes
    Terminal.write(try LoadCommand.load(plan, into: store.store, options))
  }

  /// Loads with a progress bar and returns the summary for people.
  static func load(_ plan: LoadPlan, into path: String, _ options: LoadOptions) throws(SinterError) -> String {
    let progress = ProgressLine(title: "loading")
    let token = Interrupts.beginQuery()
    Termination.install()
    defer { Interrupts.endQuery() }
    defer { progress.end() }
    let summary = try Loader.run(
      plan, storePath: path, options: options, isCancelled: { token.isCancelled || Termination.isRequested }
    ) { state in
      let rate = state.seconds > 0 ? Int(Double(state.rows) / state.seconds) : 0
      progress.show(
        fraction: state.fraction,
        detail: "\(state.phase.rawValue), \(Summary.count(state.rows, "row")), \(Summary.grouped(rate)) rows/s"
          + (state.rejects > 0 ? ", \(Summary.count(state.rejects, "reject"))" : ""))
    }
    return text(summary)
  }

  static func text(_ summary: LoadSummary) -> String {
    var text = "Loaded \(Summary.count(summary.nodes, "node")) and \(Summary.count(summary.relationships, "relationship")) from "
    text += "\(Summary.count(summary.rows, "row")) in \(Summary.duration(seconds: summary.seconds))"
    if summary.seconds > 0.5, summary.relationships > 0 {
      text += " (\(Summary.grouped(Int(Double(summary.relationships) / summary.seconds))) relationships/s)"
    }
    text += "; the store has \(Summary.bytes(summary.storeSizeBytes)).\n"
    func section(_ title: String, _ counts: [String: Int]) {
      guard !counts.isEmpty else { return }
      let parts = counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
      text += "  \(title): " + parts.map { "\($0.key) \(Summary.grouped($0.value))" }.joined(separator: ", ") + "\n"
    }
    section("nodes", summary.nodesByLabel)
    section("relationships", summary.relationshipsByType)
    if summary.filtered > 0 { text += "  \(Summary.count(summary.filtered, "row")) kept out by filters\n" }
    if summary.skipped > 0 { text += "  \(Summary.count(summary.skipped, "relationship")) skipped, whose ends are missing\n" }
    guard summary.rejects > 0 else { return text + "  no rejects\n" }
    text += "  \(Summary.count(summary.rejects, "row")) rejected" + (summary.rejectPath.map { ", see \($0)" } ?? "") + "\n"
    for (reason, count) in summary.rejectsByReason.sorted(by: { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }) {
      text += "    \(Summary.grouped(count)) × \(reason)\n"
    }
    return text
  }
}

/// SIGTERM and SIGHUP end a load as Ctrl-C does, so that nothing of it stays behind.
private enum Termination {
  private static let flag = Atomic<Bool>(false)
  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  static func install() {
    for number in [SIGTERM, SIGHUP] { signal(number) { _ in Termination.flag.store(true, ordering: .relaxed) } }
  }
}
