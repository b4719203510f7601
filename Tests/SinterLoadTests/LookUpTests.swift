import SinterLoad
import SinterModel
import SinterStorage
import TestSupport
import Testing

/// Ids of all lengths find their nodes, and rows read ahead of one that is bad are what they would be alone.
@Suite struct LookUpTests {
  private static let mapping = """
      - file: n.csv
        nodes: [{label: N, id: "{id}"}]
      - file: e.csv
        relationships:
          - type: E
            from: {label: N, id: "{from}"}
            to: {label: N, id: "{to}"}
            properties: {text: text, number: {column: number, type: integer}}

    """

  /// Texts of up to 40 bytes, many of them beginnings of others, some with bytes that are 0.
  private func ids(_ generator: inout SeededGenerator) -> [String] {
    let long = "an id that is longer than a slot has room"
    var ids = Set((1...long.count).map { String(long.prefix($0)) })
    for text in ["a", "ab", "12345678", "123456789012", "1234567890123"] {
      for zeros in 0...3 { ids.insert(text + String(repeating: "\0", count: zeros)) }
      ids.insert("\0" + text)
    }
    for _ in 0..<1_200 {
      ids.insert(String((0..<Int.random(in: 1...16, using: &generator)).map { _ in "01äb".randomElement(using: &generator)! }))
    }
    return ids.sorted()
  }

  @Test(arguments: [1, 4]) func rowsAreReadAsOneByOne(threads: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let fixture = LoadFixture()
    let ids = ids(&generator)
    fixture.write("n.csv", "id\n" + ids.map { $0 + "\n" }.joined())

    var file = "from,to,text,number\n"
    var line = 2
    var links: [String: Int] = [:]
    var rejects: [[String]] = []
    for number in 0..<2_000 {
      let from = ids.randomElement(using: &generator)!
      let to = ids.randomElement(using: &generator)!
      var text = "t\(number)"
      var row = "\(from),\(to),\(text),\(number)"
      /// The column at fault.
      var fault: String?
      switch Int.random(in: 0..<12, using: &generator) {
      case 0:
        row = "\(from),\(to)"
        fault = ""
      case 1:
        row = "\(from),no such id,\(text),\(number)"
        fault = "to"
      case 2:
        row = "\(from),\(to),\(text),x\(number)"
        fault = "number"
      case 3:
        row = ",\(to),\(text),\(number)"
        fault = "from"
      case 4:
        row = "\(from),\(to),\"\(text)\" and more,\(number)"
        fault = "text"
      case 5:
        text = "say \"\(number)\", twice"
        row = "\(from),\(to),\"say \"\"\(number)\"\", twice\",\(number)"
      case 6:
        text = "two\nlines\n\(number)"
        row = "\(from),\(to),\"\(text)\",\(number)"
      case 7:
        row = "\n\r\n" + row
        line += 2
      default: break
      }
      if let fault {
        rejects.append(["e.csv", "\(line)", fault, row])
      } else {
        links["\(from)|\(to)|\(text)|\(number)", default: 0] += 1
      }
      file += row + (generator.chance(0.2) ? "\r\n" : "\n")
      line += 1 + (row.first == "\n" ? 0 : row.utf8.filter { $0 == 0x0A }.count)
    }
    fixture.write("e.csv", file)
    var options = LoadOptions()
    options.threads = threads
    let summary = try fixture.load(Self.mapping, options: options)
    #expect(summary.nodes == ids.count)
    #expect(summary.rejects == rejects.count)
    let graph = try fixture.graph()
    #expect(try graph.adjacencyFaults() == [])
    var found: [String: Int] = [:]
    for link in graph.links {
      guard case .string(let from)? = link.start.properties["id"], case .string(let to)? = link.end.properties["id"],
        case .string(let text)? = link.properties["text"], case .integer(let number)? = link.properties["number"]
      else {
        Issue.record("a link without its properties: \(link)")
        continue
      }
      found["\(from)|\(to)|\(text)|\(number)", default: 0] += 1
    }
    #expect(found == links)
    let kept = fixture.rejects.map { Array($0[0..<3]) + [$0[4]] }
    #expect(kept.count == rejects.count)
    for (one, other) in zip(kept, rejects) where one != other { Issue.record("\(one) where \(other) is right") }
  }
}
