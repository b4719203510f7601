/// Follows a chain of hops and answers how many paths there are, not which: rows that differ only in variables
/// that nobody reads are never made.
package struct PathCount: Sendable {
  package var hops: [Hop]
  /// The node that paths are told apart by; nil when only their number is asked for.
  package var target: Variable?
  /// How many paths a row stands for; nil when it is enough that there is one.
  package var count: Variable?

  /// One hop, and what the node it leads to must satisfy.
  package struct Hop: Sendable {
    package var expansion: Expansion
    /// The node must have all of these labels.
    package var labels: [String] = []
    /// Pairs of nodes that must differ, or be the same; the later of each is known from this hop on.
    package var different: [Pair] = []
    package var same: [Pair] = []
  }

  package struct Pair: Sendable, Hashable {
    package var a: Variable
    package var b: Variable
    package init(a: Variable, b: Variable) {
      self.a = a
      self.b = b
    }
  }
}
