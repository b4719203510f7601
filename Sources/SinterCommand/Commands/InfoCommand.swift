import ArgumentParser
import Sinter
import SinterStorage

/// `sinter info STORE`
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Show what a store holds.",
    discussion: """
      EXAMPLES:
        sinter info shop.sinter
        sinter info shop.sinter --json
        sinter info shop.sinter --storage
      """)

  @OptionGroup var store: StoreArgument
  @Flag(help: "Write one JSON object.") var json = false
  @Flag(help: "Show what the parts of the file take; reads all of it.") var storage = false

  func validate() throws {
    if json, storage { throw ValidationError("--json and --storage do not go together.") }
  }

  func run() throws {
    if storage {
      return Terminal.write(InfoCommand.text(try SinterStorage.StoreInfo(path: store.store)))
    }
    let info = try store.open(readOnly: true).info()
    Terminal.write(json ? InfoCommand.json(info) : InfoCommand.text(info))
  }

  static func text(_ info: SinterStorage.StoreInfo) -> String {
    var text = "\(Summary.bytes(info.fileBytes)) in pages of \(Summary.bytes(info.pageSizeBytes)): "
    text += "\(Summary.grouped(info.usedPageCount)) used, \(Summary.grouped(info.freePageCount)) free; "
    text += "format \(info.formatVersion), generation \(info.generation)\n"
    text += "waiting to be folded: \(Summary.count(info.waitingCommitCount, "commit")) with "
    text += "\(Summary.count(info.waitingChangeCount, "change")), \(Summary.bytes(info.waitingBytes))\n"
    if info.oldestReaderAgeCommits > 0 {
      text += "oldest reader: \(Summary.count(Int(clamping: info.oldestReaderAgeCommits), "commit")) behind\n"
    }
    let width = info.columns.map { TextWidth.of($0.name) }.max() ?? 0
    for column in info.columns {
      text += "  \(TextWidth.padded(column.name, to: width))  \(TextWidth.padded(Summary.bytes(column.bytes), to: 11, onLeft: true))"
      text += " in \(Summary.count(column.valueCount, "value"))\n"
    }
    return text
  }

  static func json(_ info: Sinter.StoreInfo) -> String {
    func counts(_ list: [(name: String, count: Int)]) -> Value {
      .map(Dictionary(list.map { ($0.name, .integer(Int64($0.count))) }, uniquingKeysWith: { first, _ in first }))
    }
    var writer = JSONWriter()
    writer.value([
      "path": .string(info.path), "bytes": .integer(Int64(info.fileSizeBytes)), "nodes": .integer(Int64(info.nodeCount)),
      "relationships": .integer(Int64(info.relationshipCount)), "labels": counts(info.labels), "types": counts(info.types),
      "keys": .list(info.propertyKeys.map(Value.string)), "indexes": .integer(Int64(info.indexCount)),
      "constraints": .integer(Int64(info.constraintCount)), "growth": growth(info.growth),
    ])
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }

  private static func growth(_ growth: Sinter.StoreInfo.Growth) -> Value {
    let counts: [String: Int] = [
      "pageBytes": growth.pageSizeBytes, "usedPages": growth.usedPageCount, "freePages": growth.freePageCount,
      "waitingCommits": growth.waitingCommitCount, "waitingChanges": growth.waitingChangeCount, "waitingBytes": growth.waitingBytes,
      "foldableBytes": growth.foldableBytes, "foldedCommit": growth.foldedCommit, "lastCommit": growth.lastCommit,
    ]
    return .map(counts.mapValues { .integer(Int64($0)) })
  }

  private static func text(_ growth: Sinter.StoreInfo.Growth) -> String {
    var text = "\(Summary.grouped(growth.usedPageCount)) pages of \(Summary.bytes(growth.pageSizeBytes)) used, "
    text += "\(Summary.grouped(growth.freePageCount)) free for later commits"
    if growth.freePageCount > 0 { text += " (\(Summary.bytes(growth.freePageCount * growth.pageSizeBytes)), left out by `backup`)" }
    text += "\nfolded through commit \(growth.foldedCommit) of \(growth.lastCommit)"
    if growth.waitingCommitCount > 0 {
      text += "; \(Summary.count(growth.waitingChangeCount, "change")) waiting in \(Summary.bytes(growth.waitingBytes)): "
      text += "`compact` frees about \(Summary.bytes(growth.foldableBytes))"
    }
    return text + "\n"
  }

  static func text(_ info: Sinter.StoreInfo) -> String {
    var text = "\(info.path): \(Summary.bytes(info.fileSizeBytes)), \(Summary.count(info.nodeCount, "node")), "
    text += "\(Summary.count(info.relationshipCount, "relationship"))\n"
    text += InfoCommand.text(info.growth)
    func section(_ title: String, _ list: [(name: String, count: Int)]) {
      guard !list.isEmpty else { return }
      text += "\n\(title)\n"
      let width = list.map { TextWidth.of($0.name) }.max() ?? 0
      for (name, count) in list {
        text += "  \(TextWidth.padded(name, to: width))  \(TextWidth.padded(Summary.grouped(count), to: 12, onLeft: true))\n"
      }
    }
    section("Labels", info.labels)
    section("Relationship types", info.types)
    if !info.propertyKeys.isEmpty { text += "\nProperty keys\n  \(info.propertyKeys.joined(separator: ", "))\n" }
    text += "\n\(Summary.count(info.indexCount, "index")), \(Summary.count(info.constraintCount, "constraint"))\n"
    return text
  }
}
