import SinterModel

/// Looks at a part of the graph that is about the same size however large the graph is.
///
/// What cannot be read is left out: an estimate is no reason for a query to fail.
struct StatisticsSampler {
  /// Nodes looked at for the degrees of a type.
  private static let degreeLimit = 1 << 20
  /// Nodes of a label, or relationships of a type, whose properties and labels are looked at.
  private static let elementLimit = 4096
  /// Labels (types) and keys that are looked at, at most.
  private static let propertyLimit = 512

  /// Every so manyth of `count` elements is looked at.
  private static func step(_ count: Int) -> Int { max(1, (count + elementLimit - 1) / elementLimit) }

  private let view: GraphView
  private let catalog: Catalog
  private var result = SampledStatistics()
  /// By type, relationships taken evenly.
  private var relationships: [[UInt32]] = []

  private init(_ view: GraphView) {
    self.view = view
    catalog = view.overlay.catalog
  }

  /// - Complexity: O(node ids up to a million + types + properties of at most 4,096 elements of each label and type)
  static func sample(_ view: GraphView) -> SampledStatistics {
    var sampler = StatisticsSampler(view)
    sampler.sampleRelationships()
    sampler.sampleNodeValues()
    sampler.sampleRelationshipValues()
    return sampler.result
  }

  // MARK: Degrees and what joins what

  private mutating func sampleRelationships() {
    relationships = catalog.typeNames.map { _ in [] }
    for (type, name) in catalog.typeNames.enumerated() where catalog.relationshipsByType[type] > 0 {
      var degrees = SampledStatistics.Degrees()
      degrees.outgoing = (try? degreeSketch(TypeID(UInt32(type)), .outgoing)) ?? DegreeSketch()
      degrees.incoming = (try? degreeSketch(TypeID(UInt32(type)), .incoming)) ?? DegreeSketch()
      result.degrees[name] = degrees
      try? sampleConnections(TypeID(UInt32(type)), name, total: catalog.relationshipsByType[type])
    }
  }

  private func degreeSketch(_ type: TypeID, _ direction: Direction) throws(SinterError) -> DegreeSketch {
    var sketch = DegreeSketch()
    let adjacency = view.adjacency(type, direction)
    let limit = Int(catalog.nodeIDLimit)
    // An odd step, so that no pattern in the ids is followed.
    let step = max(1, limit / StatisticsSampler.degreeLimit) | 1
    for node in stride(from: 0, to: limit, by: step) {
      sketch.add(try adjacency.degree(of: UInt32(node)), weight: Double(step))
    }
    return sketch
  }

  private mutating func sampleConnections(_ type: TypeID, _ name: String, total: Int) throws {
    let adjacency = view.adjacency(type, .outgoing)
    let step = StatisticsSampler.step(total)
    var counts: [UInt64: Double] = [:]
    var taken = 0.0
    var scratch = Adjacency.Scratch()
    // Every step-th relationship, counted through from node to node.
    var next = 0
    for node in 0..<catalog.nodeIDLimit {
      let degree = try adjacency.degree(of: node)
      guard degree > next else {
        next -= degree
        continue
      }
      guard let start = try view.labelSetID(of: node), let run = try adjacency.run(of: node, scratch: &scratch) else { continue }
      while next < run.count {
        relationships[Int(type.rawValue)].append(run.relationships[next])
        let end = try view.labelSetID(of: run.neighbors[next]) ?? 0
        counts[UInt64(start) << 32 | UInt64(end), default: 0] += 1
        taken += 1
        next += step
      }
      next -= run.count
    }
    for (sets, count) in counts {
      let scaled = count / max(taken, 1) * Double(total)
      for start in labels(ofSet: UInt32(sets >> 32)) {
        for end in labels(ofSet: UInt32(truncatingIfNeeded: sets)) {
          result.connections[.init(start: start, type: name, end: end), default: 0] += scaled
        }
      }
    }
  }

  /// The names in a label set, and nil for "any".
  private func labels(ofSet set: UInt32) -> [String?] {
    guard Int(set) < catalog.labelSets.count else { return [nil] }
    return catalog.labelSets[Int(set)].map { catalog.labelNames[Int($0.rawValue)] } + [nil]
  }

  // MARK: Values

  private mutating func sampleNodeValues() {
    var nodes: [[UInt32]] = catalog.labelNames.map { _ in [] }
    var passed = catalog.labelNames.map { _ in 0 }
    let steps = catalog.nodesByLabel.map(StatisticsSampler.step)
    for node in 0..<catalog.nodeIDLimit {
      guard let found = try? view.labelSetID(of: node), Int(found) < catalog.labelSets.count else { continue }
      for label in catalog.labelSets[Int(found)] {
        let label = Int(label.rawValue)
        if passed[label] % steps[label] == 0 { nodes[label].append(node) }
        passed[label] += 1
      }
    }
    sampleValues(.node, catalog.labelNames, nodes, totals: catalog.nodesByLabel)
  }

  private mutating func sampleRelationshipValues() {
    sampleValues(.relationship, catalog.typeNames, relationships.map { $0.sorted() }, totals: catalog.relationshipsByType)
  }

  private mutating func sampleValues(_ entity: EntityKind, _ names: [String], _ elements: [[UInt32]], totals: [Int]) {
    var rest = StatisticsSampler.propertyLimit
    // The largest first, for when there are too many.
    for number in names.indices.sorted(by: { (totals[$0], $1) > (totals[$1], $0) }) where !elements[number].isEmpty {
      for key in catalog.keyNames.indices where rest > 0 && has(entity, UInt32(key)) {
        guard let column = try? view.column(KeyID(UInt32(key)), of: entity).gather(elements[number]) else { continue }
        let values: [Value]
        if case .constant(.null, _) = column { continue } else { values = column.asValues.filter { !$0.isNull } }
        guard !values.isEmpty else { continue }
        let total = Double(totals[number]) * Double(values.count) / Double(elements[number].count)
        result.values[.init(entity: entity, label: names[number], key: catalog.keyNames[key])] = ValueSketch(sample: values, total: total)
        rest -= 1
      }
    }
  }

  /// Whether any element of the kind may have the key.
  private func has(_ entity: EntityKind, _ key: UInt32) -> Bool {
    catalog.columns[ColumnKey(.property(entity), key)] != nil || view.overlay.touches(.property(entity), column: key)
  }
}
