import CSinterText
import CXXHash

/// Texts of any length → numbers, for ids too long for a slot of an ``IDDictionary``.
///
/// Open addressing with linear probing over xxh3-64; a slot holds 32 bits of the hash beside the
/// text's place, so that a probe rarely touches the text; a hit is verified against it. The texts
/// lie one after another in one array.
///
/// Takes 28 to 44 bytes an id and its text; while it grows, the old slots too.
struct LongIDTable {
  /// `hash's upper half << 32 | position + 1`; 0 is free. A power of two long, at most half full.
  private var slots: [UInt64] = []
  /// `offset << 24 | length`, by position.
  private var places: [UInt64] = []
  private var numbers: [UInt32] = []
  private var texts: [UInt8] = []

  var count: Int { places.count }

  private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 { XXH3_64bits(text.baseAddress, text.count) }

  /// - Complexity: O(1) expected.
  func find(_ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
    guard !slots.isEmpty else { return nil }
    let hash = Self.hash(text)
    let mask = slots.count - 1
    return slots.withUnsafeBufferPointer { slots in
      var slot = Int(truncatingIfNeeded: hash) & mask
      while true {
        let entry = slots[slot]
        if entry == 0 { return nil }
        if entry >> 32 == hash >> 32 {
          let position = Int(UInt32(truncatingIfNeeded: entry) &- 1)
          if equals(position, text) { return numbers[position] }
        }
        slot = (slot + 1) & mask
      }
    }
  }

  /// Asks for the slot at which a search for the text begins.
  func prefetch(_ text: UnsafeBufferPointer<UInt8>) {
    guard !slots.isEmpty else { return }
    let slot = Int(truncatingIfNeeded: Self.hash(text)) & (slots.count - 1)
    slots.withUnsafeBufferPointer { sinter_prefetch($0.baseAddress! + slot) }
  }

  /// - Precondition: The text is not there.
  mutating func insert(_ text: UnsafeBufferPointer<UInt8>, _ number: UInt32) {
    if (places.count + 1) * 2 > slots.count { grow() }
    let position = UInt32(places.count)
    places.append(UInt64(texts.count) << 24 | UInt64(text.count))
    numbers.append(number)
    texts.append(contentsOf: text)
    place(position, Self.hash(text))
  }

  private func text(_ position: Int) -> ArraySlice<UInt8> {
    let start = Int(places[position] >> 24)
    return texts[start..<(start + Int(places[position] & 0xFF_FFFF))]
  }

  @inline(__always)
  private func equals(_ position: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let place = places[position]
    guard Int(place & 0xFF_FFFF) == text.count else { return false }
    return texts.withUnsafeBufferPointer { texts in
      let start = Int(place >> 24)
      for i in 0..<text.count where texts[start + i] != text[i] { return false }
      return true
    }
  }

  private mutating func place(_ position: UInt32, _ hash: UInt64) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(position &+ 1)
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: max(1024, slots.count * 2))
    for position in places.indices {
      place(UInt32(position), text(position).withUnsafeBufferPointer { Self.hash($0) })
    }
  }
}
