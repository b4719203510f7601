package import SinterModel

/// The relationships of one type in one direction, as compressed sparse rows over the map.
///
/// Each node's neighbours are sorted by neighbour id, then relationship id. A handle is made once
/// per operator and used for every row; it lives as long as its view.
package final class Adjacency: @unchecked Sendable {
  /// A contiguous piece of a node's neighbours; pointers are valid until the next call on the same scratch.
  package struct Run {
    package var neighbors: UnsafePointer<UInt32>
    package var relationships: UnsafePointer<UInt32>
    package var count: Int
  }

  /// Room for neighbours that must be merged with patches; one per operator and thread.
  package struct Scratch: ~Copyable {
    package init() {}
  }

  package func degree(of node: UInt32) throws(SinterError) -> Int { fatalError() }

  /// Calls `body` with the node's neighbours, in one run unless the list spans several values.
  package func forEachRun(of node: UInt32, scratch: inout Scratch, _ body: (Run) throws -> Void) throws { fatalError() }

  /// Whether there is a relationship from `node` to `neighbor`; binary search.
  package func contains(_ neighbor: UInt32, of node: UInt32, scratch: inout Scratch) throws -> Bool { fatalError() }
}
