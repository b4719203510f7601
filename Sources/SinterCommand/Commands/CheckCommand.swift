import ArgumentParser
import Sinter

/// `sinter check STORE`
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Verify every checksum and link of a store.",
    discussion: """
      The store may be in use. Findings are printed one on a line, and the status is then 3.

      EXAMPLES:
        sinter check shop.sinter
      """)

  @OptionGroup var store: StoreArgument

  func run() throws {
    let watch = Stopwatch()
    let progress = ProgressLine(title: "checking")
    let result = try Store.check(at: store.store) { part in progress.show(fraction: part) }
    progress.end()
    for finding in result.findings { Terminal.writeLine(finding) }
    let looked =
      "\(Summary.count(result.nodeCount, "node")), \(Summary.count(result.relationshipCount, "relationship")), "
      + "\(Summary.bytes(result.verifiedBytes)) of values, \(Summary.count(result.pageCount, "page"))"
    guard result.isSound else {
      let count = Summary.count(result.findings.count, "finding")
      Terminal.printToError(
        "\(store.store) is damaged: \(count) (\(looked)). Restore a backup, or export what can be read.")
      throw ExitStatus.store
    }
    Terminal.writeLine("\(store.store) is sound: \(looked), checked in \(Summary.duration(seconds: watch.seconds)).")
  }
}
