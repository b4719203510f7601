import SinterModel
import SinterStorage

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The store that a load ends in: a new file, or one that is there.
final class LoadTarget {
  private let path: String
  /// The open transaction on a store that is there.
  private let existing: BulkTransaction?
  private var existingIDs: [[UInt32]] = []

  init(path: String, existing: BulkTransaction?) {
    self.path = path
    self.existing = existing
  }

  /// Enters the nodes of the store that belong to the run's spaces: those with a space's first label
  /// that have its id property.
  func readExistingIDs(_ run: LoadRun) throws(SinterError) {
    if let existing {
      for node in run.bound.flatMap(\.plan.nodes) { _ = run.spaceNumber(node.space) }
      for relationship in run.bound.flatMap(\.plan.relationships) {
        _ = run.spaceNumber(relationship.from.space)
        _ = run.spaceNumber(relationship.to.space)
      }
      for (label, key, space) in run.spaceKeys {
        let number = run.spaceNumber(space)
        while existingIDs.count <= number { existingIDs.append([]) }
        try read(existing.view, label: label, key: key, space: number, run)
      }
    }
  }

  private func read(_ view: GraphView, label: String, key: String, space: Int, _ run: LoadRun) throws(SinterError) {
    guard let labelID = view.labelID(label), let keyID = view.keyID(key) else { return }
    let column = view.column(keyID, of: .node)
    var first: UInt32 = 0
    while first < view.nodeIDLimit {
      let end = min(first + UInt32(segmentLength), view.nodeIDLimit)
      var nodes: [UInt32] = []
      try view.scanNodes(first..<end, labels: [labelID], into: &nodes)
      let values = try column.gather(nodes).asValues
      for (node, value) in zip(nodes, values) {
        let text: String
        switch value {
        case .string(let string): text = string
        case .integer(let number): text = String(number)
        default: continue
        }
        var copy = text
        let (_, isNew) = copy.withUTF8 { run.spaces[space].ids.insert($0) }
        guard isNew else { continue }
        existingIDs[space].append(node)
        let labels = try view.labels(of: NodeID(node)).map { view.name(of: $0) }
        run.spaces[space].labelSets.append(run.labelSets.number(labels))
      }
      first = end
    }
  }

  /// Builds and publishes everything that the run has read.
  func build(_ run: LoadRun, progress: (Double) throws -> Void, syncing: () -> Void) throws {
    let catalog = existing?.catalog ?? Catalog()
    while existingIDs.count < run.spaces.count { existingIDs.append([]) }
    var layout = try GraphLayout(run, catalog: catalog, existingIDs: existingIDs)
    let before = (
      nodes: catalog.nodeCount, relationships: catalog.relationshipCount, labels: catalog.nodesByLabel,
      types: catalog.relationshipsByType
    )
    run.releaseInput()
    let base = try existing.map { transaction throws(SinterError) in try ExistingGraph(transaction.view, layout) }
    let indexes = try IndexSchema.plan(run.indexes, &layout, base: base)
    try ConstraintCheck(layout: layout).run()
    var build = GraphBuild(
      layout: layout, base: base, indexes: indexes, threads: run.threads, memory: run.memory)
    if let existing {
      let sink = ReplacingSink(existing)
      try build.run(into: sink, progress: progress)
      syncing()
      var next = build.catalog
      let indexColumns = next.columns.filter { $0.key.kind == .index }
      next.columns = existing.columns.filter { $0.key.kind != .index }.merging(indexColumns) { _, new in new }
      next.invalidateSearchBases()
      try existing.commit(next)
    } else {
      let sink = AppendingSink(try BulkFile(target: path, commitBytes: run.memory.pageBytes))
      try build.run(into: sink, progress: progress)
      syncing()
      var next = build.catalog
      let indexColumns = next.columns.filter { $0.key.kind == .index }
      next.columns = sink.counts.columns.merging(indexColumns) { _, new in new }
      try sink.file.publish(next)
    }
    let after = build.catalog
    run.summary.nodes = after.nodeCount - before.nodes
    run.summary.relationships = after.relationshipCount - before.relationships
    for (id, name) in after.labelNames.enumerated() {
      let count = after.nodesByLabel[id] - (id < before.labels.count ? before.labels[id] : 0)
      if count != 0 { run.summary.nodesByLabel[name] = count }
    }
    for (id, name) in after.typeNames.enumerated() {
      let count = after.relationshipsByType[id] - (id < before.types.count ? before.types[id] : 0)
      if count != 0 { run.summary.relationshipsByType[name] = count }
    }
  }
}

