package import SinterModel

/// Looks at everything in a store and at how its parts fit together.
///
/// Each check proves more than it looks at: adjacency lists are strictly ascending, each entry
/// agrees with the relationship's record, and there are as many entries as relationships, so both
/// directions hold exactly the relationships there are. Indexes are checked against properties the
/// same way.
package struct StoreCheck {
  var report = CheckReport()
  let view: GraphView
  private let progress: ((Double) -> Void)?

  /// Checks the store at `path`, which may be in use.
  ///
  /// - Parameter progress: called now and then with the part that is done, 0 to 1.
  /// - Returns: What was found; damage is in the report, not thrown.
  /// - Throws: `StorageError.NotFound`, `.NotAStore`, `.NewerFormat`, `.PermissionDenied`, `.IO`.
  /// - Complexity: O(bytes of the file).
  package static func run(path: String, progress: ((Double) -> Void)? = nil) throws(SinterError) -> CheckReport {
    var early = CheckReport()
    do {
      early.pageCount = try PageCheck.checkAll(try PageFile(path)).usedPageCount
      progress?(0.1)
      var options = GraphStore.Options()
      options.createIfMissing = false
      options.readOnly = true
      let store = try GraphStore(path: path, options: options)
      var check = StoreCheck(view: try store.snapshot(), pageCount: early.pageCount, progress: progress)
      check.checkAll()
      return check.report
    } catch {
      guard ["StorageError.Damaged", "StorageError.Truncated"].contains(error.code.rawValue) else { throw error }
      early.find(error.message)
      return early
    }
  }

  init(view: GraphView, pageCount: Int, progress: ((Double) -> Void)?) {
    self.view = view
    self.progress = progress
    report.pageCount = pageCount
    let overlay = view.overlay
    report.waitingCommitCount = Int(clamping: overlay.sequence - min(overlay.sequence, overlay.catalog.foldedSequence))
  }

  private enum Step: CaseIterable {
    case values, nodes, relationships, adjacency, properties, indexes, blobs
  }

  private mutating func checkAll() {
    for (number, step) in Step.allCases.enumerated() {
      do { try run(step) } catch { report.find(error.message) }
      progress?(0.1 + 0.9 * Double(number + 1) / Double(Step.allCases.count))
    }
  }

  private mutating func run(_ step: Step) throws(SinterError) {
    switch step {
    case .values: try checkValues()
    case .nodes: try checkNodes()
    case .relationships: try checkRelationships()
    case .adjacency: try checkAdjacency()
    case .properties: try checkProperties()
    case .indexes: try checkIndexes()
    case .blobs: try checkBlobs()
    }
  }

  // MARK: Values

  /// Every value is where its header says, has its checksum, and none is lost or surplus.
  private mutating func checkValues() throws(SinterError) {
    var counts: [ColumnKey: Int] = [:]
    var found = report
    try view.source.forEach(in: StoreKey.catalog..<StoreKey.afterAll) {
      (key, bytes) throws(SinterError) -> Bool in
      found.valueCount += 1
      found.valueBytes += bytes.count
      if key == .catalog || key.patch != nil { return true }
      guard let segmentKey = SegmentKey(key) else {
        found.find("There is a value under a key that no store writes.")
        return true
      }
      let column = ColumnKey(segmentKey.kind, segmentKey.column)
      counts[column, default: 0] += 1
      if SegmentHeader(verifying: bytes, key: segmentKey) == nil {
        found.find(
          "Segment \(segmentKey.segment), part \(segmentKey.part), of \(view.overlay.catalog.describe(column)) is damaged.")
      }
      return true
    }
    report = found
    let expected = view.overlay.catalog.columns
    for column in Set(expected.keys).union(counts.keys).sorted() where expected[column]?.valueCount ?? 0 != counts[column] ?? 0 {
      report.find(
        """
        \(view.overlay.catalog.describe(column)) should have \(expected[column]?.valueCount ?? 0) segment values and has \
        \(counts[column] ?? 0).
        """)
    }
  }

  // MARK: Elements

  private mutating func checkNodes() throws(SinterError) {
    let catalog = view.overlay.catalog
    var byLabel = [Int](repeating: 0, count: catalog.labelNames.count)
    for node in 0..<view.nodeIDLimit {
      guard let set = try view.labelSetID(of: node) else { continue }
      report.nodeCount += 1
      guard Int(set) < catalog.labelSets.count else {
        report.find("Node \(node) has label set \(set), which does not exist.")
        continue
      }
      for label in catalog.labelSets[Int(set)] { byLabel[Int(label.rawValue)] += 1 }
    }
    compare("nodes", report.nodeCount, catalog.nodeCount)
    for (label, count) in byLabel.enumerated() {
      compare("nodes with label `\(catalog.labelNames[label])`", count, catalog.nodesByLabel[label])
    }
  }

  private mutating func checkRelationships() throws(SinterError) {
    let catalog = view.overlay.catalog
    var byType = [Int](repeating: 0, count: catalog.typeNames.count)
    for id in 0..<view.relationshipIDLimit {
      guard let record = try view.relationship(RelationshipID(id)) else { continue }
      report.relationshipCount += 1
      guard Int(record.type.rawValue) < byType.count else {
        report.find("Relationship \(id) has type \(record.type.rawValue), which does not exist.")
        continue
      }
      byType[Int(record.type.rawValue)] += 1
      for end in [record.start, record.end] where try !view.exists(end) {
        report.find("Relationship \(id) leads to node \(end.rawValue), which does not exist.")
      }
    }
    compare("relationships", report.relationshipCount, catalog.relationshipCount)
    for (type, count) in byType.enumerated() {
      compare("relationships of type `\(catalog.typeNames[type])`", count, catalog.relationshipsByType[type])
    }
  }

  private mutating func compare(_ what: String, _ found: Int, _ expected: Int) {
    if found != expected { report.find("There are \(found) \(what); the catalogue says \(expected).") }
  }

  // MARK: Adjacency

  private mutating func checkAdjacency() throws(SinterError) {
    let catalog = view.overlay.catalog
    for (type, name) in catalog.typeNames.enumerated() {
      for direction in [Direction.outgoing, .incoming] {
        let count = try checkAdjacency(TypeID(UInt32(type)), direction)
        compare("\(direction) entries of type `\(name)`", count, catalog.relationshipsByType[type])
      }
    }
  }

  /// - Returns: How many entries there are.
  private mutating func checkAdjacency(_ type: TypeID, _ direction: Direction) throws(SinterError) -> Int {
    let adjacency = view.adjacency(type, direction)
    var scratch = Adjacency.Scratch()
    var count = 0
    for node in 0..<view.nodeIDLimit {
      guard let run = try adjacency.run(of: node, scratch: &scratch) else { continue }
      count += run.count
      var previous: (UInt32, UInt32)?
      for entry in 0..<run.count {
        let (neighbor, id) = (run.neighbors[entry], run.relationships[entry])
        let record = try view.relationship(RelationshipID(id))
        let ends = direction == .outgoing ? (node, neighbor) : (neighbor, node)
        if record != RelationshipRecord(type: type, start: NodeID(ends.0), end: NodeID(ends.1)) {
          report.find("Node \(node)'s \(direction) list names relationship \(id) to \(neighbor), which is not that.")
        }
        if let previous, previous >= (neighbor, id) {
          report.find("Node \(node)'s \(direction) list is not in order at relationship \(id).")
        }
        previous = (neighbor, id)
      }
    }
    return count
  }
}
