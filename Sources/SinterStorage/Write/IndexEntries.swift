/// Entries of an index being built: keys one after another in one buffer.
struct IndexEntries {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  private var elements: [UInt32] = []
  /// Positions in key order after ``sort()``.
  private var order: [Int] = []

  var count: Int { elements.count }

  mutating func append(_ key: [UInt8], _ element: UInt32) {
    bytes.append(contentsOf: key)
    ends.append(bytes.count)
    elements.append(element)
  }

  /// Orders the entries by key, then element.
  /// - Complexity: O(*n* log *n*)
  mutating func sort() {
    var positions = Array(0..<count)
    bytes.withUnsafeBytes { raw in
      positions.sort { a, b in
        let result = compareKeys(key(a, raw), key(b, raw))
        return result < 0 || (result == 0 && elements[a] < elements[b])
      }
    }
    order = positions
  }

  /// Calls `body` with each entry in order.
  func forEach<Failure: Error>(_ body: (UnsafeRawBufferPointer, UInt32) throws(Failure) -> Void) throws(Failure) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(Failure) in
      let raw = UnsafeRawBufferPointer(buffer)
      for position in order { try body(key(position, raw), elements[position]) }
    }
  }

  private func key(_ position: Int, _ raw: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: raw[(position == 0 ? 0 : ends[position - 1])..<ends[position]])
  }
}

/// Byte order of two keys: negative, zero or positive.
func compareKeys(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
  let common = min(a.count, b.count)
  for i in 0..<common where a[i] != b[i] { return Int(a[i]) - Int(b[i]) }
  return a.count - b.count
}
