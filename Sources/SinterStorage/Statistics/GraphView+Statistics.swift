package import SinterModel
import Synchronization

extension GraphView {
  /// What the planner is to know: counts as they are now, and a sample that is at most a tenth of the graph behind.
  /// - Complexity: O(indexes) where nothing was committed since the last call, else O(labels + types + indexes); a sample is
  ///   taken again when a tenth of the graph has changed.
  package var statistics: GraphStatistics {
    let catalog = overlay.catalog
    var statistics = counts
    // Names must be right, as of this very transaction.
    statistics.indexes = catalog.indexEntries.map { entry in
      let index = entry.descriptor
      return GraphStatistics.Index(
        name: index.name, entity: index.entity, label: index.label, keys: index.keys, isUnique: index.isUnique,
        distinctKeys: distinctKeys(entry, statistics))
    }
    return statistics
  }

  /// All but the indexes; of a transaction that was rolled back in between, they may be those before.
  private var counts: GraphStatistics {
    let catalog = overlay.catalog
    let sample = sampledStatistics
    return directory.counts.withLock { known in
      if let known, known.sequence == overlay.sequence, known.changes == overlay.changeCount { return known.statistics }
      var statistics = GraphStatistics()
      statistics.nodeCount = catalog.nodeCount
      statistics.relationshipCount = catalog.relationshipCount
      for (name, count) in zip(catalog.labelNames, catalog.nodesByLabel) { statistics.nodesByLabel[name] = count }
      statistics.sample = sample
      for (type, name) in catalog.typeNames.enumerated() {
        let count = catalog.relationshipsByType[type]
        statistics.relationshipsByType[name] = count
        let degrees = sample.degrees[name] ?? SampledStatistics.Degrees()
        statistics.startNodesByType[name] = max(min(Int(degrees.outgoing.nodes), count), 1)
        statistics.endNodesByType[name] = max(min(Int(degrees.incoming.nodes), count), 1)
      }
      statistics.noteSoleLabels()
      known = SegmentDirectory.Counts(sequence: overlay.sequence, changes: overlay.changeCount, statistics: statistics)
      return statistics
    }
  }

  /// Distinct keys are counted when segments are written; where entries came since, a sample knows better.
  private func distinctKeys(_ entry: Catalog.IndexEntry, _ statistics: GraphStatistics) -> Int {
    let index = entry.descriptor
    let entries = (index.entity == .node ? statistics.nodesByLabel : statistics.relationshipsByType)[index.label] ?? 0
    guard overlay.touches(.index, column: index.id) else { return max(min(entry.distinctKeys, entries), 1) }
    // Of several keys together, at least as many as of the one with the most.
    let sampled = index.keys.compactMap { key in
      statistics.sample.values[.init(entity: index.entity, label: index.label, key: key)].map { Int($0.distinct) }
    }
    return max(min(max(entry.distinctKeys, sampled.max() ?? 0), entries), 1)
  }

  /// The sample taken last, or a new one.
  private var sampledStatistics: SampledStatistics {
    let catalog = overlay.catalog
    let changes = overlay.changeCount
    let tolerance = (catalog.nodeCount + catalog.relationshipCount) / 10
    return directory.sampled.withLock { known in
      if known == nil, let stored = catalog.statistics { known = SegmentDirectory.Sampled(changes: 0, statistics: stored) }
      if let known, abs(known.changes - changes) <= tolerance { return known.statistics }
      let made = StatisticsSampler.sample(self)
      known = SegmentDirectory.Sampled(changes: changes, statistics: made)
      return made
    }
  }
}

extension GraphStatistics {
  /// Of several labels that all ends of a type have, the rarest says most.
  fileprivate mutating func noteSoleLabels() {
    func isRarer(_ label: String, _ other: String?) -> Bool {
      guard let other else { return true }
      return (nodesByLabel[label] ?? 0, label) < (nodesByLabel[other] ?? 0, other)
    }
    for (connection, count) in sample.connections {
      let (type, all) = (connection.type, sample.connections[.init(start: nil, type: connection.type, end: nil)] ?? 0)
      guard count > 0.999 * all else { continue }
      switch (connection.start, connection.end) {
      case (let label?, nil) where isRarer(label, startLabelsByType[type]): startLabelsByType[type] = label
      case (nil, let label?) where isRarer(label, endLabelsByType[type]): endLabelsByType[type] = label
      default: break
      }
    }
  }
}

extension Catalog {
  /// The catalogue with a sample of the segments that it describes, which `source` has.
  func sampled(_ source: any SegmentSource) throws(SinterError) -> Catalog {
    var catalog = self
    let view = try GraphView(source: source, directory: SegmentDirectory(), overlay: Overlay(catalog: self, sequence: foldedSequence))
    catalog.statistics = StatisticsSampler.sample(view)
    return catalog
  }
}
