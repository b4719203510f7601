import SinterKernels
package import SinterModel

extension VectorState {
  /// An element with its key.
  typealias Keyed = TopK.Entry

  package func search(_ request: SearchRequest) throws(SinterError) -> [SearchHit] {
    guard case .vector(let query) = request.query else {
      throw SinterError("ArgumentError.InvalidVector", "The vector index `\(name)` is searched for a list of numbers.")
    }
    let prepared = try space.prepared(query, index: name)
    let limit = min(request.limit, count)
    guard limit > 0 else { return [] }
    if let candidates = request.candidates {
      let passing = try request.filter.map { (filter) throws(SinterError) in try filter(candidates) } ?? candidates
      return hits(best(keys(prepared, among: passing), request.limit), request)
    }
    let recall = request.recall ?? options.recall
    guard let base, recall < 1, limit <= base.count / 8 else { return try scanned(prepared, request) }
    guard let filter = request.filter else {
      return hits(nearest(prepared, base, limit, request), request)
    }
    return try filtered(prepared, base, limit, filter, request)
  }

  // MARK: By the lists

  /// The best of base and memory together.
  private func nearest(_ query: [Float], _ base: VectorBase, _ wanted: Int, _ request: SearchRequest) -> [Keyed] {
    let least = request.minimumScore.map { space.key(ofScore: $0) } ?? -.infinity
    let reach = base.lists.reach(recall: request.recall ?? options.recall)
    let found = base.nearest(query, wanted: wanted, leastKey: least, reach: reach, hidden: hidden)
    guard rows.count > 0 else { return found }
    return best(found + allKeysInMemory(query), wanted)
  }

  /// Looks among ever more of the nearest for those that pass; where few of them do, among all that pass.
  private func filtered(
    _ query: [Float], _ base: VectorBase, _ limit: Int, _ filter: ([UInt32]) throws(SinterError) -> [UInt32], _ request: SearchRequest
  ) throws(SinterError) -> [SearchHit] {
    var wanted = max(4 * limit, 64)
    for _ in 0..<3 {
      guard wanted <= count / 16 else { break }
      let found = nearest(query, base, wanted, request)
      let passing = Set(try filter(found.map(\.id)))
      let kept = found.filter { passing.contains($0.id) }
      // Fewer than wanted were found only where a least score ends the list.
      if kept.count >= limit || (found.count < wanted && request.minimumScore != nil) { return hits(Array(kept.prefix(limit)), request) }
      let share = (Double(kept.count) + 0.5) / Double(found.count + 1)
      wanted = max(4 * wanted, Int(1.5 * Double(limit) / share))
      try request.checkInterrupts()
    }
    guard let all = request.passing else { return try scanned(query, request) }
    return hits(best(keys(query, among: try all()), limit), request)
  }

  // MARK: Exactly

  /// Compares every vector.
  private func scanned(_ query: [Float], _ request: SearchRequest) throws(SinterError) -> [SearchHit] {
    var found = allKeysInMemory(query)
    if let base {
      found.reserveCapacity(count)
      query.withUnsafeBufferPointer { query in
        for row in 0..<UInt32(base.count) where !hidden.contains(row) {
          found.append(Keyed(id: base.id(ofRow: row), score: space.key(query.baseAddress!, base.vector(row))))
        }
      }
    }
    try request.checkInterrupts()
    return try ranked(found, request)
  }

  private func allKeysInMemory(_ query: [Float]) -> [Keyed] {
    let part = 1024
    var keys = [Float](repeating: 0, count: min(part, rows.count))
    var found: [Keyed] = []
    found.reserveCapacity(rows.count)
    for start in stride(from: 0, to: rows.count, by: part) {
      let count = min(part, rows.count - start)
      query.withUnsafeBufferPointer { query in
        rows.values.withUnsafeBufferPointer { values in
          keys.withUnsafeMutableBufferPointer { keys in
            space.keys(query.baseAddress!, rows: values.baseAddress! + start * space.dimension, count: count, into: keys.baseAddress!)
          }
        }
      }
      for i in 0..<count { found.append(Keyed(id: rows.ids[start + i], score: keys[i])) }
    }
    return found
  }

  /// The keys of those of some elements that are in the index.
  private func keys(_ query: [Float], among ids: [UInt32]) -> [Keyed] {
    var found: [Keyed] = []
    query.withUnsafeBufferPointer { query in
      withVectors { vector in
        for id in ids {
          guard let source = source(of: id) else { continue }
          found.append(Keyed(id: id, score: space.key(query.baseAddress!, vector(source))))
        }
      }
    }
    return found
  }

  /// The best of many that pass the filter, which is asked of the best first, and of ever more as long as too few pass.
  private func ranked(_ found: [Keyed], _ request: SearchRequest) throws(SinterError) -> [SearchHit] {
    guard let filter = request.filter else { return hits(best(found, request.limit), request) }
    var passed: [Keyed] = []
    var asked = 0
    var next = max(4 * request.limit, 64)
    while asked < found.count, passed.count < request.limit {
      let part = Array(best(found, next)[asked...])
      let passing = Set(try filter(part.map(\.id)))
      passed += part.filter { passing.contains($0.id) }
      asked += part.count
      next = min(found.count, next * 8)
      try request.checkInterrupts()
    }
    return hits(Array(passed.prefix(request.limit)), request)
  }

  private func best(_ entries: [Keyed], _ limit: Int) -> [Keyed] {
    if limit >= entries.count {
      return entries.sorted { $0.score > $1.score || ($0.score == $1.score && $0.id < $1.id) }
    }
    var top = TopK(limit)
    for entry in entries { top.insert(entry.id, score: entry.score) }
    return top.sorted()
  }

  private func hits(_ entries: [Keyed], _ request: SearchRequest) -> [SearchHit] {
    let hits = entries.map { SearchHit(id: $0.id, score: space.score($0.score)) }
    guard let minimum = request.minimumScore else { return hits }
    return hits.filter { $0.score >= minimum }
  }
}
