import SinterLoad
import SinterModel
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Counts of a real data set against counts made here from the files themselves.
@Suite struct CompleteJourneyTests {
  private static var data: String {
    (getenv("SINTER_SHARED").map { String(cString: $0) } ?? "../shared") + "/data/completejourney"
  }

  /// Rows of a file, read by `gzip` or directly and cut by the test's own reader.
  private func rows(_ name: String) -> [[String: String]] {
    let fixture = LoadFixture()
    _ = fixture.shell("gzip -cdf '\(absolute(Self.data))/\(name)' > rows.csv")
    let table = parseCSV(fixture.read("rows.csv"))
    let header = table[0]
    return table.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
  }

  private func absolute(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  @Test func countsAreThoseOfTheFiles() throws {
    guard access(Self.data, R_OK) == 0 else {
      print("The data set \(Self.data) is absent (set SINTER_SHARED): the Complete Journey test is skipped.")
      return
    }
    let products = rows("products.csv.gz")
    let transactions = rows("transactions_sample.csv.gz")
    let coupons = rows("coupons.csv.gz")
    let fixture = LoadFixture()
    fixture.write(
      "manifest.yaml",
      """
      sinter: 1
      sources:
        - file: products.csv.gz
          "null": ["", "NA"]
          nodes:
            - {label: Item, id: "{product_id}", properties: {brand: brand, type: product_type}}
            - {labels: [Tag, Department], id: "department:{department}", properties: {name: department},
                when: department is not null}
            - {labels: [Tag, Manufacturer], id: "manufacturer:{manufacturer_id}", when: manufacturer_id is not null}
          relationships:
            - {type: IN_DEPARTMENT, from: {label: Item, id: "{product_id}"}, to: {label: Tag, id: "department:{department}"},
                when: department is not null}
        - file: transactions_sample.csv.gz
          nodes: [{label: User, id: "{household_id}"}]
          relationships:
            - type: BOUGHT
              from: {label: User, id: "{household_id}"}
              to: {label: Item, id: "{product_id}"}
              missing: create
              properties: {quantity: {column: quantity, type: float}, at: {column: transaction_timestamp, type: localdatetime}}
        - file: coupons.csv.gz
          nodes: [{label: Coupon, id: "{coupon_upc}"}]
          relationships:
            - {type: FOR, from: {label: Coupon, id: "{coupon_upc}"}, to: {label: Item, id: "{product_id}"}, missing: create,
                duplicates: count}

      """)
    let plan = try LoadPlan.manifest(path: fixture.folder + "/manifest.yaml", dataDirectory: absolute(Self.data))
    let summary = try Loader.run(plan, storePath: fixture.storePath)
    func distinct(_ rows: [[String: String]], _ column: String) -> Set<String> {
      Set(rows.compactMap { $0[column] }.filter { !$0.isEmpty && $0 != "NA" })
    }
    let items = [products, transactions, coupons].reduce(into: Set()) { $0.formUnion(distinct($1, "product_id")) }
    #expect(summary.rejects == 0)
    #expect(summary.rows == products.count + transactions.count + coupons.count)
    #expect(
      summary.nodesByLabel == [
        "Item": items.count, "Department": distinct(products, "department").count,
        "Manufacturer": distinct(products, "manufacturer_id").count,
        "Tag": distinct(products, "department").count + distinct(products, "manufacturer_id").count,
        "User": distinct(transactions, "household_id").count, "Coupon": distinct(coupons, "coupon_upc").count,
      ])
    #expect(
      summary.relationshipsByType == [
        "IN_DEPARTMENT": products.count { !$0["department"]!.isEmpty && $0["department"] != "NA" }, "BOUGHT": transactions.count,
        "FOR": Set(coupons.map { $0["coupon_upc"]! + " " + $0["product_id"]! }).count,
      ])
    let graph = try fixture.graph()
    #expect(try graph.adjacencyFaults() == [])
    let quantity = graph.links("BOUGHT").reduce(0.0) {
      if case .float(let number)? = $1.properties["quantity"] { $0 + number } else { $0 }
    }
    #expect(quantity == transactions.reduce(0.0) { $0 + Double($1["quantity"]!)! })
  }
}
