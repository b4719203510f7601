import CSinterText

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Texts of ids → dense numbers from 0 in order of arrival.
///
/// Open addressing with linear probing. A text of up to twelve bytes lies in its slot, beside its
/// number, so that a look-up touches one cache line, which ``IDLookup/prefetch(_:)`` can ask for
/// early: in a large graph, waiting for memory is most of what a look-up costs. Longer texts are in
/// a ``LongIDTable``.
///
/// Takes 21 to 43 bytes a node with a short id; while it grows, the old slots too.
///
/// One thread enters ids; once others look them up, nothing changes any more. That is the proof for
/// `@unchecked Sendable`.
final class IDDictionary: @unchecked Sendable {
  /// 16 bytes: four to a cache line, none across two.
  struct Slot: BitwiseCopyable {
    var text: ShortText
    /// Number + 1; 0 is free.
    var tag: UInt32
  }

  fileprivate var slots: UnsafeMutablePointer<Slot>
  /// One less than the number of slots, a power of two; at most three in four are taken.
  fileprivate var mask: Int
  private var shortCount = 0
  fileprivate var long = LongIDTable()

  init() {
    mask = 1023
    slots = Self.allocate(1024)
  }

  deinit { free(slots) }

  var count: Int { shortCount + long.count }

  /// The number of a text, given out when it is new.
  func insert(_ text: UnsafeBufferPointer<UInt8>) -> (number: UInt32, isNew: Bool) {
    if let number = lookup.find(text) { return (number, false) }
    let number = UInt32(count)
    guard let short = ShortText(text) else {
      long.insert(text, number)
      return (number, true)
    }
    if (shortCount + 1) * 4 > (mask + 1) * 3 { grow() }
    place(Slot(text: short, tag: number &+ 1))
    shortCount += 1
    return (number, true)
  }

  /// Looks ids up; valid while the dictionary lives and nothing is entered.
  var lookup: IDLookup { IDLookup(slots: slots, mask: mask, dictionary: Unmanaged.passUnretained(self)) }

  private func place(_ entry: Slot) {
    var slot = entry.text.hash & mask
    while slots[slot].tag != 0 { slot = (slot + 1) & mask }
    slots[slot] = entry
  }

  private func grow() {
    let (old, oldCount) = (slots, mask + 1)
    slots = Self.allocate(oldCount * 2)
    mask = oldCount * 2 - 1
    for index in 0..<oldCount where old[index].tag != 0 { place(old[index]) }
    free(old)
  }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Slot> {
    let byteCount = count * MemoryLayout<Slot>.stride
    let hugePage = 2 << 20
    let alignment = byteCount >= hugePage ? hugePage : 64
    var memory: UnsafeMutableRawPointer?
    precondition(posix_memalign(&memory, alignment, byteCount) == 0, "the system refuses \(byteCount) bytes for the ids of nodes")
    #if canImport(Glibc)
      // Slots are met in no order: in large pages, few look-ups wait for the page table.
      if byteCount >= hugePage { madvise(memory, byteCount, MADV_HUGEPAGE) }
    #endif
    memset(memory!, 0, byteCount)
    return memory!.bindMemory(to: Slot.self, capacity: count)
  }
}

/// A view of an ``IDDictionary`` that threads copy without counting references; they keep it alive.
struct IDLookup: BitwiseCopyable, @unchecked Sendable {
  fileprivate let slots: UnsafeMutablePointer<IDDictionary.Slot>
  fileprivate let mask: Int
  fileprivate let dictionary: Unmanaged<IDDictionary>

  /// The number of a text, or nil.
  /// - Complexity: O(1) expected.
  @inline(__always)
  func find(_ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
    guard let short = ShortText(text) else { return findLong(text) }
    var slot = short.hash & mask
    while true {
      let entry = slots[slot]
      if entry.text == short { return entry.tag &- 1 }
      if entry.tag == 0 { return nil }
      slot = (slot + 1) & mask
    }
  }

  /// Asks for the memory that ``find(_:)`` will look at.
  @inline(__always)
  func prefetch(_ text: UnsafeBufferPointer<UInt8>) {
    guard let short = ShortText(text) else { return prefetchLong(text) }
    sinter_prefetch(slots + (short.hash & mask))
  }

  @inline(never)
  private func prefetchLong(_ text: UnsafeBufferPointer<UInt8>) {
    dictionary._withUnsafeGuaranteedRef { $0.long.prefetch(text) }
  }

  @inline(never)
  private func findLong(_ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
    dictionary._withUnsafeGuaranteedRef { $0.long.find(text) }
  }
}

/// A text of one to twelve bytes as a number; the last byte is not 0, so that the bytes that are
/// missing can be. No text is all zeros.
struct ShortText: BitwiseCopyable, Equatable {
  private var low0: UInt32 = 0
  private var low1: UInt32 = 0
  private var high: UInt32 = 0

  @inline(__always)
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    let count = text.count
    guard count > 0, count <= 12, text[count - 1] != 0 else { return nil }
    let bytes = UnsafeRawPointer(text.baseAddress!)
    // Two reads that overlap, the second one shifted to where it belongs.
    if count >= 8 {
      low0 = bytes.loadUnaligned(as: UInt32.self)
      low1 = bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
      high = bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self) >> UInt32(8 * (12 - count))
    } else if count >= 4 {
      low0 = bytes.loadUnaligned(as: UInt32.self)
      low1 = bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self) >> UInt32(8 * (8 - count))
    } else {
      for index in 0..<count { low0 |= UInt32(text[index]) << UInt32(8 * index) }
    }
  }

  /// A multiplication whose halves are folded, as xxh3 does it for short texts.
  @inline(__always)
  var hash: Int {
    let low = UInt64(low1) << 32 | UInt64(low0)
    let product = (low ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: UInt64(high) << 32 ^ low >> 32 ^ 0xD6E8_FEB8_6659_FD93)
    return Int(truncatingIfNeeded: product.high ^ product.low)
  }
}
