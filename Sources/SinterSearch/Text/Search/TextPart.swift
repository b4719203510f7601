internal import SinterModel

/// A segment and which of its documents are out of date.
struct TextPart: Sendable {
  let segment: TextSegment
  /// Documents that do not count, ascending.
  private(set) var excluded: [UInt32] = []
  /// What they have in the segment's totals.
  private var excludedTotals: [TextFieldTotals]

  init(_ segment: TextSegment) {
    self.segment = segment
    excludedTotals = Array(repeating: TextFieldTotals(), count: segment.fields.count)
  }

  /// Documents that count.
  var documentCount: Int { segment.documentCount - excluded.count }

  /// What a field has in the documents that count.
  func totals(_ field: Int) -> TextFieldTotals {
    TextFieldTotals(
      documents: segment.fields[field].documents - excludedTotals[field].documents,
      length: segment.fields[field].length - excludedTotals[field].length)
  }

  /// Leaves out the documents of some elements, where it has them.
  mutating func exclude(_ elements: [UInt32]) {
    var new: [UInt32] = []
    for element in elements {
      if let document = segment.document(of: element), !isExcluded(UInt32(document)) { new.append(UInt32(document)) }
    }
    guard !new.isEmpty else { return }
    new = Array(Set(new))
    for document in new {
      for field in excludedTotals.indices {
        let length = Int(segment.length(Int(document), field: field))
        excludedTotals[field].documents += length > 0 ? 1 : 0
        excludedTotals[field].length += length
      }
    }
    excluded = (excluded + new).sorted()
  }

  private func isExcluded(_ document: UInt32) -> Bool {
    var low = 0
    var high = excluded.count
    while low < high {
      let middle = (low + high) >> 1
      if excluded[middle] < document { low = middle + 1 } else { high = middle }
    }
    return low < excluded.count && excluded[low] == document
  }

  /// How many of the documents that count have a term.
  /// - Complexity: O(min(postings, excluded documents) · log)
  func documentFrequency(_ entry: TextSegment.Entry, field: Int) throws(SinterError) -> Int {
    guard !excluded.isEmpty else { return entry.documents }
    let cursor = PostingsCursor(segment, entry, field: field)
    var gone = 0
    if entry.documents > excluded.count {
      for document in excluded where try cursor.frequency(of: document) > 0 { gone += 1 }
    } else {
      var document: UInt32 = 0
      while cursor.seek(document) {
        try cursor.load()
        for place in 0..<cursor.skip.count where isExcluded(cursor.documents[place]) { gone += 1 }
        document = cursor.skip.lastDocument + 1
      }
    }
    return entry.documents - gone
  }

  /// By document, whether it is left out; empty where none is.
  var leavesOut: [Bool] {
    guard !excluded.isEmpty else { return [] }
    var flags = [Bool](repeating: false, count: segment.documentCount)
    for document in excluded { flags[Int(document)] = true }
    return flags
  }
}
