import SinterModel
import SinterStorage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Other processes: killed, writing beside this one, or holding the store.
@Suite(.serialized) struct FaultProcessTests {
  private func string(_ value: Value) -> String? { if case .string(let text) = value { text } else { nil } }

  /// Commits are killed at random moments; what was acknowledged is there, whole and in order.
  @Test(arguments: [41, 42, 43] as [UInt64], ["write", "fold"])
  func killedWritersLoseNothingAcknowledged(seed: UInt64, mode: String) throws {
    print("seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let temporary = TemporaryStore(in: "/dev/shm")
    var acknowledged = -1
    for round in 0..<12 {
      let child = ChildProcess("sinter-crash-helper", [mode, temporary.path, String(seed &* 100 &+ UInt64(round))])
      if let line = child.readLine() { acknowledged = max(acknowledged, Int(line) ?? -1) }
      usleep(UInt32.random(in: 0..<60_000, using: &generator))
      for line in child.killAndWait() { acknowledged = max(acknowledged, Int(line) ?? -1) }
      let store = try GraphStore(path: temporary.path)
      let view = try store.snapshot()
      // One more may have been committed and not yet said.
      #expect((acknowledged + 1...acknowledged + 2).contains(view.nodeCount))
      #expect(view.relationshipCount == view.nodeCount - 1)
      let number = try #require(view.keyID("n"))
      let type = try #require(view.typeID("AFTER"))
      let outgoing = view.adjacency(type, .outgoing)
      var scratch = Adjacency.Scratch()
      for id in 0..<UInt32(view.nodeCount) {
        #expect(try view.propertyValue(.node, number, id) == .integer(Int64(id)))
        if id > 0 { #expect(try outgoing.contains(id - 1, of: id, scratch: &scratch)) }
      }
      acknowledged = view.nodeCount - 1
      store.close()
      #expect(try StoreCheck.run(path: temporary.path).findings.isEmpty)
    }
  }

  @Test func commitsOfOtherProcessesAreSeen() throws {
    let temporary = TemporaryStore(in: "/dev/shm")
    let store = try GraphStore(path: temporary.path)
    let before = try store.snapshot()
    _ = ChildProcess("sinter-crash-helper", ["append", temporary.path, "50"]).wait()
    #expect(before.nodeCount == 0)
    #expect(try store.snapshot().nodeCount == 50)
    // The writer goes on from what the other left.
    try store.write { writer in
      #expect(writer.view.nodeCount == 50)
      let node = try writer.createNode(labels: [])
      #expect(node.rawValue == 50)
    }
    try store.compact()
    #expect(ChildProcess("sinter-crash-helper", ["count", temporary.path]).wait() == ["51"])
    _ = ChildProcess("sinter-crash-helper", ["append", temporary.path, "3"]).wait()
    #expect(try store.snapshot().nodeCount == 54)
    try store.reset()
    #expect(ChildProcess("sinter-crash-helper", ["count", temporary.path]).wait() == ["0"])
    store.close()
  }

  /// The file may not grow, as on a full disk: the commit fails, the ones before stay, and writing goes on when there is room.
  @Test func aFileThatCannotGrowIsAnErrorAndTheStoreGoesOn() throws {
    let temporary = TemporaryStore(in: "/dev/shm")
    let said = ChildProcess("sinter-crash-helper", ["fill", temporary.path, "500000"]).wait()
    try #require(said.count == 3)
    let committed = try #require(Int(said[0]))
    #expect(committed > 5)
    #expect(["StorageError.IO", "StorageError.DiskFull"].contains(said[1]))
    #expect(Int(said[2]) == committed + 1)
    let store = try GraphStore(path: temporary.path)
    #expect(try store.snapshot().nodeCount == committed + 1)
    store.close()
  }

  @Test func aStoreHeldByAnotherProcessIsLocked() throws {
    let temporary = TemporaryStore(in: "/dev/shm")
    var options = GraphStore.Options()
    options.writeTimeoutSeconds = 0.1
    let store = try GraphStore(path: temporary.path, options: options)
    let holder = ChildProcess("sinter-crash-helper", ["hold", temporary.path, "30"])
    #expect(holder.readLine() == "held")
    let failure = #expect(throws: SinterError.self) { try store.write { _ = try $0.createNode(labels: []) } }
    #expect(failure?.code == "StorageError.Locked")
    // Reading needs no lock.
    #expect(try store.snapshot().nodeCount == 0)
    // A killed holder's lock is taken over; what was given up is not run.
    _ = holder.killAndWait()
    var waiting = GraphStore.Options()
    waiting.writeTimeoutSeconds = 20
    let patient = try GraphStore(path: temporary.path, options: waiting)
    try patient.write { _ = try $0.createNode(labels: []) }
    #expect(try store.snapshot().nodeCount == 1)
    patient.close()
    store.close()
  }
}

/// Limits of the map, the disk and the file.
@Suite struct FaultLimitTests {
  private func fill(_ store: GraphStore, _ sizeBytes: Int) throws {
    let text = String(repeating: "x", count: sizeBytes)
    try store.write { writer in
      let node = try writer.createNode(labels: [try writer.label("Filler")])
      try writer.set(try writer.key("text"), of: node, to: .string(text))
    }
  }

  @Test func aFullMapIsAnErrorAndTheStoreGoesOn() throws {
    let temporary = TemporaryStore(in: "/dev/shm")
    var options = GraphStore.Options()
    options.mapSizeBytes = 2 << 20
    let store = try GraphStore(path: temporary.path, options: options)
    var committed = 0
    var failure: SinterError?
    while failure == nil {
      do {
        try fill(store, 50_000)
        committed += 1
        #expect(committed < 100)
        if committed >= 100 { break }
      } catch let error as SinterError { failure = error }
    }
    #expect(failure?.code == "StorageError.MapFull")
    #expect(try store.snapshot().nodeCount == committed)
    // A small commit still fits, and a larger map takes more.
    store.close()
    options.mapSizeBytes = 16 << 20
    let larger = try GraphStore(path: temporary.path, options: options)
    try fill(larger, 50_000)
    try larger.compact()
    #expect(try larger.snapshot().nodeCount == committed + 1)
    larger.close()
  }

  @Test func aBlobThatDoesNotFitLeavesTheOldOne() throws {
    let temporary = TemporaryStore(in: "/dev/shm")
    var options = GraphStore.Options()
    options.mapSizeBytes = 2 << 20
    let store = try GraphStore(path: temporary.path, options: options)
    let bytes = [UInt8](repeating: 3, count: 300_000)
    try store.write { try $0.putBlob("model", bytes) }
    #expect(throws: SinterError.self) { try store.write { try $0.putBlob("model", [UInt8](repeating: 4, count: 5 << 20)) } }
    #expect(try store.snapshot().blob("model") == bytes)
    try store.write { _ = try $0.createNode(labels: []) }
    #expect(try store.snapshot().nodeCount == 1)
    store.close()
  }

  @Test func aBlobThatEndsInAnErrorLeavesNothing() throws {
    struct Broken: Error {}
    let temporary = TemporaryStore(in: "/dev/shm")
    let store = try GraphStore(path: temporary.path)
    let bytes = [UInt8](repeating: 3, count: 300_000)
    try store.write { try $0.putBlob("model", bytes) }
    #expect(throws: Broken.self) {
      try store.write { writer in
        var chunks = 0
        try writer.putBlob("model") { buffer in
          chunks += 1
          if chunks == 3 { throw Broken() }
          return buffer.count
        }
      }
    }
    #expect(try store.snapshot().blob("model") == bytes)
    // The number that was given back is used for other bytes.
    let others = [UInt8](repeating: 9, count: 500_000)
    try store.write { writer in
      let savepoint = writer.savepoint()
      try writer.putBlob("model", [1, 2, 3])
      #expect(try writer.view.blob("model") == [1, 2, 3])
      writer.rollback(to: savepoint)
      #expect(try writer.view.blob("model") == bytes)
      try writer.putBlob("model", others)
      #expect(try writer.view.blob("model") == others)
    }
    #expect(try store.snapshot().blob("model") == others)
    store.close()
  }

  @Test func aReadOnlyStoreRefusesWrites() throws {
    let temporary = TemporaryStore(in: "/dev/shm")
    var options = GraphStore.Options()
    options.readOnly = true
    let missing = #expect(throws: SinterError.self) { try GraphStore(path: temporary.path, options: options) }
    #expect(missing?.code == "StorageError.NotFound")
    try {
      let store = try GraphStore(path: temporary.path)
      try store.write { _ = try $0.createNode(labels: []) }
      store.close()
    }()
    let store = try GraphStore(path: temporary.path, options: options)
    #expect(try store.snapshot().nodeCount == 1)
    let failure = #expect(throws: SinterError.self) { try store.write { _ in } }
    #expect(failure?.code == "StorageError.ReadOnly")
    store.close()
  }

  @Test func aFileOpenForReadingOnlyCannotBeOpenedForWriting() throws {
    let temporary = TemporaryStore(in: "/dev/shm")
    // Another process makes the file, so that this one first opens it for reading only.
    let child = ChildProcess("sinter-crash-helper", ["append", temporary.path, "1"])
    _ = child.wait()
    var options = GraphStore.Options()
    options.readOnly = true
    let store = try GraphStore(path: temporary.path, options: options)
    let second = #expect(throws: SinterError.self) { try GraphStore(path: temporary.path) }
    #expect(second?.code == "StorageError.ReadOnly")
    store.close()
  }

  @Test func aBackupIsAStoreOfItsOwn() throws {
    let temporary = TemporaryStore(in: "/dev/shm")
    let store = try GraphStore(path: temporary.path)
    try fill(store, 5_000)
    try store.compact()
    try fill(store, 5_000)
    let copy = temporary.folder + "/copy.sinter"
    try store.backup(to: copy)
    try fill(store, 10)
    let again = #expect(throws: SinterError.self) { try store.backup(to: copy) }
    #expect(again?.code == "StorageError.AlreadyExists")
    let backup = try GraphStore(path: copy)
    #expect(try backup.snapshot().nodeCount == 2)
    try fill(backup, 10)
    #expect(try backup.snapshot().nodeCount == 3)
    backup.close()
    #expect(try store.snapshot().nodeCount == 3)
    store.close()
    let nowhere = #expect(throws: SinterError.self) {
      let store = try GraphStore(path: temporary.path)
      try store.backup(to: temporary.folder + "/no/such/folder")
    }
    #expect(nowhere?.code == "StorageError.NotFound" || nowhere?.code == "StorageError.IO")
  }

  /// Pages and a patch block that rot on the disk are noticed, by name.
  @Test func aPatchBlockThatRotsIsDamage() throws {
    let temporary = TemporaryStore(in: "/dev/shm")
    let store = try GraphStore(path: temporary.path)
    try store.write { writer in
      let node = try writer.createNode(labels: [])
      try writer.set(try writer.key("text"), of: node, to: .string(String(repeating: "needle", count: 1_000)))
    }
    store.close()
    let descriptor = open(temporary.path, O_RDWR)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
    #expect(pread(descriptor, &bytes, bytes.count, 0) == bytes.count)
    let needle = Array("needleneedle".utf8)
    let position = try #require((0..<bytes.count - needle.count).first { bytes[$0..<$0 + needle.count].elementsEqual(needle) })
    #expect(pwrite(descriptor, "N", 1, off_t(position)) == 1)
    let failure = #expect(throws: SinterError.self) { try GraphStore(path: temporary.path) }
    #expect(failure?.code == "StorageError.Damaged")
  }
}
