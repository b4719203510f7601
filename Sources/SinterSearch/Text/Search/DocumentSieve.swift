/// Which documents of a segment count: not those out of date, and where candidates are given only those.
struct DocumentSieve {
  private let excluded: [UInt32]
  private let allowed: [UInt32]?
  private var excludedAt = 0
  private var allowedAt = 0

  /// - Parameters: both ascending; asked of windows in ascending order.
  init(excluded: [UInt32], allowed: [UInt32]?) {
    self.excluded = excluded
    self.allowed = allowed
  }

  /// The first document from `document` on that may count; nil for none.
  mutating func next(from document: UInt32) -> UInt32? {
    guard let allowed else { return document }
    while allowedAt < allowed.count, allowed[allowedAt] < document { allowedAt += 1 }
    return allowedAt < allowed.count ? allowed[allowedAt] : nil
  }

  /// Takes out of a window what does not count.
  mutating func apply(to frame: ScoreFrame, _ start: UInt32) {
    let end = UInt64(start) + UInt64(TextLayout.windowDocuments)
    while excludedAt < excluded.count, excluded[excludedAt] < start { excludedAt += 1 }
    while excludedAt < excluded.count, UInt64(excluded[excludedAt]) < end {
      frame.remove(Int(excluded[excludedAt] - start))
      excludedAt += 1
    }
    guard let allowed else { return }
    var keeps = [UInt64](repeating: 0, count: ScoreFrame.words)
    // What is allowed in this window may lie before where the walk stands.
    var at = allowedAt
    while at > 0, allowed[at - 1] >= start { at -= 1 }
    while at < allowed.count, UInt64(allowed[at]) < end {
      let place = Int(allowed[at] - start)
      keeps[place >> 6] |= 1 << UInt64(place & 63)
      at += 1
    }
    frame.keep(keeps)
  }
}
