#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension String {
  /// The order of two strings by code point: negative, zero or positive.
  ///
  /// UTF-8 keeps the order of code points, so the bytes are compared. Swift's own `<` and `==` work on canonical
  /// equivalence, which the query language does not.
  /// - Complexity: O(the shorter string)
  @usableFromInline
  package func codePointOrder(_ other: String) -> Int {
    let order = utf8.withContiguousStorageIfAvailable { a in
      other.utf8.withContiguousStorageIfAvailable { b -> Int in
        let common = min(a.count, b.count)
        if common > 0, let left = a.baseAddress, let right = b.baseAddress {
          let order = memcmp(left, right, common)
          if order != 0 { return Int(order) }
        }
        return a.count - b.count
      }
    }
    if let order, let order { return order }
    if utf8.elementsEqual(other.utf8) { return 0 }
    return utf8.lexicographicallyPrecedes(other.utf8) ? -1 : 1
  }

  /// Whether both strings are the same code points.
  @inlinable
  package func hasSameCodePoints(as other: String) -> Bool {
    utf8.count == other.utf8.count && codePointOrder(other) == 0
  }
}
