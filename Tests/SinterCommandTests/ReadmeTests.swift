import Foundation
import Sinter
import SinterModel
import TestSupport
import Testing

@testable import SinterCommand

/// The tour in the README prints what it says.
@Suite struct ReadmeTests {
  private let folder = TemporaryStore()
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  /// The columns of the terminal that the output was taken from.
  private static let width = 130

  /// A fenced block with what stands in the line before it.
  private struct Block {
    var language: String
    var text: String
    var lead: String
  }

  private static func blocks() throws -> [Block] {
    let text = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    var blocks: [Block] = []
    var open: Block?
    var last = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("```") {
        if let block = open {
          blocks.append(block)
          open = nil
        } else {
          open = Block(language: String(line.dropFirst(3)), text: "", lead: last)
        }
      } else if open != nil {
        open?.text += line + "\n"
      }
      last = line
    }
    return blocks
  }

  /// What depends on the machine is left out: how long it took, and the size of the file.
  private static func stable(_ output: String) -> [String] {
    output.split(separator: "\n").map { line in
      var line = String(line)
      if line.hasPrefix("Loaded "), let cut = line.range(of: " in ") { line = String(line[..<cut.lowerBound]) }
      if let cut = line.range(of: " ms)") ?? line.range(of: " s)"), let start = line[..<cut.lowerBound].lastIndex(of: "(") {
        line = String(line[..<start]).trimmingCharacters(in: .whitespaces)
      }
      return line
    }
  }

  @Test func theTourPrintsWhatItSays() throws {
    let blocks = try Self.blocks()
    let (store, data) = (folder.path("shop.sinter"), Self.root.appendingPathComponent("data").path)
    let schema = Self.root.appendingPathComponent("schema")
    let load = try Program.run(
      ["load", store, "--manifest", schema.appendingPathComponent("demo.yaml").path, "--data", data], in: folder)
    #expect(load.status == 0, "\(load.error)")
    let shown = try #require(blocks.first { $0.language == "text" })
    #expect(Self.stable(load.output) == Self.stable(shown.text))
    let rules = try Program.run(["query", store, "-f", schema.appendingPathComponent("commerce.cypher").path], in: folder)
    #expect(rules.status == 0, "\(rules.error)")

    let shop = try Store(at: store)
    var compared = 0
    for (query, output) in zip(blocks, blocks.dropFirst()) where query.language == "cypher" && query.lead != "<!-- varies -->" {
      #expect(output.language == "text", "this query shows no output:\n\(query.text)")
      let statement = try #require(StatementSplitter.all(in: query.text).first)
      var printed = ""
      let stream = try shop.execute(statement)
      let outcome = try ResultWriter(format: .table, maximumWidth: Self.width, emit: { printed += $0 }).write(stream)
      printed += Summary.text(rows: stream.columns.isEmpty ? nil : outcome.rows, statistics: stream.statistics) + "\n"
      #expect(Self.stable(printed) == Self.stable(output.text), "\(statement) prints\n\(printed)")
      compared += 1
    }
    #expect(compared >= 6)
  }

  /// The manifest for one's own data loads such files.
  @Test func theManifestLoads() throws {
    let manifest = try #require(try Self.blocks().first { $0.language == "yaml" })
    _ = try folder.write(manifest.text.replacing("orders.csv.gz", with: "orders.csv"), to: "shop.yaml")
    _ = try folder.write("user_id,name,joined\nu1,Ada,2024-01-02\nu2,Bo,2024-02-03\n", to: "users.csv")
    _ = try folder.write("sku,title,price,tags\ns1,Tent,120.5,camping|light\ns2,Cup,3,\n", to: "items.csv")
    _ = try folder.write("user_id,sku,ts\nu1,s1,2025-01-01T10:00:00\nu2,s9,2025-01-01T10:00:00\n", to: "orders.csv")
    let store = folder.path("own.sinter")
    let load = try Program.run(["load", store, "--manifest", folder.path("shop.yaml")], in: folder)
    #expect(load.status == 0 && load.output.hasPrefix("Loaded 6 nodes and 3 relationships"), "\(load.output)\(load.error)")
    #expect(load.output.contains("1 relationship skipped") && load.output.contains("no rejects"))
  }
}
