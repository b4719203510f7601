internal import SinterModel

/// The documents of many terms together.
enum TermGroup {
  /// Documents, ascending, with the occurrences of all the terms in each.
  /// - Complexity: O(postings · log) for few postings, O(postings + documents) for many.
  static func collect(
    _ lists: [TextSegment.Entry], _ field: Int, _ segment: TextSegment
  ) throws(SinterError) -> (documents: [UInt32], frequencies: [UInt32]) {
    let postings = lists.reduce(0) { $0 + $1.documents }
    return postings > segment.documentCount / 16 ? try count(lists, field, segment) : try sort(lists, field, segment, postings)
  }

  /// Counts in an array with a place for each document.
  private static func count(
    _ lists: [TextSegment.Entry], _ field: Int, _ segment: TextSegment
  ) throws(SinterError) -> (documents: [UInt32], frequencies: [UInt32]) {
    var counts = [UInt32](repeating: 0, count: segment.documentCount)
    try forEach(lists, field, segment) { document, frequency in counts[Int(document)] &+= frequency }
    var documents: [UInt32] = []
    var frequencies: [UInt32] = []
    for (document, count) in counts.enumerated() where count > 0 {
      documents.append(UInt32(truncatingIfNeeded: document))
      frequencies.append(count)
    }
    return (documents, frequencies)
  }

  private static func sort(
    _ lists: [TextSegment.Entry], _ field: Int, _ segment: TextSegment, _ postings: Int
  ) throws(SinterError) -> (documents: [UInt32], frequencies: [UInt32]) {
    var found: [UInt64] = []
    found.reserveCapacity(postings)
    try forEach(lists, field, segment) { document, frequency in found.append(UInt64(document) << 32 | UInt64(frequency)) }
    found.sort()
    var documents: [UInt32] = []
    var frequencies: [UInt32] = []
    for entry in found {
      let document = UInt32(truncatingIfNeeded: entry >> 32)
      let frequency = UInt32(truncatingIfNeeded: entry)
      if documents.last == document {
        frequencies[frequencies.count - 1] &+= frequency
      } else {
        documents.append(document)
        frequencies.append(frequency)
      }
    }
    return (documents, frequencies)
  }

  private static func forEach(
    _ lists: [TextSegment.Entry], _ field: Int, _ segment: TextSegment, _ body: (UInt32, UInt32) -> Void
  ) throws(SinterError) {
    for list in lists {
      let cursor = PostingsCursor(segment, list, field: field)
      var document: UInt32 = 0
      while cursor.seek(document) {
        try cursor.load()
        for place in 0..<cursor.skip.count { body(cursor.documents[place], cursor.frequencies[place]) }
        document = cursor.skip.lastDocument + 1
      }
    }
  }
}
