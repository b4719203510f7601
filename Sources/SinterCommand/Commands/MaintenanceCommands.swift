import ArgumentParser
import Sinter

/// `sinter compact STORE`
struct CompactCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compact",
    abstract: "Fold changes into the store's columns, for faster reading.",
    discussion: """
      EXAMPLES:
        sinter compact shop.sinter
      """)

  @OptionGroup var store: StoreArgument

  func run() throws {
    let store = try store.open()
    let before = fileSize(store.path) ?? 0
    let watch = Stopwatch()
    let progress = ProgressLine(title: "compacting")
    try store.compact { part in progress.show(fraction: part) }
    progress.end()
    let after = fileSize(store.path) ?? 0
    Terminal.writeLine(
      "Compacted in \(Summary.duration(seconds: watch.seconds)): \(Summary.bytes(before)) before, \(Summary.bytes(after)) after.")
  }
}

/// `sinter backup STORE DESTINATION`
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the store to a new file while it is in use.",
    discussion: """
      The copy holds the last commit. The destination must not exist yet.

      EXAMPLES:
        sinter backup shop.sinter shop-2026-01-31.sinter
      """)

  @OptionGroup var store: StoreArgument
  @Argument(help: "The new file.", completion: .file()) var destination: String

  func run() throws {
    guard !fileExists(destination) else {
      throw SinterError("UsageError.Exists", "\(destination) exists; remove it or choose another name for the backup.")
    }
    let watch = Stopwatch()
    try store.open(readOnly: true).backup(to: destination)
    Terminal.writeLine(
      "Copied \(Summary.bytes(fileSize(destination) ?? 0)) to \(destination) in \(Summary.duration(seconds: watch.seconds)).")
  }
}
