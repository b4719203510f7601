package import SinterModel

extension GraphView {
  /// Elements whose key equals `value` in the language's sense, ascending by id.
  package func lookup(_ index: IndexDescriptor, equal value: Value) throws(SinterError) -> [UInt32] {
    try lookup(index, equal: [value])
  }

  /// Elements whose keys equal `values`, one for each of the index's keys, ascending by id.
  /// - Complexity: O(log entries + results)
  package func lookup(_ index: IndexDescriptor, equal values: [Value]) throws(SinterError) -> [UInt32] {
    guard values.count == index.keys.count, let key = IndexKey.encode(values) else { return [] }
    let found = try elements(inIndex: index.id, key: key)

    guard key.count > IndexKey.lengthLimitBytes, IndexKey.mayBeTruncated(values) else { return found }
    var same: [UInt32] = []
    for id in found {
      var isSame = true
      for (name, value) in zip(index.keys, values) where isSame {
        isSame = IndexKey.isSame(try propertyValue(of: id, name, index), value)
      }
      if isSame { same.append(id) }
    }
    return same
  }

  /// Elements that an index has under a key, ascending by id; those of a cut key may differ in what was cut off.
  package func elements(inIndex index: UInt32, key: [UInt8]) throws(SinterError) -> [UInt32] {
    try elements(inIndex: index, key: key, try table(ColumnKey(.index, index)))
  }

  /// As ``elements(inIndex:key:)``, given the index's blocks.
  func elements(inIndex index: UInt32, key: [UInt8], _ table: ColumnTable?) throws(SinterError) -> [UInt32] {
    var found: [UInt32] = []
    if let table {
      try key.withUnsafeBufferPointer { (bytes) throws(SinterError) in
        try GraphView.forEachEntry(table, from: UnsafeRawBufferPointer(bytes)) { entry, id in
          guard IndexBlock.compare(entry, UnsafeRawBufferPointer(bytes)) == 0 else { return false }
          found.append(id)
          return true
        }
      }
    }
    guard overlay.changeCount > 0, let delta = overlay.indexDelta(index) else { return found }
    let changes = delta.changes(forKey: key)
    if !changes.removed.isEmpty {
      let removed = Set(changes.removed)
      found.removeAll { removed.contains($0) }
    }
    return changes.added.isEmpty ? found : (found + changes.added).sorted()
  }

  /// Calls `body` with all entries of an index, changes included, in order of key, then id.
  package func forEachEntry(
    inIndex index: UInt32, _ body: (UnsafeRawBufferPointer, UInt32) throws(SinterError) -> Void
  ) throws(SinterError) {
    try forEachEntry(index, KeyRange(), body)
  }

  /// Elements whose key lies between the bounds (nil: open) and is of the bounds' type, in key order.
  /// For an index over several keys, the bounds are on the first.
  /// - Parameter step: called for each element found; what it throws ends the search.
  package func lookup(
    _ index: IndexDescriptor, from lower: IndexBound?, to upper: IndexBound?, step: () throws(SinterError) -> Void = {}
  ) throws(SinterError) -> [UInt32] {
    var range = KeyRange()
    if let bound = lower ?? upper {
      guard let type = IndexKey.typeBounds(of: bound.value) else { return [] }
      range.lower = type.from
      range.upper = type.to
    }
    let isComposite = index.keys.count > 1
    if let lower {
      guard let key = IndexKey.encode(lower.value), key[0] == range.lower[0] else { return [] }
      range.lower = key
      range.skipsLower = !lower.inclusive && !isComposite && !IndexKey.isTruncated(key)
    }
    if let upper {
      guard let key = IndexKey.encode(upper.value), key[0] == (range.upper?[0] ?? 0) &- 1 else { return [] }
      // Everything that starts with a composite's first key sorts before that key's end raised by one.
      range.upper = isComposite || upper.inclusive || IndexKey.isTruncated(key) ? key + [0xFF, 0xFF] : key
    }
    var found: [UInt32] = []
    try forEachEntry(index.id, range) { (_, id) throws(SinterError) in
      found.append(id)
      try step()
    }
    let needsLook = isComposite || [lower, upper].contains { $0.flatMap { IndexKey.encode($0.value) }.map(IndexKey.isTruncated) ?? false }
    guard needsLook else { return found }
    var between: [UInt32] = []
    for id in found {
      try step()
      if IndexKey.isBetween(try propertyValue(of: id, index.keys[0], index), lower, upper) { between.append(id) }
    }
    return between
  }

