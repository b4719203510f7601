import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What `sinter load` makes of dirty files and wrong manifests: exit statuses, the reject file, the store.
@Suite struct LoadInputTests {
  private let shop = Workshop()
  private static let mapping = """
    sinter: 1
    name: test
    sources:
      - file: items.csv
        nodes:
          - label: Item
            id: "{id}"
            properties:
              title: title
              price: {column: price, type: float}

    """

  private func load(_ rest: [String] = [], manifest: String = LoadInputTests.mapping) -> SinterProcess.Outcome {
    shop.run(["load", shop.store, "--manifest", shop.write("m.yaml", manifest)] + rest)
  }

  private func countItems() -> String {
    shop.run(["query", shop.store, "MATCH (n:Item) RETURN count(*) AS n", "--format", "csv"]).text
  }

  private func remove() {
    for name in ["", "-lock", ".rejects.csv"] { unlink(shop.store + name) }
  }

  @Test func dirtGoesToTheRejectFile() {
    let dirty = "id,title,price\na,A,1\nb,B\nc,C,cheap\n,D,2\ne,\"E\"x,3\nf,F,1,2\ng,".utf8 + [0xFF] + ",1\nz,Z,9\n".utf8
    shop.write("items.csv", Array(dirty))
    let run = load()
    #expect(run.status == 0 && run.text.contains("6 rows rejected"), "\(run)")
    #expect(countItems() == "n\n2\n")
    let lines = String(decoding: bytes(of: shop.store + ".rejects.csv"), as: UTF8.self).split(separator: "\n")
    #expect(lines.first == "file,line,column,reason,row" && lines.count == 7)
    for (line, number) in zip(lines.dropFirst(), 3...8) { #expect(line.hasPrefix("items.csv,\(number),"), "\(line)") }
    #expect(lines.contains { $0.contains("price") && $0.contains("`cheap` is not a number") })
    remove()

    let strict = load(["--strict"])
    #expect(strict.status == 1 && strict.errorText.contains("`items.csv`, line 3"), "\(strict)")
    #expect(access(shop.store, F_OK) != 0)

    let some = load(["--max-rejects", "5"])
    #expect(some.status == 1 && some.errorText.contains("More than 5 rows are bad"), "\(some)")
    #expect(access(shop.store, F_OK) != 0)
    remove()
    #expect(load(["--max-rejects", "6"]).status == 0)
    #expect(load(["--strict"]).status == 1)
    #expect(countItems() == "n\n2\n" && shop.run(["check", shop.store]).status == 0)
    remove()

    let elsewhere = shop.path("bad rows.csv")
    #expect(load(["--rejects", elsewhere]).status == 0 && access(elsewhere, F_OK) == 0)
    remove()
    let nowhere = load(["--rejects", shop.path("no/folder/r.csv")])
    #expect(nowhere.status == 1 && nowhere.errorText.contains("r.csv"), "\(nowhere)")
    #expect(access(shop.store, F_OK) != 0)
  }

  @Test func odds() {
    for (name, contents) in [("empty", ""), ("only newlines", "\n\n\n"), ("a header alone", "id,title,price\n")] {
      shop.write("items.csv", contents)
      let run = load()
      #expect(run.status == 0 || run.status == 1 && run.errorText.contains("items.csv"), "\(name): \(run)")
      remove()
    }
    shop.write("items.csv", [0x1F, 0x8B, 8, 0] + [UInt8](repeating: 3, count: 60))
    #expect(load().endedInOrder)
    remove()
  }

  @Test func manifestsThatNameWhatIsNotThere() {
    shop.write("items.csv", "id,titel,price\na,A,1\n")
    let column = load()
    #expect(column.status == 1 && column.errorText.contains("m.yaml:9:") && column.errorText.contains("titel"), "\(column)")
    let cases: [(String, String)] = [
      (LoadInputTests.mapping.replacing("items.csv", with: "itmes.csv"), "m.yaml:4:"),
      (LoadInputTests.mapping.replacing("label:", with: "lable:"), "m.yaml:6:"),
      (LoadInputTests.mapping.replacing("type: float", with: "type: flaot"), "m.yaml:10:"),
      (LoadInputTests.mapping.replacing("sinter: 1", with: "sinter: 99"), "m.yaml:1:"),
      (LoadInputTests.mapping.replacing("nodes:", with: "nodes: ["), "m.yaml:"),
      ("", "m.yaml"),
    ]
    for (manifest, place) in cases {
      let run = load(manifest: manifest)
      #expect(run.status == 1 && run.errorText.contains(place), "\(manifest): \(run)")
      #expect(access(shop.store, F_OK) != 0)
    }
    let none = shop.run(["load", shop.store, "--manifest", shop.path("none.yaml")])
    #expect(none.status == 1 && none.errorText.contains("none.yaml"), "\(none)")
    #expect(shop.run(["load", shop.store]).status == 2)
    let folder = shop.run(["load", shop.path("no/folder/s.sinter"), "--manifest", shop.path("m.yaml")])
    #expect(folder.status != 0 && folder.endedInOrder, "\(folder)")
  }
}
