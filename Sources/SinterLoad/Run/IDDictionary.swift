import CXXHash

/// Texts of ids → dense numbers from 0 in order of arrival.
///
/// Open addressing with linear probing over xxh3-64; a slot holds 32 bits of the hash beside the
/// number, so that a probe rarely touches the text; a hit is verified against it. The texts lie one
/// after another in one array.
///
/// Takes 24 to 40 bytes a node and the text itself; while it grows, the old slots too.
struct IDDictionary: Sendable {
  /// `hash's upper half << 32 | number + 1`; 0 is free. A power of two long, at most half full.
  private var slots: [UInt64]
  private var mask: Int
  /// `offset << 24 | length`, by number.
  private var places: [UInt64] = []
  private var texts: [UInt8] = []

  init() {
    slots = Array(repeating: 0, count: 1024)
    mask = 1023
  }

  var count: Int { places.count }
  var sizeBytes: Int { slots.count * 8 + places.count * 8 + texts.count }

  @inline(__always)
  static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 { XXH3_64bits(text.baseAddress, text.count) }

  /// The number of a text, or nil.
  /// - Complexity: O(1) expected.
  @inline(__always)
  func find(_ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
    let hash = Self.hash(text)
    return slots.withUnsafeBufferPointer { slots in
      var slot = Int(truncatingIfNeeded: hash) & mask
      while true {
        let entry = slots[slot]
        if entry == 0 { return nil }
        if entry >> 32 == hash >> 32 {
          let number = UInt32(truncatingIfNeeded: entry) &- 1
          if equals(Int(number), text) { return number }
        }
        slot = (slot + 1) & mask
      }
    }
  }

  /// The number of a text, given out when it is new.
  mutating func insert(_ text: UnsafeBufferPointer<UInt8>) -> (number: UInt32, isNew: Bool) {
    if let number = find(text) { return (number, false) }
    if (places.count + 1) * 2 > slots.count { grow() }
    let number = UInt32(places.count)
    places.append(UInt64(texts.count) << 24 | UInt64(text.count))
    texts.append(contentsOf: text)
    place(number, Self.hash(text))
    return (number, true)
  }

  func text(_ number: Int) -> ArraySlice<UInt8> {
    let start = Int(places[number] >> 24)
    return texts[start..<(start + Int(places[number] & 0xFF_FFFF))]
  }

  @inline(__always)
  private func equals(_ number: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let place = places[number]
    guard Int(place & 0xFF_FFFF) == text.count else { return false }
    return texts.withUnsafeBufferPointer { texts in
      let start = Int(place >> 24)
      for i in 0..<text.count where texts[start + i] != text[i] { return false }
      return true
    }
  }

  private mutating func place(_ number: UInt32, _ hash: UInt64) {
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(number &+ 1)
  }

  private mutating func grow() {
    let size = slots.count * 2
    slots = Array(repeating: 0, count: size)
    mask = size - 1
    for number in places.indices {
      place(UInt32(number), text(number).withUnsafeBufferPointer { Self.hash($0) })
    }
  }
}
