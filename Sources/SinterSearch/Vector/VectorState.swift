import SinterKernels
package import SinterModel
package import SinterStorage

/// The vectors of an index as of one commit: a base, and in memory those that are new or others than in it.
package struct VectorState: SearchState {
  let space: VectorSpace
  let options: VectorOptions
  let name: String
  let base: VectorBase?
  /// Those that are not in the base, or are others there.
  private(set) var rows: VectorRows
  /// Rows of the base that hold no longer.
  private(set) var hidden = RowSet()

  init(_ index: SearchIndexDescriptor, over base: VectorBase?) {
    options = VectorOptions(index)
    space = VectorSpace(options)
    name = index.name
    self.base = base
    rows = VectorRows(dimension: space.dimension)
  }

  package var count: Int { (base?.count ?? 0) - hidden.count + rows.count }
  package var changedCount: Int { rows.count + hidden.count }

  package mutating func update(_ ids: [UInt32], in elements: IndexedElements) throws(SinterError) {
    let reader = VectorReader(elements, space)
    let row = UnsafeMutableBufferPointer<Float>.allocate(capacity: space.dimension)
    defer { row.deallocate() }
    for id in ids {
      if let known = base?.row(of: id) { hidden.insert(known) }
      if try elements.covers(id), try reader.read(id, into: row.baseAddress!) {
        rows.set(id, UnsafeBufferPointer(row))
      } else {
        rows.remove(id)
      }
    }
  }

  // MARK: All vectors

  /// Where a vector is.
  enum Source: Sendable {
    case base(UInt32)
    case memory(Int)
  }

  /// Every element with where its vector is, ascending.
  func sources() -> [(id: UInt32, source: Source)] {
    var all: [(id: UInt32, source: Source)] = []
    all.reserveCapacity(count)
    if let base {
      for row in 0..<UInt32(base.count) where !hidden.contains(row) { all.append((base.id(ofRow: row), .base(row))) }
    }
    for (position, id) in rows.ids.enumerated() { all.append((id, .memory(position))) }
    return all.sorted { $0.id < $1.id }
  }

  func withVectors<T>(_ body: ((Source) -> UnsafePointer<Float>) -> T) -> T {
    rows.values.withUnsafeBufferPointer { values in
      body { source in
        switch source {
        case .base(let row): base!.vector(row)
        case .memory(let position): values.baseAddress! + position * space.dimension
        }
      }
    }
  }

  /// An element's vector; nil for one that is not in the index.
  func source(of id: UInt32) -> Source? {
    if let position = rows.position(of: id) { return .memory(position) }
    guard let row = base?.row(of: id), !hidden.contains(row) else { return nil }
    return .base(row)
  }
}
