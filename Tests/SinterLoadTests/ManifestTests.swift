import SinterLoad
import SinterModel
import Testing

@Suite struct ManifestTests {
  /// Each manifest and what its error must say, place included.
  @Test(arguments: [
    ("  - {fil: items.csv}\n", "manifest.yaml:4:6: a source has no key `fil`. Did you mean `file`?"),
    ("  - {file: items.csv}\n", "manifest.yaml:4:5: the source makes nothing"),
    ("  - {file: item.csv, nodes: []}\n", "manifest.yaml:4:5: the source makes nothing"),
    ("  - {file: item.csv, nodes: [{label: I, id: \"{id}\"}]}\n", "there is no file `item.csv`"),
    ("  - {file: item.csv, nodes: [{label: I, id: \"{id}\"}]}\n", "Did you mean `items.csv`?"),
    ("  - {file: \"x*.csv\", nodes: [{label: I, id: \"{id}\"}]}\n", "no file matches `x*.csv`"),
    ("  - {file: items.csv, nodes: [{id: \"{id}\"}]}\n", "a node mapping needs either `label` or `labels`"),
    ("  - {file: items.csv, nodes: [{label: I}]}\n", "a node mapping needs the key `id`"),
    ("  - {file: items.csv, nodes: [{label: I, id: \"{id\"}]}\n", "is never closed; write `{{` for a brace"),
    ("  - {file: items.csv, nodes: [{label: I, id: \"{piece}\"}]}\n", "`{piece}` needs a `split`"),
    ("  - {file: items.csv, nodes: [{label: I, id: \"{nope}\"}]}\n",
      "`items.csv` has no column `nope`. There is `id`, `title`, `price`."),
    (
      "  - {file: items.csv, nodes: [{label: I, id: \"{id}\", properties: {p: {column: price, type: flaot}}}]}\n",
      "there is no type `flaot`. Did you mean `float`?"
    ),
    (
      "  - {file: items.csv, nodes: [{label: I, id: \"{id}\", properties: {p: {column: price, type: date, format: \"%Q\"}}}]}\n",
      "`%Q` in the format `%Q` is unknown"
    ),
    (
      "  - {file: items.csv, nodes: [{label: I, id: \"{id}\", duplicates: never}]}\n",
      "`duplicates` cannot be `never`; it is one of `first`, `last`, `error`"
    ),
    (
      "  - {file: items.csv, where: \"price >\", nodes: [{label: I, id: \"{id}\"}]}\n",
      "the condition `price >` cannot be read at its character 8: a column, a text in quotes or a number is expected"
    ),
    (
      "  - {file: items.csv, relationships: [{type: T, from: {label: I, id: \"{id}\"}, to: {label: J, id: \"{id}\"}}]}\n",
      "no source makes nodes of `I`"
    ),
    ("  - {file: items.csv, nodes: [{label: I, id: \"{id}\", properties: {id: title}}]}\n",
      "the property `id` already holds the id"),
    ("  - [a\n", "this is not YAML"),
  ])
  func errorsNameTheirPlace(_ sources: String, _ message: String) {
    let fixture = LoadFixture()
    fixture.write("items.csv", "id,title,price\n1,A,2\n")
    let failure = fixture.failure(sources)
    #expect(failure.message.contains(message), "\(failure.message)")
  }

  @Test func version() {
    let fixture = LoadFixture()
    fixture.write("m.yaml", "sinter: 2\nsources: []\n")
    #expect { try LoadPlan.manifest(path: fixture.folder + "/m.yaml", dataDirectory: nil) } throws: {
      ($0 as? SinterError)?.message.contains("m.yaml:1:9: the manifest is of format 2; this program reads format 1") == true
    }
  }

  @Test func absentManifest() {
    #expect { try LoadPlan.manifest(path: "/nowhere/m.yaml", dataDirectory: nil) } throws: {
      ($0 as? SinterError)?.message == "There is no file `/nowhere/m.yaml`."
    }
  }
}
