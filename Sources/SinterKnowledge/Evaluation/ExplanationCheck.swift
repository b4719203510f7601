internal import SinterModel
internal import SinterStorage

/// Whether the reasons of recommendations hold: their numbers add up, their paths exist.
package struct ExplanationCheck: Sendable, Equatable {
  /// Recommendations looked at, and those with at least one reason whose path has a relationship.
  package var recommendations = 0
  package var withPath = 0
  /// Recommendations whose reasons do not add up to the score within one part in a billion.
  package var unequal = 0
  /// Paths with an element or a link that the snapshot does not have.
  package var paths = 0
  package var missingPaths = 0

  init() {}

  init(_ fusion: Fusion, _ items: some Sequence<UInt32>, _ view: GraphView) throws(SinterError) {
    for item in items {
      recommendations += 1
      guard case .list(let reasons) = try fusion.reasons(for: item) else { continue }
      var sum = 0.0
      var hasPath = false
      for case .map(let reason) in reasons {
        if case .float(let number)? = reason["contribution"] { sum += number }
        guard case .path(let path)? = reason["path"] else { continue }
        if !path.relationships.isEmpty { hasPath = true }
        paths += 1
        if try !Self.exists(path, view) { missingPaths += 1 }
      }
      if hasPath { withPath += 1 }
      let score = fusion.score(of: item)
      if abs(sum - score) > 1e-9 * max(1, abs(score)) { unequal += 1 }
    }
  }

  private static func exists(_ path: Path, _ view: GraphView) throws(SinterError) -> Bool {
    guard path.nodes.count == path.relationships.count + 1 else { return false }
    for node in path.nodes { if try !view.exists(node.id) { return false } }
    for (position, relationship) in path.relationships.enumerated() {
      guard let record = try view.relationship(relationship.id) else { return false }
      let (a, b) = (path.nodes[position].id, path.nodes[position + 1].id)
      guard (record.start, record.end) == (a, b) || (record.start, record.end) == (b, a) else { return false }
    }
    return true
  }

  static func + (a: ExplanationCheck, b: ExplanationCheck) -> ExplanationCheck {
    var sum = a
    sum.recommendations += b.recommendations
    sum.withPath += b.withPath
    sum.unequal += b.unequal
    sum.paths += b.paths
    sum.missingPaths += b.missingPaths
    return sum
  }
}
