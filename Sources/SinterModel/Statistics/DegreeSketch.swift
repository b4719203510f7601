/// How many relationships of one type the nodes have in one direction, of those that have any.
package struct DegreeSketch: Sendable, Equatable {
  /// Nodes with at least one.
  package var nodes = 0.0
  package var total = 0.0
  /// Sum of the squares: who follows relationships meets a node as often as it has some.
  package var squares = 0.0
  package var largest = 0.0
  /// Nodes with 1, 2–3, 4–7, … relationships.
  package var histogram: [Double] = []

  package init() {}

  package init(nodes: Double, total: Double, squares: Double, largest: Double, histogram: [Double]) {
    (self.nodes, self.total, self.squares, self.largest, self.histogram) = (nodes, total, squares, largest, histogram)
  }

  /// - Parameter weight: how many nodes this one stands for.
  package mutating func add(_ degree: Int, weight: Double = 1) {
    guard degree > 0 else { return }
    let bucket = Int.bitWidth - 1 - degree.leadingZeroBitCount
    while histogram.count <= bucket { histogram.append(0) }
    histogram[bucket] += weight
    nodes += weight
    total += weight * Double(degree)
    squares += weight * Double(degree) * Double(degree)
    largest = max(largest, Double(degree))
  }

  package var mean: Double { nodes > 0 ? max(total / nodes, 1) : 0 }

  /// Of a node met by following a relationship of the type to it.
  package var meanByRelationship: Double { total > 0 ? max(squares / total, 1) : 0 }
}