/// Segments of a new file.
private final class AppendingSink: SegmentSink {
  let file: BulkFile
  /// Only its column counts are used.
  var counts = Catalog()

  init(_ file: BulkFile) { self.file = file }

  func put(_ key: SegmentKey, _ values: [SegmentValue]) throws(SinterError) {
    for value in values { counts.countValue(value.key) }
    try file.append(values)
  }

  func beginIndex(_ index: UInt32) {}
  func putIndexBlock(_ block: SegmentValue) throws(SinterError) { try file.append([block]) }
}

/// Segments of a store that is there.
private final class ReplacingSink: SegmentSink {
  private let transaction: BulkTransaction
  init(_ transaction: BulkTransaction) { self.transaction = transaction }

  func put(_ key: SegmentKey, _ values: [SegmentValue]) throws(SinterError) { try transaction.replace(key, with: values) }
  func beginIndex(_ index: UInt32) throws(SinterError) { try transaction.clearIndex(index) }
  func putIndexBlock(_ block: SegmentValue) throws(SinterError) { try transaction.put(block) }
}

/// Which indexes a load makes or rebuilds.
enum IndexSchema {
  /// - Returns: Indexes to be built, ascending by id: new ones, and those of the store that new or
  ///   changed elements concern.
  static func plan(
    _ wanted: [IndexPlan], _ layout: inout GraphLayout, base: ExistingGraph?
  ) throws(SinterError) -> [IndexDescriptor] {
    var result: [IndexDescriptor] = []
    let newLabels = Set(layout.labelSets.sets.joined())
    let newTypes = Set(layout.sinks.map(\.type))
    for index in layout.catalog.indexes {
      let isNew = index.entity == .node ? newLabels.contains(index.label) : newTypes.contains(index.label)
      if isNew || base?.concerns(index, layout) == true { result.append(index) }
    }
    for plan in wanted where !layout.catalog.indexes.contains(where: {
      $0.entity == plan.entity && $0.label == plan.label && $0.keys == plan.keys && ($0.isUnique || !plan.isUnique)
    }) {
      let name = freeName(plan, layout.catalog)
      let descriptor = IndexDescriptor(
        id: layout.nextIndexID(), name: name, entity: plan.entity, label: plan.label, keys: plan.keys,
        isUnique: plan.isUnique, constraint: plan.isUnique ? name : nil)
      if plan.isUnique {
        layout.addConstraint(
          ConstraintDescriptor(name: name, kind: .unique, entity: plan.entity, label: plan.label, keys: plan.keys))
      }
      layout.addNames(of: descriptor)
      result.append(descriptor)
    }
    return result.sorted { $0.id < $1.id }
  }

  private static func freeName(_ plan: IndexPlan, _ catalog: Catalog) -> String {
    let stem = ([plan.label] + plan.keys).joined(separator: "_") + (plan.isUnique ? "_unique" : "")
    var name = stem
    var number = 2
    while catalog.index(named: name) != nil || catalog.constraints.contains(where: { $0.name == name }) {
      name = "\(stem)_\(number)"
      number += 1
    }
    return name
  }
}

extension GraphLayout {
  mutating func nextIndexID() -> UInt32 {
    defer { catalog.nextIndexID += 1 }
    return catalog.nextIndexID
  }
  mutating func addConstraint(_ constraint: ConstraintDescriptor) { catalog.addConstraint(constraint) }
  mutating func addNames(of index: IndexDescriptor) {
    if index.entity == .node { catalog.addLabel(index.label) } else { catalog.addType(index.label) }
    for key in index.keys { catalog.addKey(key) }
  }
}
