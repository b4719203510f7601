import SinterModel

/// Loops over a batch's integers that write each result without asking whether there is room.
extension [Int64] {
  /// The same numbers in 32 bits, none of them `Vector.nullID`; nil when one does not fit.
  var asIDs: [UInt32]? {
    var all: UInt64 = 0
    for number in self { all |= UInt64(bitPattern: number) }
    if all >= UInt64(UInt32.max) {
      for number in self where UInt64(bitPattern: number) >= UInt64(UInt32.max) { return nil }
    }
    return [UInt32](unsafeUninitializedCapacity: count) { ids, initialized in
      for i in indices { ids[i] = UInt32(truncatingIfNeeded: self[i]) }
      initialized = count
    }
  }

  /// Where the numbers above zero stand.
  var positiveIndices: [Int32] {
    [Int32](unsafeUninitializedCapacity: count) { found, initialized in
      var end = 0
      for i in indices {
        // Written in any case and kept by moving on: no branch to mispredict.
        found[end] = Int32(truncatingIfNeeded: i)
        end += self[i] > 0 ? 1 : 0
      }
      initialized = end
    }
  }

  /// The numbers at some places.
  func gathering(_ places: [Int32]) -> [Int64] {
    [Int64](unsafeUninitializedCapacity: places.count) { taken, initialized in
      for i in places.indices { taken[i] = self[Int(places[i])] }
      initialized = places.count
    }
  }
}
