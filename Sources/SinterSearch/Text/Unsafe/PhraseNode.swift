internal import SinterModel

/// Words one behind the other in a field, or with `slop` about so.
///
/// How often a phrase occurs in a document is counted at the occurrences of its first word: 1 each where the others follow in
/// place, and with slop 1 / (1 + distance), the distance being how far the words' places spread from those of the phrase.
final class PhraseNode: SearchNode {
  /// The terms that may stand at a place of the phrase.
  struct Part {
    var cursors: [PostingsCursor]
    var offset: Int32
  }

  private let parts: [Part]
  private let slop: Int32
  private let segment: TextSegment
  private let field: Int
  private let norms: FieldNorms
  private let weight: Double
  /// For each part, the positions in the document looked at, less the part's offset.
  private var positions: [[Int32]]
  private var scratch: [Int32] = []
  /// Parts by how few documents they have.
  private let order: [Int]

  init(_ parts: [Part], slop: Int, _ segment: TextSegment, field: Int, _ norms: FieldNorms, weight: Double) {
    self.parts = parts
    self.slop = Int32(clamping: slop)
    self.segment = segment
    self.field = field
    self.norms = norms
    self.weight = weight
    positions = Array(repeating: [], count: parts.count)
    let costs = parts.map { $0.cursors.reduce(0) { $0 + $1.list.documents } }
    order = parts.indices.sorted { costs[$0] < costs[$1] }
  }

  override var cost: Int { order.first.map { parts[$0].cursors.reduce(0) { $0 + $1.list.documents } } ?? 0 }

  override func next(from document: UInt32) throws(SinterError) -> UInt32 {
    var last = document
    for part in order where last != .max {
      var first = UInt32.max
      for cursor in parts[part].cursors { first = min(first, try cursor.next(from: last)) }
      last = max(last, first)
    }
    return last
  }

  override func bound(_ start: UInt32) -> Double {
    // A phrase occurs no more often than its first word, and in a document of the same length. The words at one place may
    // be several, whose occurrences add up.
    guard let first = parts.first else { return 0 }
    if first.cursors.count > 1 { return weight }
    return weight * first.cursors[0].bound(start, norms)
  }

  override func accumulate(_ start: UInt32, into frame: ScoreFrame) throws(SinterError) {
    let end = UInt64(start) + UInt64(TextLayout.windowDocuments)
    let lengths = segment.lengths(field, from: Int(start))
    var document = start
    while true {
      document = try exactNext(from: document)
      guard UInt64(document) < end else { return }
      if let frequency = try frequency(document) {
        let place = Int(document &- start)
        frame.add(place, weight * norms.factor(frequency, Int(lengths[place])))
      }
      document += 1
    }
  }

  /// The first document of the rarest part from `document` on.
  private func exactNext(from document: UInt32) throws(SinterError) -> UInt32 {
    var first = UInt32.max
    for cursor in parts[order[0]].cursors {
      guard cursor.seek(document) else { continue }
      try cursor.load()
      let place = cursor.place(document)
      first = min(first, cursor.documents[place])
    }
    return first
  }

  /// How often the phrase is in a document; nil for never.
  private func frequency(_ document: UInt32) throws(SinterError) -> Double? {
    for part in order {
      positions[part].removeAll(keepingCapacity: true)
      for cursor in parts[part].cursors {
        guard cursor.seek(document) else { continue }
        try cursor.load()
        let place = cursor.place(document)
        guard place < cursor.skip.count, cursor.documents[place] == document else { continue }
        try cursor.positions(place, into: &scratch)
        for position in scratch { positions[part].append(position &- parts[part].offset) }
      }
      if positions[part].isEmpty { return nil }
      if parts[part].cursors.count > 1 { positions[part].sort() }
    }
    var sum = 0.0
    for place in positions[0] {
      if let spread = spread(place) { sum += 1 / (1 + Double(spread)) }
    }
    return sum > 0 ? sum : nil
  }

  /// How far the other parts are from where the first, at `place`, wants them; nil beyond the slop.
  private func spread(_ place: Int32) -> Int32? {
    var lowest = place
    var highest = place
    for part in positions.indices.dropFirst() {
      let near = PhraseNode.nearest(positions[part], to: place)
      lowest = min(lowest, near)
      highest = max(highest, near)
      if highest &- lowest > slop { return nil }
    }
    return highest &- lowest
  }

  private static func nearest(_ positions: [Int32], to place: Int32) -> Int32 {
    var low = 0
    var high = positions.count
    while low < high {
      let middle = (low + high) >> 1
      if positions[middle] < place { low = middle + 1 } else { high = middle }
    }
    guard low < positions.count else { return positions[positions.count - 1] }
    guard low > 0 else { return positions[low] }
    return place &- positions[low - 1] <= positions[low] &- place ? positions[low - 1] : positions[low]
  }
}
