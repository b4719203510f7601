import SinterModel

/// Numbers distinct 32-bit ids in order of appearance.
///
/// While the ids are small for their number, a table by id says the number; after that, open addressing with linear probing.
struct IDTable {
  private(set) var keys: [UInt32] = []
  /// Number of an id plus one, by id; 0 for none. Empty once ids are hashed.
  private var direct: [Int32] = []
  private var isDirect = true
  /// Number of the key in a slot plus one; 0 for none.
  private var slots: [Int32] = []

  var count: Int { keys.count }
  /// While it grows, the old slots are there too.
  var byteCount: Int { keys.capacity * 6 + slots.count * 6 + direct.count * 4 }

  /// Ids below this are numbered by a table, however few they are.
  private static let smallBound = 1 << 10
  private static let directBound = 1 << 20

  /// The number of each id.
  mutating func numbers(_ ids: UnsafeBufferPointer<UInt32>) -> [Int32] {
    if isDirect {
      if makeRoom(for: ids) { return directNumbers(ids) }
      isDirect = false
      direct = []
      grow(to: max(64, (keys.count + ids.count) * 2))
    }
    // Room for all of them at once, so that no probe meets a full table.
    if (keys.count + ids.count) * 2 > slots.count { grow(to: (keys.count + ids.count) * 2) }
    return hashedNumbers(ids)
  }

  /// A table of a few times as many entries as there are ids at hand; false when these ids need a larger one.
  private mutating func makeRoom(for ids: UnsafeBufferPointer<UInt32>) -> Bool {
    var all: UInt32 = 0
    for id in ids { all |= id }
    // At most one less than twice the largest id.
    let wanted = Int(all) + 1
    if wanted <= direct.count { return true }
    guard wanted <= max(IDTable.smallBound, min(4 * (keys.count + ids.count), IDTable.directBound)) else { return false }
    direct += [Int32](repeating: 0, count: max(wanted, 2 * direct.count) - direct.count)
    return true
  }

  private mutating func directNumbers(_ ids: UnsafeBufferPointer<UInt32>) -> [Int32] {
    var count = Int32(truncatingIfNeeded: keys.count)
    var fresh: [UInt32] = []
    let result = direct.withUnsafeMutableBufferPointer { direct in
      [Int32](unsafeUninitializedCapacity: ids.count) { result, initialized in
        for i in 0..<ids.count {
          var number = direct[Int(ids[i])]
          if number == 0 {
            count += 1
            number = count
            direct[Int(ids[i])] = number
            fresh.append(ids[i])
          }
          result[i] = number - 1
        }
        initialized = ids.count
      }
    }
    keys += fresh
    return result
  }

  private mutating func hashedNumbers(_ ids: UnsafeBufferPointer<UInt32>) -> [Int32] {
    let mask = slots.count - 1
    let shift = UInt32(32 - slots.count.trailingZeroBitCount)
    var result = [Int32](repeating: 0, count: ids.count)
    for i in 0..<ids.count {
      let id = ids[i]
      var slot = Int((id &* 0x9E37_79B1) >> shift)
      while true {
        let number = slots[slot]
        if number == 0 {
          keys.append(id)
          slots[slot] = Int32(truncatingIfNeeded: keys.count)
          result[i] = Int32(truncatingIfNeeded: keys.count - 1)
          break
        }
        if keys[Int(number) - 1] == id {
          result[i] = number - 1
          break
        }
        slot = (slot + 1) & mask
      }
    }
    return result
  }

  private mutating func grow(to wanted: Int) {
    var size = max(slots.count, 64)
    while size < wanted { size *= 2 }
    slots = [Int32](repeating: 0, count: size)
    let shift = UInt32(32 - size.trailingZeroBitCount)
    for (i, key) in keys.enumerated() {
      var slot = Int((key &* 0x9E37_79B1) >> shift)
      while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Int32(i + 1)
    }
  }
}
