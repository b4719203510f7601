import ArgumentParser
import Sinter
import SinterExecute
import SinterLoad
import SinterStorage
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
        sinter load shop.sinter --vectors items.npy --ids items.txt --label Item --key id --property embedding
      """)

  @OptionGroup var store: StoreArgument
  @Option(help: ArgumentHelp("A manifest in YAML.", valueName: "file"), completion: .file()) var manifest: String?
  @Option(help: ArgumentHelp("Where the manifest's files are; default: beside it.", valueName: "folder"), completion: .directory)
  var data: String?
  @Option(help: ArgumentHelp("A folder of files with Neo4j-import headers.", valueName: "folder"), completion: .directory)
  var neo4j: String?
  @Option(
    help: ArgumentHelp("A file of vectors, .npy or .fvecs, for a property of nodes that are there or new.", valueName: "file"),
    completion: .file())
  var vectors: String?
  @Option(help: ArgumentHelp("With --vectors: the label of the nodes.", valueName: "name")) var label: String?
  @Option(help: ArgumentHelp("With --vectors: the property that holds a node's id.", valueName: "name")) var key = "id"
  @Option(help: ArgumentHelp("With --vectors: the property that gets the vector.", valueName: "name")) var property = "embedding"
  @Option(
    help: ArgumentHelp("With --vectors: the id of each row on a line; without it ids are row numbers from 0.", valueName: "file"),
    completion: .file())
  var ids: String?
  @Flag(help: "Stop at the first bad row.") var strict = false
  @Option(help: ArgumentHelp("Stop when more rows than this are bad.", valueName: "n")) var maxRejects: Int?
  @Option(help: ArgumentHelp("Where bad rows are written; default: <store>.rejects.csv.", valueName: "file"), completion: .file())
  var rejects: String?
  @Option(help: "Threads that parse; 0 is one for each processor.") var threads = 0
  @Option(help: ArgumentHelp("Memory for rows, ids of nodes not counted; 1MiB or more.", valueName: "size"))
  var memory = "1GiB"

  func validate() throws {
    guard [manifest, neo4j, vectors].compactMap({ $0 }).count == 1 else {
      throw ValidationError("Give one of --manifest FILE, --neo4j FOLDER and --vectors FILE.")
    }
    guard (vectors == nil) == (label == nil) else { throw ValidationError("--vectors needs --label NAME, and --label belongs to it.") }
    guard manifest != nil || data == nil else { throw ValidationError("--data belongs to --manifest.") }
    guard let bytes = LoadOptions.byteCount(memory), bytes >= 1 << 20 else {
      throw ValidationError("--memory must be a size of at least 1MiB, such as 512MiB or 4GB, not '\(memory)'.")
    }
    guard threads >= 0, maxRejects ?? 0 >= 0 else { throw ValidationError("Numbers must not be negative.") }
  }

  func run() throws {
    if let vectors { return try loadVectors(vectors) }
    let plan = try neo4j.map(LoadPlan.neo4j(directory:)) ?? LoadPlan.manifest(path: manifest ?? "", dataDirectory: data)
    var options = LoadOptions()
    options.isStrict = strict
    options.maximumRejects = maxRejects
    options.rejectPath = rejects
    options.threads = threads
    options.memoryBudgetBytes = LoadOptions.byteCount(memory) ?? options.memoryBudgetBytes
    Terminal.write(try LoadCommand.load(plan, into: store.store, options))
    try LoadCommand.refreshSearchIndexes(in: Store(at: store.store))
  }

  private func loadVectors(_ path: String) throws {
    let store = try Store(at: store.store)
    let progress = ProgressLine(title: "loading")
    let token = Interrupts.beginQuery()
    defer { Interrupts.endQuery() }
    let load = VectorLoad(vectors: path, label: label ?? "", key: key, property: property, ids: ids)
    let start = monotonicSeconds()
    let summary = try load.run(into: store.graph, isCancelled: { token.isCancelled }) { rows, all in
      progress.show(fraction: all.map { Double(rows) / Double(max($0, 1)) } ?? 0, detail: Summary.count(rows, "vector"))
    }
    progress.end()
    try store.compact()
    Terminal.write(
      """
      Loaded \(Summary.count(summary.vectors, "vector")) of \(Summary.count(summary.dimension, "dimension")) into \(label ?? "").\(property) \
      in \(Summary.duration(seconds: monotonicSeconds() - start)): \(Summary.count(summary.newNodes, "new node")), \
      \(Summary.grouped(summary.updatedNodes)) that were there.

      """)
    store.close()
  }

  /// Builds what search indexes lost by the load.
  static func refreshSearchIndexes(in store: Store) throws(SinterError) {
    defer { store.close() }
    guard try !store.graph.snapshot().searchIndexes.isEmpty else { return }
    let progress = ProgressLine(title: "indexing")
    defer { progress.end() }
    try store.refreshSearchIndexes { progress.show(fraction: $0, detail: "search indexes") }
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
