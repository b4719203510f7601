internal import SinterModel

/// A part of a query over one segment, evaluated window by window, forwards.
class SearchNode {
  /// A document at or behind `document` before which none matches; `UInt32.max` when none is left.
  func next(from document: UInt32) throws(SinterError) -> UInt32 { .max }
  /// No document of the window that begins at `start` scores more.
  func bound(_ start: UInt32) throws(SinterError) -> Double { 0 }
  /// Adds the window's matches to `frame`.
  func accumulate(_ start: UInt32, into frame: ScoreFrame) throws(SinterError) {}
  /// About how many documents match at most.
  var cost: Int { 0 }
}

/// One term.
final class TermNode: SearchNode {
  private let cursor: PostingsCursor
  private let norms: FieldNorms
  private let weight: Double

  init(_ cursor: PostingsCursor, _ norms: FieldNorms, weight: Double) {
    self.cursor = cursor
    self.norms = norms
    self.weight = weight
  }

  override var cost: Int { cursor.list.documents }

  override func next(from document: UInt32) throws(SinterError) -> UInt32 { try cursor.next(from: document) }

  override func bound(_ start: UInt32) throws(SinterError) -> Double { weight * cursor.bound(start, norms) }

  override func accumulate(_ start: UInt32, into frame: ScoreFrame) throws(SinterError) {
    let end = UInt64(start) + UInt64(TextLayout.windowDocuments)
    var from = start
    let lengths = cursor.segment.lengths(cursor.field, from: Int(start))
    let documents = cursor.documents
    let frequencies = cursor.frequencies
    while cursor.seek(from) {
      try cursor.load()
      let count = cursor.skip.count
      var place = cursor.place(from)
      while place < count, UInt64(documents[place]) < end {
        let inWindow = Int(documents[place] &- start)
        frame.add(inWindow, weight * norms.factor(Double(frequencies[place]), Int(lengths[inWindow])))
        place &+= 1
      }
      guard place == count, cursor.skip.lastDocument < .max, UInt64(cursor.skip.lastDocument) + 1 < end else { return }
      from = cursor.skip.lastDocument + 1
    }
  }
}

extension PostingsCursor {
  /// See ``SearchNode/next(from:)``.
  func next(from document: UInt32) throws(SinterError) -> UInt32 {
    guard seek(document) else { return .max }
    let first = block == 0 ? 0 : segment.lastDocument(list, block - 1) &+ 1
    // Within a block that spans little the exact place is not worth decoding it.
    if skip.lastDocument &- first < UInt32(2 * TextLayout.windowDocuments) { return max(document, first) }
    try load()
    return documents[place(document)]
  }

  /// The greatest factor in the window that begins at `start`.
  func bound(_ start: UInt32, _ norms: FieldNorms) -> Double {
    guard seek(start) else { return 0 }
    let last = UInt64(start) + UInt64(TextLayout.windowDocuments) - 1
    var bound = norms.bound(skip)
    var number = block
    var lastDocument = skip.lastDocument
    while UInt64(lastDocument) < last, number + 1 < list.blocks {
      number += 1
      let next = segment.skip(list, number)
      bound = max(bound, norms.bound(next))
      lastDocument = next.lastDocument
    }
    return bound
  }
}

/// Documents with their number of occurrences, collected beforehand: prefixes and patterns.
final class GroupNode: SearchNode {
  private let documents: [UInt32]
  private let frequencies: [UInt32]
  private let segment: TextSegment
  private let field: Int
  private let norms: FieldNorms
  private let weight: Double
  private var at = 0

  /// - Parameter documents: ascending.
  init(_ documents: [UInt32], _ frequencies: [UInt32], _ segment: TextSegment, field: Int, _ norms: FieldNorms, weight: Double) {
    self.documents = documents
    self.frequencies = frequencies
    self.segment = segment
    self.field = field
    self.norms = norms
    self.weight = weight
  }

  override var cost: Int { documents.count }

  private func seek(_ document: UInt32) {
    guard at < documents.count, documents[at] < document else { return }
    var low = at
    var high = documents.count
    while low < high {
      let middle = (low + high) >> 1
      if documents[middle] < document { low = middle + 1 } else { high = middle }
    }
    at = low
  }

  override func next(from document: UInt32) -> UInt32 {
    seek(document)
    return at < documents.count ? documents[at] : .max
  }

  override func bound(_ start: UInt32) -> Double {
    let next = next(from: start)
    return next != .max && UInt64(next) < UInt64(start) + UInt64(TextLayout.windowDocuments) ? weight : 0
  }

  override func accumulate(_ start: UInt32, into frame: ScoreFrame) {
    seek(start)
    let end = UInt64(start) + UInt64(TextLayout.windowDocuments)
    let lengths = segment.lengths(field, from: Int(start))
    while at < documents.count, UInt64(documents[at]) < end {
      let place = Int(documents[at] &- start)
      frame.add(place, weight * norms.factor(Double(frequencies[at]), Int(lengths[place])))
      at += 1
    }
  }
}

/// Every document.
final class AllNode: SearchNode {
  private let documentCount: Int
  private let weight: Double

  init(_ documentCount: Int, weight: Double) {
    self.documentCount = documentCount
    self.weight = weight
  }

  override var cost: Int { documentCount }
  override func next(from document: UInt32) -> UInt32 { Int(document) < documentCount ? document : .max }
  override func bound(_ start: UInt32) -> Double { weight }

  override func accumulate(_ start: UInt32, into frame: ScoreFrame) {
    for place in 0..<max(0, min(TextLayout.windowDocuments, documentCount - Int(start))) { frame.add(place, weight) }
  }
}

/// What must, may and must not match together. Of parts that only may, one has to.
final class BooleanNode: SearchNode {
  private let required: [SearchNode]
  private let optional: [SearchNode]
  private let excluded: [SearchNode]
  private let own = ScoreFrame()
  private let other = ScoreFrame()

  init(required: [SearchNode], optional: [SearchNode], excluded: [SearchNode]) {
    self.required = required.sorted { $0.cost < $1.cost }
    self.optional = optional
    self.excluded = excluded
  }

  override var cost: Int { required.first?.cost ?? optional.reduce(0) { $0 &+ $1.cost } }

  override func next(from document: UInt32) throws(SinterError) -> UInt32 {
    if required.isEmpty {
      var first = UInt32.max
      for node in optional where first > document { first = min(first, try node.next(from: document)) }
      return first
    }
    var last = document
    for node in required where last != .max { last = max(last, try node.next(from: last)) }
    return last
  }

  override func bound(_ start: UInt32) throws(SinterError) -> Double {
    // In the order in which scores are added, so that the sum bounds theirs after rounding too.
    var sum = 0.0
    for node in required {
      let bound = try node.bound(start)
      if bound == 0 { return 0 }
      sum += bound
    }
    for node in optional { sum += try node.bound(start) }
    return sum
  }

  override func accumulate(_ start: UInt32, into frame: ScoreFrame) throws(SinterError) {
    own.clear()
    if let first = required.first {
      try first.accumulate(start, into: own)
      for node in required.dropFirst() where !own.isEmpty {
        other.clear()
        try node.accumulate(start, into: other)
        own.formIntersection(other)
      }
      guard !own.isEmpty else { return }
      for node in optional {
        other.clear()
        try node.accumulate(start, into: other)
        own.addScores(of: other)
      }
    } else {
      for node in optional { try node.accumulate(start, into: own) }
    }
    for node in excluded where !own.isEmpty {
      other.clear()
      try node.accumulate(start, into: other)
      own.subtract(other)
    }
    frame.formUnion(own)
  }
}
