/// A set of segment numbers, one bit each.
struct SegmentSet: Sendable {
  private var words: [UInt64] = []

  func contains(_ segment: Int) -> Bool {
    let word = segment >> 6
    return word < words.count && words[word] & (1 << UInt64(segment & 63)) != 0
  }

  /// Copies nothing when the segment is there already.
  mutating func insert(_ segment: Int) {
    if contains(segment) { return }
    let word = segment >> 6
    while words.count <= word { words.append(0) }
    words[word] |= 1 << UInt64(segment & 63)
  }

  /// Ascending.
  var members: [Int] {
    var members: [Int] = []
    for (word, bits) in words.enumerated() {
      var rest = bits
      while rest != 0 {
        members.append(word << 6 + rest.trailingZeroBitCount)
        rest &= rest &- 1
      }
    }
    return members
  }
}
