import Sinter
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A disk without room: errors name it, what was committed stays, and work goes on when there is room again.
///
/// Uses a small file system in memory; where one may not be mounted, a file system that is always full.
@Suite(.serialized) struct SpaceTests {
  /// A mounted file system of a few MiB, gone when released.
  private final class SmallDisk {
    let folder: String
    init?(megabytes: Int) {
      var template = Array("/tmp/sinter-disk-XXXXXX".utf8CString)
      guard mkdtemp(&template) != nil else { return nil }
      folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
      #if canImport(Glibc)
        guard mount("tmpfs", folder, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
          rmdir(folder)
          return nil
        }
      #else
        return nil
      #endif
    }

    deinit {
      #if canImport(Glibc)
        // Lazily (MNT_DETACH): a process that was killed may hold a file for a moment.
        umount2(folder, 2)
      #endif
      rmdir(folder)
    }

    /// Takes all the room there is.
    func fill() {
      let descriptor = open(folder + "/filler", O_WRONLY | O_CREAT, 0o644)
      let block = [UInt8](repeating: 1, count: 4_096)
      while write(descriptor, block, block.count) > 0 {}
      close(descriptor)
    }

    func free() { unlink(folder + "/filler") }
  }

  private let shop = Workshop()

  private func expectFull(_ run: SinterProcess.Outcome, _ what: String) {
    #expect(run.status == 3 && run.errorText.contains("StorageError.DiskFull"), "\(what): \(run)")
  }

  @Test func aFullDisk() throws {
    guard let disk = SmallDisk(megabytes: 3) else { return print("no file system may be mounted here") }
    var nodes = "id:ID,name\n"
    var edges = ":START_ID,:END_ID,n:long\n"
    for id in 0..<30_000 {
      nodes += "\(id),a name that takes some room \(id)\n"
      for step in 1...4 { edges += "\(id),\((id * 7 + step * 13) % 30_000),\(step)\n" }
    }
    shop.write("nodes-N.csv", nodes)
    shop.write("edges-E.csv", edges)
    let store = disk.folder + "/small.sinter"
    func query(_ text: String) -> SinterProcess.Outcome { shop.run(["query", store, text, "--format", "csv"]) }

    // A load that does not fit leaves nothing.
    expectFull(shop.run(["load", store, "--neo4j", shop.temporary.folder]), "load")
    #expect(fileNames(in: disk.folder).filter { !$0.hasSuffix("-lock") }.isEmpty, "\(fileNames(in: disk.folder))")

    let made = query("UNWIND range(1, 2000) AS n CREATE (:U {n: n})-[:BOUGHT]->(:I {n: n})")
    #expect(made.status == 0, "\(made)")
    disk.fill()
    expectFull(query("UNWIND range(1, 50000) AS n CREATE (:U {n: n, t: 'text ' + n})"), "write")
    expectFull(shop.run(["train", store, "--epochs", "1", "--dimension", "512"]), "train")
    expectFull(shop.run(["load", store, "--neo4j", shop.temporary.folder, "--rejects", shop.path("r.csv")]), "load into a store")
    expectFull(shop.run(["backup", store, disk.folder + "/copy"]), "backup")
    expectFull(shop.run(["query", disk.folder + "/new.sinter", "CREATE (:A)"]), "a new store")
    let compact = shop.run(["compact", store])
    #expect(compact.status == 0 || compact.errorText.contains("StorageError.DiskFull"), "\(compact)")
    // Nothing was changed, and reading goes on.
    #expect(query("MATCH (n) RETURN count(*) AS n").text == "n\n4000\n")
    #expect(shop.run(["check", store]).status == 0)
    #expect(!fileNames(in: disk.folder).contains { $0.contains("loading") && !$0.hasSuffix("-lock") || $0.contains("copying") })

    disk.free()
    #expect(query("UNWIND range(1, 1000) AS n CREATE (:U {n: n})").status == 0)
    #expect(shop.run(["compact", store]).status == 0)
    #expect(shop.run(["train", store, "--epochs", "1", "--dimension", "8"]).status == 0)
    #expect(query("MATCH (n) RETURN count(*) AS n").text == "n\n5000\n")
    #expect(shop.run(["check", store]).status == 0)
    for name in fileNames(in: disk.folder) { unlink(disk.folder + "/" + name) }
  }

  /// Output that cannot be written is no success.
  @Test func outputThatCannotBeWritten() {
    guard access("/dev/full", W_OK) == 0 else { return }
    for command in [["RETURN 1"], ["UNWIND range(1, 100000) AS n RETURN n", "--format", "csv"]] {
      let run = shop.run(["query", shop.store] + command, outputPath: "/dev/full")
      #expect(run.status == 1 && run.errorText.contains("No space left on device"), "\(run)")
    }
  }

  @Test func aFullMap() throws {
    let path = shop.path("map.sinter")
    var options = Store.Options()
    options.mapSizeBytes = 2 << 20
    let store = try Store(at: path, options: options)
    try store.query("UNWIND range(1, 500) AS n CREATE (:U {n: n})-[:BOUGHT]->(:I {n: n})")
    for text in [
      "UNWIND range(1, 100000) AS n CREATE (:U {n: n, t: 'text ' + n})",
      "TRAIN MODEL big ON BOUGHT WITH {dimension: 1024, epochs: 1, negatives: 4}",
    ] {
      let failure = #expect(throws: SinterError.self) { try store.query(text) }
      #expect(failure?.code == "StorageError.MapFull", "\(text): \(String(describing: failure))")
      #expect(try store.query("MATCH (n) RETURN count(*) AS n").decode(Int.self) == [1_000])
    }
    try store.query("CREATE (:U {n: 0})")
    try store.compact()
    #expect(try store.query("MATCH (n) RETURN count(*) AS n").decode(Int.self) == [1_001])
    store.close()
    #expect(shop.run(["check", path]).status == 0)
  }
}
