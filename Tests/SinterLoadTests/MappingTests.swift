import SinterLoad
import SinterModel
import SinterStorage
import Testing

/// What manifests make of rows.
@Suite struct MappingTests {
  @Test func entitiesOfOneRowInAnyOrder() throws {
    let fixture = LoadFixture()
    fixture.write(
      "buys.csv", "user,item,ts\nu1,i1,2024-01-02 03:04:05\nu1,i2,2024-01-03T00:00:00.5\nu9,i1,2024-01-03\nu1,i7,2024-01-03\n")
    fixture.write("items.csv", "id,brand,title,tags\ni1,Acme,Mug,red|blue\ni2,,Cup,\ni3,Acme,Pot,red\n")
    let summary = try fixture.load(
      """
        - file: buys.csv
          relationships:
            - type: BOUGHT
              from: {label: User, id: "{user}"}
              to: {label: Item, id: "{item}"}
              missing: reject
              properties: {at: {column: ts, type: localdatetime}, how: {value: web}}
        - file: buys.csv
          nodes: [{label: User, id: "{user}", when: "user <> 'u9'"}]
        - file: items.csv
          nodes:
            - label: Item
              id: "{id}"
              properties:
                {name: {template: "{brand} {title}"}, title: title, tags: {column: tags, type: list<string>, separator: "|"}}
            - {labels: [Tag, Brand], id: "brand:{brand}", properties: {name: brand}, when: brand is not null}
            - {label: Tag, id: "tag:{piece}", split: {column: tags, separator: "|"}, properties: {name: {template: "{piece}"}}}
          relationships:
            - {type: "{brand}_MADE", from: {label: Tag, id: "brand:{brand}"}, to: {label: Item, id: "{id}"},
                when: brand is not null}
            - {type: TAGGED, from: {label: Item, id: "{id}"}, to: {label: Tag, id: "tag:{piece}"},
                split: {column: tags, separator: "|"}}
      indexes:
        - {label: Item, key: title}

      """)
    let graph = try fixture.graph()
    #expect(summary.nodesByLabel == ["User": 1, "Item": 3, "Tag": 3, "Brand": 1])
    #expect(summary.relationshipsByType == ["BOUGHT": 2, "Acme_MADE": 2, "TAGGED": 3])
    #expect(summary.rejectsByReason == ["unknown node": 2])
    #expect(fixture.rejects.map { $0[3] } == ["there is no `User` with the id `u9`", "there is no `Item` with the id `i7`"])
    #expect(graph.node("Item", "i1")?.properties == ["id": "i1", "name": "Acme Mug", "title": "Mug", "tags": ["red", "blue"]])
    #expect(graph.node("Item", "i2")?.properties == ["id": "i2", "title": "Cup"])
    #expect(graph.node("Brand", "brand:Acme")?.labels == ["Brand", "Tag"])
    let moment = graph.links("BOUGHT").first { $0.end.properties["id"] == "i2" }?.properties
    #expect(
      moment == [
        "how": "web",
        "at": .localDateTime(LocalDateTime(date: Date(daysSinceEpoch: 19_725), time: LocalTime(nanosecondOfDay: 500_000_000))),
      ])
    #expect(try graph.adjacencyFaults() == [])
    #expect(
      Set(graph.view.indexes.map { "\($0.label).\($0.keys[0]) \($0.isUnique)" })
        == ["User.id true", "Item.id true", "Tag.id true", "Item.title false"])
    let index = graph.view.indexes.first { $0.label == "Item" && $0.isUnique }!
    let found = try graph.view.lookup(index, equal: "i3")
    #expect(found.map { graph.nodes[$0]?.properties["title"] } == ["Pot"])
  }

  @Test func missingNodesAreCreatedOrSkipped() throws {
    let fixture = LoadFixture()
    fixture.write("r.csv", "a,b,n\n1,2,1\n1,3,x\n01,4,2\n")
    let mapping = { (missing: String) in
      """
        - file: r.csv
          relationships:
            - {type: R, from: {label: A, id: "{a}"}, to: {label: B, id: "{b}"}, missing: \(missing),
                properties: {n: {column: n, type: integer}}}
        - {file: a.csv, nodes: [{label: A, id: "{a}", type: integer}]}
        - {file: b.csv, nodes: [{label: B, id: "{b}"}]}

      """
    }
    fixture.write("a.csv", "a\n1\n")
    fixture.write("b.csv", "b\n2\n")
    let summary = try fixture.load(mapping("create"))
    // The bad row makes no node either.
    #expect(summary.nodesByLabel == ["A": 1, "B": 2])
    #expect(summary.relationships == 2)
    #expect(summary.rejects == 1)
    let other = LoadFixture()
    for name in ["r.csv", "a.csv", "b.csv"] { other.write(name, fixture.read(name)) }
    let skipping = try other.load(mapping("skip"))
    #expect(skipping.relationships == 1)
    #expect(skipping.skipped == 2)
    #expect(skipping.rejects == 0)
  }

  @Test(arguments: [
    ("first", ["a": Value.string("one"), "b": "two"], 0), ("last", ["a": "three", "b": "two"], 0), ("error", ["a": "one"], 2),
  ])
  func duplicateNodes(_ rule: String, _ expected: [String: Value], _ rejects: Int) throws {
    let fixture = LoadFixture()
    fixture.write("n.csv", "id,a,b\n1,one,\n1,,two\n1,three,\n")
    let summary = try fixture.load(
      "  - {file: n.csv, nodes: [{label: N, id: \"{id}\", properties: {a: a, b: b}, duplicates: \(rule)}]}\n")
    #expect(summary.nodes == 1)
    #expect(summary.rejects == rejects)
    #expect(try fixture.graph().node("N", "1")?.properties == expected.merging(["id": "1"]) { a, _ in a })
    if rejects > 0 { #expect(fixture.rejects.map { $0[1] } == ["3", "4"]) }
  }

  @Test(arguments: [
    ("keep", ["1": 1, "2": 1, "3": 1], false), ("first", ["1": 1, "2": 1], false), ("last", ["3": 1, "2": 1], false),
    ("count", ["1": 1, "2": 1], true),
  ])
  func duplicateRelationships(_ rule: String, _ expected: [String: Int], _ counts: Bool) throws {
    let fixture = LoadFixture()
    fixture.write("r.csv", "a,b,v\n1,2,1\n2,1,2\n1,2,3\n")
    try fixture.load(
      "  - {file: r.csv, relationships: [{type: R, from: {label: A, id: \"{a}\"}, to: {label: A, id: \"{b}\"}, missing: "
        + "create, duplicates: \(rule), properties: {v: v}}]}\n")
    let links = try fixture.graph().links("R")
    #expect(Dictionary(links.map { ("\($0.properties["v"]!)".filter(\.isNumber), 1) }, uniquingKeysWith: +) == expected)
    if counts { #expect(Set(links.map { $0.properties["count"]! }) == [1, 2]) }
  }

  @Test func conditions() throws {
    let fixture = LoadFixture()
    fixture.write("n.csv", "id,q,name,my column\n1,10,alpha,x\n2,9,beta,\n3,-1,gamma,x\n4,,delta,x\n5,abc,C536,y\n6,7.0,C77,\n")
    func ids(_ condition: String) throws -> String {
      let fresh = LoadFixture()
      fresh.write("n.csv", fixture.read("n.csv"))
      try fresh.load("  - file: n.csv\n    where: |\n      \(condition)\n    nodes: [{label: N, id: \"{id}\", type: integer}]\n")
      let ids: [Int64] = try fresh.graph().nodes.values.compactMap {
        if case .integer(let id)? = $0.properties["id"] { id } else { nil }
      }
      return ids.sorted().map { "\($0)" }.joined()
    }
    #expect(try ids("q > 9") == "1")
    #expect(try ids("q >= 9 and name <> 'alpha'") == "2")
    #expect(try ids("not q > 0") == "3")
    #expect(try ids("q is null") == "4")
    #expect(try ids("q is not null and not name starts with 'C'") == "123")
    #expect(try ids("`my column` = 'x' or q = 7") == "1346")
    #expect(try ids("name ends with 'ta' or name contains 'lph'") == "124")
    #expect(try ids("id in [1, 3, '6']") == "136")
    #expect(try ids("id not in [1, 3, 6]") == "245")
    #expect(try ids("name matches /^C[0-9]{2}$/") == "6")
    #expect(try ids("(q < 0 or q > 8) and (name = 'gamma' or name = \"beta\")") == "23")
  }

  @Test func filteredRowsAreCounted() throws {
    let fixture = LoadFixture()
    fixture.write("n.csv", "id\n1\n2\n3\n")
    let summary = try fixture.load("  - {file: n.csv, where: id > 1, nodes: [{label: N, id: \"{id}\"}]}\n")
    #expect((summary.rows, summary.filtered, summary.nodes, summary.rejects) == (3, 1, 2, 0))
  }

  @Test func temporalFormats() throws {
    let fixture = LoadFixture()
    fixture.write(
      "n.csv",
      "id,a,b,c,d,e,f,g,h,i\n1,31/12/2023,12/1/10 8:26,1700000000,1700000000123,2024-02-29,P1Y2M3DT4H5M6.5S,"
        + "12:30:15.25,2024-05-01T10:00:00+02:00[Europe/Berlin],\"Mar 4, 2021 1:05 PM\"\n2,30/02/2023,,,,,,,,\n")
    let summary = try fixture.load(
      """
        - file: n.csv
          nodes:
            - label: N
              id: "{id}"
              properties:
                a: {column: a, type: date, format: "%d/%m/%Y"}
                b: {column: b, type: localdatetime, format: "%m/%d/%y %H:%M"}
                c: {column: c, type: localdatetime, format: epoch_s}
                d: {column: d, type: datetime, format: epoch_ms}
                e: {column: e, type: date}
                f: {column: f, type: duration}
                g: {column: g, type: localtime}
                h: {column: h, type: datetime}
                i: {column: i, type: localdatetime, format: "%b %e, %Y %I:%M %p"}

      """)
    #expect(fixture.rejects.map { Array($0[1...3]) } == [["3", "a", "`30/02/2023` is not a date (property `a`)"]])
    #expect(summary.nodes == 1)
    let properties = try fixture.graph().node("N", "1")!.properties
    func moment(_ days: Int64, _ seconds: Int64, _ nanoseconds: Int64 = 0) -> LocalDateTime {
      LocalDateTime(date: Date(daysSinceEpoch: days), time: LocalTime(nanosecondOfDay: seconds * 1_000_000_000 + nanoseconds))
    }
    #expect(properties["a"] == .date(Date(daysSinceEpoch: 19_722)))
    #expect(properties["b"] == .localDateTime(moment(14_944, 30_360)))
    #expect(properties["c"] == .localDateTime(moment(19_675, 80_000)))
    #expect(properties["d"] == .dateTime(DateTime(local: moment(19_675, 80_000, 123_000_000), offsetSeconds: 0, zone: nil)))
    #expect(properties["e"] == .date(Date(daysSinceEpoch: 19_782)))
    #expect(properties["f"] == .duration(Duration(months: 14, days: 3, seconds: 14_706, nanoseconds: 500_000_000)))
    #expect(properties["g"] == .localTime(LocalTime(nanosecondOfDay: 45_015_250_000_000)))
    #expect(properties["h"] == .dateTime(DateTime(local: moment(19_844, 36_000), offsetSeconds: 7200, zone: "Europe/Berlin")))
    #expect(properties["i"] == .localDateTime(moment(18_690, 47_100)))
  }

  @Test func patternsOfFilesCountTogether() throws {
    let fixture = LoadFixture()
    fixture.write("r-1.csv", "a,b\n1,2\n")
    fixture.write("r-2.csv", "a,b\n1,2\n")
    let summary = try fixture.load(
      "  - {file: \"r-*.csv\", relationships: [{type: R, from: {label: A, id: \"{a}\"}, to: {label: A, id: "
        + "\"{b}\"}, missing: create, duplicates: count}]}\n")
    #expect(summary.relationships == 1)
    #expect(try fixture.graph().links("R").first?.properties["count"] == 2)
  }

  @Test func uniqueIndexRefusesDuplicates() throws {
    let fixture = LoadFixture()
    fixture.write("n.csv", "id,email\n1,x\n2,x\n")
    let failure = fixture.failure(
      "  - {file: n.csv, nodes: [{label: N, id: \"{id}\", properties: {email: email}}]}\nindexes:\n  - {label: N, key: "
        + "email, unique: true}\n")
    #expect(failure.code == "ConstraintValidationFailed.PropertyUniqueness")
    #expect(failure.message.contains("email = \"x\""))
  }
}
