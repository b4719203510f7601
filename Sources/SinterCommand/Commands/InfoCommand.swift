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
      """)

  @OptionGroup var store: StoreArgument
  @Flag(help: "Write one JSON object.") var json = false

  func run() throws {
    let store = try store.open(readOnly: true)
    let info = try store.info()
    Terminal.write(json ? InfoCommand.json(info) : InfoCommand.text(info))
  }

  static func json(_ info: StoreInfo) -> String {
    func counts(_ list: [(name: String, count: Int)]) -> Value {
      .map(Dictionary(list.map { ($0.name, .integer(Int64($0.count))) }, uniquingKeysWith: { first, _ in first }))
    }
    var writer = JSONWriter()
    writer.value([
      "path": .string(info.path), "bytes": .integer(Int64(info.fileSizeBytes)), "nodes": .integer(Int64(info.nodeCount)),
      "relationships": .integer(Int64(info.relationshipCount)), "labels": counts(info.labels), "types": counts(info.types),
      "keys": .list(info.propertyKeys.map(Value.string)), "indexes": .integer(Int64(info.indexCount)),
      "constraints": .integer(Int64(info.constraintCount)),
    ])
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }

  static func text(_ info: StoreInfo) -> String {
    var text = "\(info.path): \(Summary.bytes(info.fileSizeBytes)), \(Summary.count(info.nodeCount, "node")), "
    text += "\(Summary.count(info.relationshipCount, "relationship"))\n"
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
