import SinterModel
import TestSupport
import Testing

@testable import SinterStorage

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A small store with everything in it: labels, properties of all kinds, relationships, indexes, a blob, patches.
private func makeStore(_ path: String) throws {
  let store = try GraphStore(path: path)
  defer { store.close() }
  try store.write { writer in
    let labels = [try writer.label("User"), try writer.label("Item")]
    let keys = try ["id", "name", "price", "tags", "since"].map { try writer.key($0) }
    let type = try writer.type("BOUGHT")
    for number in 0..<120 {
      let node = try writer.createNode(labels: number % 3 == 0 ? [labels[0]] : labels)
      try writer.set(keys[0], of: node, to: .integer(Int64(number)))
      try writer.set(keys[1], of: node, to: .string("name \(number % 70) of some length"))
      if number % 2 == 0 { try writer.set(keys[2], of: node, to: .float(Double(number) / 4)) }
      if number % 20 == 0 { try writer.set(keys[3], of: node, to: .list([.string("a"), .integer(Int64(number))])) }
    }
    for number in 0..<240 {
      let relationship = try writer.createRelationship(
        type, from: NodeID(UInt32(number * 7 % 120)), to: NodeID(UInt32(number * 13 % 120)))
      if number % 5 == 0 { try writer.set(keys[4], of: relationship, to: .date(Date(daysSinceEpoch: Int64(number)))) }
    }
    try writer.createIndex(
      IndexDescriptor(id: 0, name: "user_id", entity: .node, label: "User", keys: ["id"], isUnique: false, constraint: nil))
    try writer.putBlob("model", (0..<9_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
  }
  try store.compact()
  try store.write { writer in
    let key = try writer.key("name")
    for number in 0..<20 { try writer.set(key, of: NodeID(UInt32(number * 3)), to: .string("changed \(number)")) }
    try writer.deleteRelationship(RelationshipID(5))
    _ = try writer.createRelationship(try writer.type("VIEWED"), from: NodeID(1), to: NodeID(2))
  }
  try store.write { writer in _ = try writer.createNode(labels: [try writer.label("Tag")]) }
}

/// Everything that a store says, as text.
private func dump(_ path: String) throws -> String {
  var options = GraphStore.Options()
  options.createIfMissing = false
  options.readOnly = true
  let store = try GraphStore(path: path, options: options)
  defer { store.close() }
  let view = try store.snapshot()
  var text = "\(view.labelNames) \(view.typeNames) \(view.keyNames) \(view.nodeCount) \(view.relationshipCount)\n"
  for node in 0..<view.nodeIDLimit {
    text += "\(node) \(try view.labels(of: NodeID(node)).map(\.rawValue)) "
    for (key, value) in try view.properties(of: NodeID(node)) { text += "\(key.rawValue)=\(value) " }
  }
  for id in 0..<view.relationshipIDLimit {
    text += "\(String(describing: try view.relationship(RelationshipID(id)))) "
    for (key, value) in try view.properties(of: RelationshipID(id)) { text += "\(key.rawValue)=\(value) " }
  }
  var scratch = Adjacency.Scratch()
  for type in view.typeNames.indices {
    for direction in [Direction.outgoing, .incoming] {
      let adjacency = view.adjacency(TypeID(UInt32(type)), direction)
      for node in 0..<view.nodeIDLimit {
        try adjacency.forEachRun(of: node, scratch: &scratch) { run in
          for entry in 0..<run.count { text += "\(run.neighbors[entry]):\(run.relationships[entry]) " }
        }
      }
    }
  }
  for index in view.indexes {
    for number in 0..<120 { text += "\(try view.lookup(index, equal: .integer(Int64(number))))" }
    text += "\(try view.lookup(index, from: IndexBound(.integer(50), inclusive: false), to: nil))"
  }
  for name in view.blobNames { text += "\(name) \(try view.blob(name)!)" }
  return text
}

private func readFile(_ path: String) -> [UInt8] {
  let file = open(path, O_RDONLY)
  defer { close(file) }
  var bytes = [UInt8](repeating: 0, count: Int(lseek(file, 0, SEEK_END)))
  let count = pread(file, &bytes, bytes.count, 0)
  precondition(count == bytes.count)
  return bytes
}

/// A new file each time: a store that is open elsewhere keeps its own.
private func writeFile(_ path: String, _ bytes: [UInt8]) {
  unlink(path)
  let file = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0o644)
  defer { close(file) }
  precondition(write(file, bytes, bytes.count) == bytes.count)
}

private func error(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch let error as SinterError {
    return error.code.rawValue
  } catch {
    return "\(error)"
  }
}

/// The number of the commit that one of the two meta pages describes.
private func metaNumber(_ file: [UInt8], _ page: Int) -> Int {
  (0..<7).reduce(0) { $0 | Int(file[page * 4096 + 144 + $1]) << (8 * $1) }
}

private func newestMeta(_ file: [UInt8]) -> Int { metaNumber(file, 0) > metaNumber(file, 1) ? 0 : 1 }

@Suite(.serialized) struct CheckTests {
  let temporary = TemporaryStore(in: "/dev/shm")

  @Test func `A sound store passes, and says what it holds`() throws {
    try makeStore(temporary.path)
    var done = 0.0
    let report = try StoreCheck.run(path: temporary.path) { done = $0 }
    #expect(report.findings == [] && done == 1)
    #expect(report.nodeCount == 121 && report.relationshipCount == 240 && report.indexEntryCount == 120)
    #expect(report.waitingCommitCount == 2)
    let info = try StoreInfo(path: temporary.path)
    #expect(info.waitingCommitCount == 2 && info.fileBytes > 0 && info.columns.contains { $0.name.contains("`name`") })
    let store = try GraphStore(path: temporary.path)
    try store.compact()
    store.close()
    #expect(try StoreCheck.run(path: temporary.path).findings == [])
  }

  /// Whatever byte is changed, a store says what it said before, or that it is damaged.
  @Test func `A changed byte never gives a wrong answer`() throws {
    try makeStore(temporary.path)
    let good = readFile(temporary.path)
    let truth = try dump(temporary.path)
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let path = temporary.folder + "/damaged.sinter"
    var noticed = 0
    // The pages of the trees and the meta pages are few; they get their share.
    let treePages = (0..<good.count / 4096).filter { page in
      page < 2 || [1, 2].contains(good[page * 4096 + 10]) && good[page * 4096 + 11] == 0
    }
    for round in 0..<1_000 {
      var bytes = good
      let position: Int
      if round % 3 == 0 {
        position = Int.random(in: 0..<good.count, using: &generator)
      } else if round % 3 == 1 {
        position = Int.random(in: 0..<2, using: &generator) * 4096 + Int.random(in: 0..<152, using: &generator)
      } else {
        position = treePages.randomElement(using: &generator)! * 4096 + Int.random(in: 0..<4096, using: &generator)
      }
      bytes[position] ^= round % 2 == 0 ? 1 << UInt8.random(in: 0..<8, using: &generator) : UInt8.random(in: 1...255, using: &generator)
      // The commit before the last, numbered as the one after it: nothing in the file tells.
      if newestMeta(bytes) != newestMeta(good), metaNumber(bytes, 0).distance(to: metaNumber(bytes, 1)).magnitude == 1 { continue }
      writeFile(path, bytes)
      do {
        let said = try dump(path)
        if said != truth { #expect(Bool(false), "seed \(seed): byte \(position) \(good[position])→\(bytes[position]) gave a wrong answer") }
        if round % 10 == 0 { _ = try StoreCheck.run(path: path) }
      } catch is SinterError {
        noticed += 1
      }
    }
    #expect(noticed > 150)
  }

  /// Damage that a reader need not see must not lead the writer to destroy anything.
  @Test func `A changed byte never makes a write destroy data`() throws {
    func change(_ path: String) throws {
      let store = try GraphStore(path: path)
      defer { store.close() }
      for round in 0..<6 {
        try store.write { writer in
          try writer.set(try writer.key("extra"), of: NodeID(UInt32(round)), to: .string(String(repeating: "x", count: 5_000)))
        }
        if round == 3 { try store.compact() }
      }
    }
    try makeStore(temporary.path)
    let good = readFile(temporary.path)
    let path = temporary.folder + "/damaged.sinter"
    writeFile(path, good)
    try change(path)
    let truth = try dump(path)
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      var bytes = good
      let position = Int.random(in: 0..<good.count / 4096, using: &generator) * 4096 + Int.random(in: 0..<40, using: &generator)
      bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      writeFile(path, bytes)
      let before = try? StoreCheck.run(path: path)
      do {
        try change(path)
        let said = try dump(path)
        if said != truth { #expect(Bool(false), "seed \(seed): byte \(position) led to a wrong answer") }
      } catch is SinterError {}
      // A sound file stays sound.
      guard let before, before.isSound else { continue }
      let findings = try StoreCheck.run(path: path).findings
      if !findings.isEmpty { #expect(Bool(false), "seed \(seed): byte \(position): \(findings.prefix(3))") }
    }
  }

  @Test func `A file cut short is noticed`() throws {
    try makeStore(temporary.path)
    let good = readFile(temporary.path)
    let truth = try dump(temporary.path)
    let path = temporary.folder + "/short.sinter"
    var lengths = Array(stride(from: 0, to: good.count, by: 4096)) + [1, 7, 19, 20, 100, 151, 152, 4095, 4097, 8191, 8193]
    for index in 1..<200 { lengths.append(good.count * index / 200 + index) }
    for length in lengths where length < good.count {
      writeFile(path, Array(good[..<length]))
      let code = error {
        let said = try dump(path)
        #expect(said == truth)
      }
      #expect([nil, "StorageError.Truncated", "StorageError.NotAStore", "StorageError.Damaged"].contains(code), "\(length)")
      if length < good.count / 2 { #expect(code != nil, "\(length)") }
    }
  }

  @Test func `Files that are no stores are refused`() throws {
    let path = temporary.path
    #expect(error { _ = try dump(path) } == "StorageError.NotFound")
    writeFile(path, [])
    #expect(error { _ = try dump(path) } == "StorageError.NotAStore")
    #expect(error { _ = try GraphStore(path: path) } == "StorageError.NotAStore")
    writeFile(path, Array(repeating: UInt8(ascii: "x"), count: 20_000))
    #expect(error { _ = try GraphStore(path: path) } == "StorageError.NotAStore")
    writeFile(path, Array("SQLite format 3".utf8))
    #expect(error { _ = try GraphStore(path: path) } == "StorageError.NotAStore")
    #expect(error { _ = try GraphStore(path: temporary.folder) } == "StorageError.NotAStore")
    #expect(error { _ = try GraphStore(path: temporary.folder + "/none/x.sinter") } == "StorageError.NotFound")
    unlink(path)
    do {
      // A file of the storage engine with something else in it.
      let environment = try LMDBEnvironment.open(path)
      let transaction = try WriteTransaction(environment)
      try transaction.put(.catalog, Array("something else entirely".utf8))
      try transaction.commit()
    }
    #expect(error { _ = try GraphStore(path: path) } == "StorageError.NotAStore")
  }

  @Test func `A newer format is refused`() throws {
    try makeStore(temporary.path)
    var bytes = readFile(temporary.path)
    let magic = Array("SINTERDB".utf8)
    for position in 0..<bytes.count - 12 where bytes[position] == magic[0] && Array(bytes[position..<position + 8]) == magic {
      bytes[position + 8] = UInt8(Catalog.formatVersion + 1)
    }
    writeFile(temporary.path, bytes)
    #expect(error { _ = try GraphStore(path: temporary.path) } == "StorageError.NewerFormat")
  }

  @Test func `Lost and misplaced segments are noticed`() throws {
    for round in 0..<2 {
      let path = temporary.folder + "/lost\(round).sinter"
      try makeStore(path)
      do {
        let environment = try LMDBEnvironment.open(path)
        let transaction = try WriteTransaction(environment)
        let first = SegmentKey(.nodeProperty, 0, 0).storeKey
        if round == 0 {
          try transaction.delete(first)
        } else {
          let other = try transaction.get(SegmentKey(.nodeProperty, 1, 0).storeKey)!
          try transaction.put(first, Array(other))
        }
        try transaction.commit()
      }
      #expect(error { _ = try dump(path) } == "StorageError.Damaged")
      #expect(!(try StoreCheck.run(path: path).isSound))
    }
  }
}