  private func propertyValue(of id: UInt32, _ key: String, _ index: IndexDescriptor) throws(SinterError) -> Value {
    guard let key = keyID(key) else { return .null }
    return try propertyValue(index.entity, key, id)
  }

  /// Keys from `lower`, included, to `upper`, excluded (nil: to the end).
  private struct KeyRange {
    var lower: [UInt8] = []
    var upper: [UInt8]?
    /// `lower` itself is left out.
    var skipsLower = false

    func contains(_ key: UnsafeRawBufferPointer) -> Bool {
      lower.withUnsafeBytes { !(skipsLower && IndexBlock.compare(key, $0) == 0) }
    }

    func isPast(_ key: UnsafeRawBufferPointer) -> Bool {
      upper?.withUnsafeBytes { IndexBlock.compare(key, $0) >= 0 } ?? false
    }
  }

  /// Base entries and changes in a range, merged in order of key, then id.
  private func forEachEntry(
    _ index: UInt32, _ range: KeyRange, _ body: (UnsafeRawBufferPointer, UInt32) throws(SinterError) -> Void
  ) throws(SinterError) {
    var changes: [IndexDelta.Entry] = []
    if let delta = overlay.indexDelta(index), delta.count > 0 {
      changes = delta.entries(from: range.lower, through: range.upper).filter { entry in
        entry.key.withUnsafeBytes { range.contains($0) && !range.isPast($0) }
      }
    }
    var next = 0
    func give(_ change: IndexDelta.Entry) throws(SinterError) {
      guard !change.isRemoved else { return }
      try change.key.withUnsafeBufferPointer { (key) throws(SinterError) in try body(UnsafeRawBufferPointer(key), change.id) }
    }
    if let table = try table(ColumnKey(.index, index)) {
      try range.lower.withUnsafeBufferPointer { (lower) throws(SinterError) in
        try GraphView.forEachEntry(table, from: UnsafeRawBufferPointer(lower)) { (key, id) throws(SinterError) in
          if range.isPast(key) { return false }
          guard range.contains(key) else { return true }
          while next < changes.count {
            let order = changes[next].key.withUnsafeBytes { IndexBlock.compare($0, key) }
            if order > 0 || (order == 0 && changes[next].id > id) { break }
            next += 1
            if order == 0, changes[next - 1].id == id {
              // Only a removal can have the address of an entry of the base.
              return true
            }
            try give(changes[next - 1])
          }
          try body(key, id)
          return true
        }
      }
    }
    for change in changes[next...] { try give(change) }
  }

  /// Calls `body` with the base's entries from the first whose key is not below `lower`, until it returns false.
  static func forEachEntry(
    _ table: ColumnTable, from lower: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, UInt32) throws(SinterError) -> Bool
  ) throws(SinterError) {
    // The last block that starts below the bound may still hold entries at it.
    var low: UInt32 = 0
    var high = table.segmentLimit
    while low < high {
      let middle = (low + high) >> 1
      if IndexBlock.compare(try table.indexBlock(middle).pointee.key(0), lower) < 0 { low = middle + 1 } else { high = middle }
    }
    var number = low == 0 ? 0 : low - 1
    var isFirst = true
    while number < table.segmentLimit {
      let block = try table.indexBlock(number).pointee
      for entry in (isFirst ? block.lowerBound(lower) : 0)..<block.count {
        guard try body(block.key(entry), block.id(entry)) else { return }
      }
      isFirst = false
      number += 1
    }
  }
}

extension IndexKey {
  /// Whether two values have the same key before it is cut.
  static func isSame(_ a: Value, _ b: Value) -> Bool { fullKey(a) != nil && fullKey(a) == fullKey(b) }

  /// Whether the value's uncut key lies between the bounds'.
  static func isBetween(_ value: Value, _ lower: IndexBound?, _ upper: IndexBound?) -> Bool {
    guard let key = fullKey(value) else { return false }
    if let lower, let bound = fullKey(lower.value) {
      let order = compareKeys(key, bound)
      guard order > 0 || (order == 0 && lower.inclusive) else { return false }
    }
    if let upper, let bound = fullKey(upper.value) {
      let order = compareKeys(key, bound)
      guard order < 0 || (order == 0 && upper.inclusive) else { return false }
    }
    return true
  }
}
