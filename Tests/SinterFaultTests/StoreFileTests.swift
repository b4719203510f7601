import Sinter
import SinterStorage
import TestSupport
import Testing

/// Files that are no store, or no longer whole: the right answer or a clear error, never a trap, never a wrong answer.
@Suite struct StoreFileTests {
  private func expectStorageError(_ run: SinterProcess.Outcome, _ code: String, _ what: String) {
    #expect(run.status == 3, "\(what): \(run)")
    #expect(run.errorText.contains(code), "\(what): \(run)")
    // What to do is said too: a second sentence.
    #expect(run.errorText.split(separator: ". ").count >= 2 || run.errorText.contains(": "), "\(what): \(run)")
  }

  @Test func filesThatAreNoStores() throws {
    let shop = Workshop()
    var foreign: [(String, [UInt8], String)] = [
      ("empty", [], "StorageError.NotAStore"),
      ("text", Array("MATCH (n) RETURN n\n".utf8), "StorageError.NotAStore"),
      ("long text", Array(String(repeating: "no store ", count: 10_000).utf8), "StorageError.NotAStore"),
      ("png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 7, count: 9_000), "StorageError.NotAStore"),
      ("sqlite", Array("SQLite format 3\0".utf8) + [UInt8](repeating: 0, count: 8_176), "StorageError.NotAStore"),
      ("zeros", [UInt8](repeating: 0, count: 16_384), "StorageError.NotAStore"),
    ]
    do {
      let environment = try LMDBEnvironment.open(shop.path("other"))
      let transaction = try WriteTransaction(environment)
      try transaction.put(.catalog, Array("another program's data".utf8))
      try transaction.commit()
    }
    foreign.append(("lmdb", bytes(of: shop.path("other")), "StorageError.NotAStore"))
    let manifest = shop.write("m.yaml", "sinter: 1\nname: t\nsources:\n  - file: a.csv\n    nodes:\n      - {label: A, id: '{id}'}\n")
    shop.write("a.csv", "id\n1\n")
    for (name, contents, code) in foreign {
      let file = shop.write("foreign", contents)
      for command in [
        ["query", file, "MATCH (n) RETURN n"], ["query", file, "CREATE (:A)"], ["check", file], ["info", file], ["compact", file],
        ["train", file], ["load", file, "--manifest", manifest], ["shell", "--json", file], [file],
      ] {
        expectStorageError(shop.run(command), code, "\(name) \(command[0])")
        #expect(bytes(of: file) == contents, "\(name) \(command[0]) changed the file")
      }
    }
    for command in [["check"], ["info"], ["compact"], ["train"]] {
      expectStorageError(shop.run(command + [shop.path("none")]), "StorageError.NotFound", "missing \(command)")
    }
    for place in [shop.path("no/folder/store"), shop.temporary.folder, ""] {
      #expect(shop.run(["query", place, "RETURN 1"]).status == 3, "\(place)")
    }
    #expect(shop.run(["query", shop.path("no/store"), "RETURN 1"]).errorText.contains("There is no folder \(shop.path("no"))"))
  }

  @Test func storesOfALaterFormat() {
    let shop = Workshop()
    var contents = bytes(of: shop.makeStore())
    let magic = Array("SINTERDB".utf8)
    for position in 0..<contents.count - 12 where contents[position] == magic[0] && Array(contents[position..<position + 8]) == magic {
      contents[position + 8] = 9
    }
    let file = shop.write("newer.sinter", contents)
    for command in [["query", file, "RETURN 1"], ["check", file], ["info", file], ["compact", file]] {
      expectStorageError(shop.run(command), "StorageError.NewerFormat", command[0])
      #expect(bytes(of: file) == contents)
    }
  }

  @Test func storesCutShort() throws {
    let shop = Workshop()
    let good = bytes(of: shop.makeStore())
    let answer = shop.run(["query", shop.store, Workshop.questions.joined(separator: ";"), "--format", "csv"])
    #expect(answer.status == 0)
    var lengths = [1, 24, 4_095, 4_096, 4_097, 8_192, 12_288]
    lengths += (1...9).map { good.count * $0 / 10 }
    for length in lengths where length < good.count {
      let file = shop.write("short.sinter", Array(good[..<length]))
      for command in [["query", file, Workshop.questions.joined(separator: ";"), "--format", "csv"], ["check", file]] {
        let run = shop.run(command)
        #expect(run.endedInOrder, "\(length) \(command[0]): \(run)")
        if run.status == 0 {
          #expect(command[0] == "check" || run.output == answer.output, "\(length): a wrong answer")
        } else {
          #expect(run.status == 3 && run.errorText.contains(command[0] == "check" ? "" : "StorageError."), "\(length): \(run)")
        }
      }
    }
  }

  /// What a store answers; its errors are thrown.
  private func answers(_ path: String) throws -> [String] {
    var options = Store.Options()
    options.createIfMissing = false
    options.readOnly = true
    let store = try Store(at: path, options: options)
    defer { store.close() }
    return try Workshop.questions.map { question in try store.query(question).map { "\($0)" }.joined(separator: "\n") }
  }

  @Test func thousandsOfFlippedBits() throws {
    let shop = Workshop(in: "/dev/shm")
    let good = bytes(of: shop.makeStore())
    let truth = try answers(shop.store)
    var generator = SeededGenerator()
    print("seed \(generator.seed), \(good.count) bytes")
    var noticed = 0
    let file = shop.path("flipped.sinter")
    for _ in 0..<2_500 {
      var flipped = good
      let position = Int.random(in: 0..<good.count, using: &generator)
      flipped[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      writeBytes(file, flipped)
      do {
        let said = try answers(file)
        #expect(said == truth, "seed \(generator.seed): byte \(position) gave a wrong answer")
      } catch let error as SinterError {
        noticed += 1
        #expect(error.code.rawValue.hasPrefix("StorageError."), "byte \(position): \(error)")
      }
    }
    print("\(noticed) of 2500 noticed; the others were in pages that no question needs")
    #expect(noticed > 200)
  }

  @Test func flippedBitsThroughTheProgram() {
    let shop = Workshop()
    let good = bytes(of: shop.makeStore())
    let question = Workshop.questions.joined(separator: ";")
    let truth = shop.run(["query", shop.store, question, "--format", "csv"])
    var generator = SeededGenerator()
    print("seed \(generator.seed)")
    for round in 0..<24 {
      var flipped = good
      // Most in the first bytes of pages, where the storage engine trusts most.
      let position =
        round % 3 == 0
        ? Int.random(in: 0..<good.count, using: &generator)
        : Int.random(in: 0..<good.count / 4_096, using: &generator) * 4_096 + Int.random(in: 0..<64, using: &generator)
      flipped[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      let file = shop.write("flipped.sinter", flipped)
      let query = shop.run(["query", file, question, "--format", "csv"])
      #expect(query.endedInOrder, "seed \(generator.seed), byte \(position): \(query)")
      if query.status == 0 { #expect(query.output == truth.output, "seed \(generator.seed), byte \(position): a wrong answer") }
      if query.status != 0 { #expect(query.status == 3 && query.errorText.contains("StorageError."), "byte \(position): \(query)") }
      let check = shop.run(["check", file])
      #expect(check.status == 0 || check.status == 3, "seed \(generator.seed), byte \(position): \(check)")
      // What a question cannot read, the check finds.
      if query.status == 3 { #expect(check.status == 3, "seed \(generator.seed), byte \(position): \(check)") }
    }
  }
}
