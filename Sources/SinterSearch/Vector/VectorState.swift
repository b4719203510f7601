import SinterKernels
package import SinterModel
package import SinterStorage

/// The vectors of an index as of one commit.
package struct VectorState: SearchState {
  let space: VectorSpace
  let options: VectorOptions
  let name: String
  /// Those that are not in a base, or are others there.
  var rows: VectorRows

  init(_ index: SearchIndexDescriptor) {
    options = VectorOptions(index)
    space = VectorSpace(options)
    name = index.name
    rows = VectorRows(dimension: space.dimension)
  }

  package var count: Int { rows.count }
  package var changedCount: Int { rows.count }

  package mutating func update(_ ids: [UInt32], in elements: IndexedElements) throws(SinterError) {
    let reader = VectorReader(elements, space)
    let row = UnsafeMutableBufferPointer<Float>.allocate(capacity: space.dimension)
    defer { row.deallocate() }
    for id in ids {
      if try elements.covers(id), try reader.read(id, into: row.baseAddress!) {
        rows.set(id, UnsafeBufferPointer(row))
      } else {
        rows.remove(id)
      }
    }
  }

  package func search(_ request: SearchRequest) throws(SinterError) -> [SearchHit] {
    guard case .vector(let query) = request.query else {
      throw SinterError("ArgumentError.InvalidVector", "The vector index `\(name)` is searched for a list of numbers.")
    }
    let prepared = try space.prepared(query, index: name)
    guard request.limit > 0 else { return [] }
    let keys = try exactKeys(prepared, request)
    return try ranked(keys, request)
  }
}

// MARK: The exact scan

extension VectorState {
  /// An element with its key.
  typealias Keyed = TopK.Entry

  /// The keys of all rows, or of those among the candidates.
  private func exactKeys(_ query: [Float], _ request: SearchRequest) throws(SinterError) -> [Keyed] {
    var found: [Keyed] = []
    if let candidates = request.candidates {
      for id in candidates {
        guard let position = rows.position(of: id) else { continue }
        found.append(Keyed(id: id, score: key(query, row: position)))
      }
      return found
    }
    let part = 1024
    var keys = [Float](repeating: 0, count: part)
    found.reserveCapacity(rows.count)
    var start = 0
    while start < rows.count {
      let count = min(part, rows.count - start)
      query.withUnsafeBufferPointer { query in
        rows.values.withUnsafeBufferPointer { values in
          keys.withUnsafeMutableBufferPointer { keys in
            space.keys(query.baseAddress!, rows: values.baseAddress! + start * space.dimension, count: count, into: keys.baseAddress!)
          }
        }
      }
      for i in 0..<count { found.append(Keyed(id: rows.ids[start + i], score: keys[i])) }
      start += count
      try request.checkInterrupts()
    }
    return found
  }

  func key(_ query: [Float], row: Int) -> Float {
    query.withUnsafeBufferPointer { query in
      rows.values.withUnsafeBufferPointer { space.key(query.baseAddress!, $0.baseAddress! + row * space.dimension) }
    }
  }

  /// The best of many that pass the filter: asked of the best first, of ever more as long as too few pass.
  func ranked(_ found: [Keyed], _ request: SearchRequest) throws(SinterError) -> [SearchHit] {
    var rest = found
    if let minimum = request.minimumScore { rest.removeAll { space.score($0.score) < minimum } }
    guard let filter = request.filter else { return hits(best(rest, request.limit)) }
    var hits: [SearchHit] = []
    var asked = min(rest.count, max(4 * request.limit, 64))
    var order: [Keyed] = best(rest, asked)
    var start = 0
    while start < order.count {
      let part = Array(order[start...])
      let passing = Set(try filter(part.map(\.id)))
      for entry in part where passing.contains(entry.id) {
        hits.append(SearchHit(id: entry.id, score: space.score(entry.score)))
        if hits.count == request.limit { return hits }
      }
      start = order.count
      guard start < rest.count else { break }
      asked = min(rest.count, asked * 8)
      order = best(rest, asked)
      try request.checkInterrupts()
    }
    return hits
  }

  private func best(_ entries: [Keyed], _ limit: Int) -> [Keyed] {
    if limit >= entries.count {
      return entries.sorted { $0.score > $1.score || ($0.score == $1.score && $0.id < $1.id) }
    }
    var top = TopK(limit)
    for entry in entries { top.insert(entry.id, score: entry.score) }
    return top.sorted()
  }

  private func hits(_ entries: [Keyed]) -> [SearchHit] { entries.map { SearchHit(id: $0.id, score: space.score($0.score)) } }
}
