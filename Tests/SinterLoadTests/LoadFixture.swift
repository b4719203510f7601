import SinterLoad
import SinterModel
import SinterStorage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A temporary folder with input files, and the store they are loaded into.
final class LoadFixture {
  private let temporary = TemporaryStore()
  var folder: String { temporary.folder }
  var storePath: String { temporary.path }

  /// A new folder with 20,000 nodes and 100,000 relationships, in files for Neo4j's importer.
  func writeLargeGraph(in name: String) {
    #expect(shell("mkdir \(name)"))
    var nodes = "id:ID,name\n"
    var edges = ":START_ID,:END_ID,n:long\n"
    for id in 0..<20_000 {
      nodes += "\(id),name \(id)\n"
      for step in 1...5 { edges += "\(id),\((id * 7 + step * 13) % 20_000),\(step)\n" }
    }
    write("\(name)/nodes-N.csv", nodes)
    write("\(name)/edges-E.csv", edges)
  }

  func write(_ name: String, _ text: String) { write(name, bytes: Array(text.utf8)) }

  func write(_ name: String, bytes: [UInt8]) {
    let file = fopen(folder + "/" + name, "w")
    bytes.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, file) }
    fclose(file)
  }

  func read(_ name: String) -> String {
    guard let file = fopen(folder + "/" + name, "r") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Loads with a manifest of which `sources` (and what follows) is given.
  @discardableResult
  func load(_ sources: String, options: LoadOptions = LoadOptions()) throws(SinterError) -> LoadSummary {
    write("manifest.yaml", "sinter: 1\nname: test\nsources:\n" + sources)
    return try Loader.run(
      LoadPlan.manifest(path: folder + "/manifest.yaml", dataDirectory: nil), storePath: storePath, options: options)
  }

  /// The message of the error that loading ends with.
  func failure(_ sources: String, options: LoadOptions = LoadOptions()) -> (code: String, message: String) {
    do throws(SinterError) {
      try load(sources, options: options)
      return ("", "no error")
    } catch {
      return (error.code.rawValue, error.message)
    }
  }

  /// The rows of the reject file: file, line, column, reason, row.
  var rejects: [[String]] { parseCSV(read("test.sinter.rejects.csv")).dropFirst().map { $0 } }

  func graph() throws -> TestGraph { try TestGraph(path: storePath) }

  /// Runs a shell command in the folder; true when it succeeds.
  func shell(_ command: String) -> Bool {
    guard let pipe = popen("cd '\(folder)' && \(command)", "r") else { return false }
    return pclose(pipe) == 0
  }
}

/// A plain reader of RFC 4180, apart from the one under test.
func parseCSV(_ text: String) -> [[String]] {
  var rows: [[String]] = []
  var row: [String] = []
  var field = ""
  var isQuoted = false
  var scalars = Array(text.unicodeScalars)[...]
  while let scalar = scalars.popFirst() {
    if isQuoted {
      if scalar != "\"" {
        field.unicodeScalars.append(scalar)
      } else if scalars.first == "\"" {
        scalars.removeFirst()
        field.unicodeScalars.append("\"")
      } else {
        isQuoted = false
      }
      continue
    }
    switch scalar {
    case "\"": isQuoted = true
    case ",":
      row.append(field)
      field = ""
    case "\r": continue
    case "\n":
      rows.append(row + [field])
      (row, field) = ([], "")
    default: field.unicodeScalars.append(scalar)
    }
  }
  if !field.isEmpty || !row.isEmpty { rows.append(row + [field]) }
  return rows
}

/// A graph read whole, to be compared.
struct TestGraph {
  struct Element: Hashable, CustomStringConvertible {
    var labels: [String]
    var properties: [String: Value]
    var description: String { "\(labels)\(properties.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })" }
  }
  struct Link: Hashable {
    var type: String
    var start: Element
    var end: Element
    var properties: [String: Value]
  }
  let view: GraphView
  private let store: GraphStore
  var nodes: [UInt32: Element] = [:]
  var links: [Link] = []

  init(path: String) throws {
    var options = GraphStore.Options()
    options.createIfMissing = false
    store = try GraphStore(path: path, options: options)
    view = try store.snapshot()
    for id in 0..<view.nodeIDLimit where try view.exists(NodeID(id)) {
      nodes[id] = Element(
        labels: try view.labels(of: NodeID(id)).map { view.name(of: $0) }.sorted(),
        properties: try named(view.properties(of: NodeID(id))))
    }
    for id in 0..<view.relationshipIDLimit {
      guard let record = try view.relationship(RelationshipID(id)) else { continue }
      links.append(
        Link(
          type: view.name(of: record.type), start: nodes[record.start.rawValue]!, end: nodes[record.end.rawValue]!,
          properties: try named(view.properties(of: RelationshipID(id)))))
    }
  }

  private func named(_ properties: [(KeyID, Value)]) throws -> [String: Value] {
    Dictionary(uniqueKeysWithValues: properties.map { (view.name(of: $0.0), $0.1) })
  }

  /// The one node with a label and a property value.
  func node(_ label: String, _ value: Value, key: String = "id") -> Element? {
    nodes.values.first { $0.labels.contains(label) && $0.properties[key] == value }
  }

  func links(_ type: String) -> [Link] { links.filter { $0.type == type } }

  var nodeCounts: [Element: Int] { Dictionary(nodes.values.map { ($0, 1) }, uniquingKeysWith: +) }
  var linkCounts: [Link: Int] { Dictionary(links.map { ($0, 1) }, uniquingKeysWith: +) }

  /// Adjacency in both directions says what the records say, in order.
  func adjacencyFaults() throws -> [String] {
    var faults: [String] = []
    for (number, name) in view.typeNames.enumerated() {
      for direction in [Direction.outgoing, .incoming] {
        let adjacency = view.adjacency(TypeID(UInt32(number)), direction)
        var scratch = Adjacency.Scratch()
        var count = 0
        for node in 0..<view.nodeIDLimit {
          var last: (UInt32, UInt32)?
          try adjacency.forEachRun(of: node, scratch: &scratch) { run in
            for i in 0..<run.count {
              let pair = (run.neighbors[i], run.relationships[i])
              if let last, last >= pair { faults.append("\(name): the neighbours of \(node) are out of order") }
              last = pair
              count += 1
              guard let record = try view.relationship(RelationshipID(pair.1)) else {
                faults.append("\(name): no relationship \(pair.1)")
                continue
              }
              let ends = direction == .outgoing ? (record.start, record.end) : (record.end, record.start)
              if ends != (NodeID(node), NodeID(pair.0)) || view.name(of: record.type) != name {
                faults.append("\(name): \(pair.1) has other ends")
              }
            }
          }
        }
        if count != view.relationshipCount(type: TypeID(UInt32(number))) {
          faults.append("\(name) \(direction): \(count) neighbours")
        }
      }
    }
    return faults
  }
}
