import SinterModel

/// Estimates of rows from the graph's statistics.
struct CostModel {
  let statistics: GraphStatistics
  /// What the statement's variables are known to be.
  var kinds = ElementKinds()
  /// Values of parameters, where the plan may be made for them.
  var parameters: ParameterValues?

  // MARK: Nodes and relationships

  func nodes(labels: [String]) -> Double {
    labels.map { Double(statistics.nodesByLabel[$0] ?? 0) }.min() ?? Double(statistics.nodeCount)
  }

  /// Of several labels the rarest, which says most; nil without labels.
  func rarest(_ labels: [String]) -> String? {
    labels.min { (statistics.nodesByLabel[$0] ?? 0, $0) < (statistics.nodesByLabel[$1] ?? 0, $1) }
  }

  /// Relationships of a type between nodes of two labels; nil for any.
  func relationships(_ type: String, from start: String?, to end: String?) -> Double {
    let count = Double(statistics.relationshipsByType[type] ?? 0)
    guard count > 0, start != nil || end != nil else { return count }
    let sample = statistics.sample.connections
    guard let sampled = sample[.init(start: nil, type: type, end: nil)], sampled > 0 else {
      let share = [start, end].compactMap { $0 }.map { nodes(labels: [$0]) / Double(max(statistics.nodeCount, 1)) }.reduce(1, *)
      return count * max(share, 0.1)
    }
    return count / sampled * (sample[.init(start: start, type: type, end: end)] ?? 0)
  }

  private func names(_ types: [String]?) -> [String] { types ?? statistics.relationshipsByType.keys.sorted() }

  /// Rows that one row becomes by following `types` from a node with all of `labels`.
  func fanOut(_ types: [String]?, _ way: Expansion.Way, from labels: [String] = []) -> Double {
    let label = rarest(labels)
    var total = 0.0
    for type in names(types) {
      if way != .incoming { total += fanOut(type, .outgoing, label, isTyped: types != nil) }
      if way != .outgoing { total += fanOut(type, .incoming, label, isTyped: types != nil) }
    }
    return total
  }

  private func fanOut(_ type: String, _ way: Expansion.Way, _ label: String?, isTyped: Bool) -> Double {
    let isOutgoing = way == .outgoing
    if let label {
      return relationships(type, from: isOutgoing ? label : nil, to: isOutgoing ? nil : label) / max(nodes(labels: [label]), 1)
    }
    // A node without a known label is one of those that have the type; without a type, it may be any.
    let ends = (isOutgoing ? statistics.startNodesByType : statistics.endNodesByType)[type] ?? 0
    return Double(statistics.relationshipsByType[type] ?? 0) / Double(max(isTyped ? ends : statistics.nodeCount, 1))
  }

  /// How much more relationships of a type a node has that was met by following one of them, compared with any that has some.
  func bias(_ types: [String]?, _ way: Expansion.Way) -> Double {
    guard let types, way != .both else { return 1 }
    var (met, any) = (0.0, 0.0)
    for type in types {
      guard let degrees = statistics.sample.degrees[type] else { continue }
      let sketch = way == .outgoing ? degrees.outgoing : degrees.incoming
      let weight = Double(statistics.relationshipsByType[type] ?? 0)
      met += weight * sketch.meanByRelationship
      any += weight * sketch.mean
    }
    return any > 0 ? max(met / any, 1) : 1
  }

  /// Rows that one row becomes by an edge of a pattern, followed in the direction `way` from a node with `labels`.
  func rows(_ edge: QueryGraph.Edge, _ way: Expansion.Way, from labels: [String]) -> Double {
    guard let length = edge.length else { return fanOut(edge.types, way, from: labels) }
    // Behind the first hop a node is one that relationships of the type lead to.
    let first = max(fanOut(edge.types, way, from: labels), 0.1)
    let step = max(fanOut(edge.types, way), 0.1)
    var (rows, atHop) = (length.minimum == 0 ? 1.0 : 0, first)
    for hop in 1...max(min(length.maximum ?? 4, 4), 1) {
      if hop >= min(length.minimum, 4) { rows += atHop }
      atHop *= step
    }
    return rows
  }

  /// The chance that two given nodes are joined.
  func connection(_ types: [String]?, _ way: Expansion.Way, from start: [String], to end: [String]) -> Double {
    let (left, right) = (rarest(start), rarest(end))
    var total = 0.0
    for type in names(types) {
      func chance(_ a: String?, _ b: String?) -> Double {
        let starts = a.map { nodes(labels: [$0]) } ?? Double(statistics.startNodesByType[type] ?? 0)
        let ends = b.map { nodes(labels: [$0]) } ?? Double(statistics.endNodesByType[type] ?? 0)
        return relationships(type, from: a, to: b) / (max(starts, 1) * max(ends, 1))
      }
      if way != .incoming { total += chance(left, right) }
      if way != .outgoing { total += chance(right, left) }
    }
    return min(total, 1)
  }

  /// The share of the nodes that `types` lead to, from nodes with `labels`, that have all of `wanted`.
  func labelShare(of wanted: [String], behind types: [String]?, _ way: Expansion.Way, from labels: [String]) -> Double? {
    guard let types, let label = rarest(wanted) else { return nil }
    let start = rarest(labels)
    var (fitting, all) = (0.0, 0.0)
    for type in types {
      if way != .incoming {
        fitting += relationships(type, from: start, to: label)
        all += relationships(type, from: start, to: nil)
      }
      if way != .outgoing {
        fitting += relationships(type, from: label, to: start)
        all += relationships(type, from: nil, to: start)
      }
    }
    return all > 0 ? min(fitting / all, 1) : nil
  }
}

/// What is known of the statement's variables: each stands for one thing in all of it.
struct ElementKinds {
  /// Labels that a node has for sure, or as good as.
  var nodes: [Variable: [String]] = [:]
  /// Types one of which a relationship has; nil for any.
  var relationships: [Variable: [String]?] = [:]
  /// What a computed column holds.
  var origins: [Variable: Scalar] = [:]
}
