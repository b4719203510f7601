internal import SinterModel

extension TextSnapshot {
  /// The best elements for a query, best first; of equal scores the lower id is first.
  /// - Throws: `FulltextError.Syntax` and `FulltextError.UnknownProperty` with a span in `text`; `StorageError.Damaged`.
  /// - Complexity: O(postings of the query's terms), less where the bounds of whole windows are below the worst hit kept.
  func search(_ text: String, _ request: SearchRequest) throws(SinterError) -> [SearchHit] {
    let query = try resolve(text, request.checkInterrupts)
    guard request.limit > 0 else { return [] }
    guard let filter = request.filter else { return try search(query, request, limit: request.limit) }
    if request.candidates == nil {
      // Mostly enough of the best pass, and then few have to be asked for.
      let asked = min(max(request.limit, request.limit &* 4), max(request.limit, 1 << 20))
      var unfiltered = request
      unfiltered.filter = nil
      let best = try search(query, unfiltered, limit: max(asked, 64))
      let passing = Set(try filter(best.map(\.id)))
      let kept = best.filter { passing.contains($0.id) }
      if kept.count >= request.limit { return Array(kept[..<request.limit]) }
      if best.count < max(asked, 64) { return kept }
    }
    return try search(query, request, limit: request.limit)
  }

  private func search(_ query: ResolvedQuery, _ request: SearchRequest, limit: Int) throws(SinterError) -> [SearchHit] {
    var all: [SearchHit] = []
    for part in parts {
      guard let root = try makeNode(query, part.segment) else { continue }
      var heap = HitHeap(limit: limit, minimum: request.minimumScore)
      try search(part, root, request, &heap)
      all += heap.sorted()
    }
    guard parts.count > 1 else { return all }
    all.sort { $0.ranks(before: $1) }
    return limit < all.count ? Array(all[..<limit]) : all
  }

  private func search(_ part: TextPart, _ root: SearchNode, _ request: SearchRequest, _ heap: inout HitHeap) throws(SinterError) {
    let segment = part.segment
    let allowed = request.candidates.map { $0.compactMap { segment.document(of: $0).map { UInt32($0) } } }
    var sieve = DocumentSieve(excluded: part.excluded, allowed: allowed)
    let frame = ScoreFrame()
    let window = UInt32(TextLayout.windowDocuments)
    var document: UInt32 = 0
    while let wanted = sieve.next(from: document) {
      document = try root.next(from: wanted)
      guard Int(document) < segment.documentCount else { return }
      let start = document & ~(window - 1)
      try request.checkInterrupts()
      if heap.wants(try root.bound(start)) {
        frame.clear()
        try root.accumulate(start, into: frame)
        sieve.apply(to: frame, start)
        try collect(frame, Int(start), segment, request, &heap)
      }
      guard start < .max - window else { return }
      document = start + window
    }
  }

  /// Offers a window's matches to the heap, those that pass the filter.
  private func collect(
    _ frame: ScoreFrame, _ start: Int, _ segment: TextSegment, _ request: SearchRequest, _ heap: inout HitHeap
  ) throws(SinterError) {
    guard let filter = request.filter else {
      frame.forEach { (place) throws(Never) in
        if heap.wants(frame.scores[place]) { heap.insert(SearchHit(id: segment.element(start + place), score: frame.scores[place])) }
      }
      return
    }
    var hits: [SearchHit] = []
    frame.forEach { (place) throws(Never) in
      if heap.wants(frame.scores[place]) { hits.append(SearchHit(id: segment.element(start + place), score: frame.scores[place])) }
    }
    guard !hits.isEmpty else { return }
    let passing = Set(try filter(hits.map(\.id)))
    for hit in hits where passing.contains(hit.id) { heap.insert(hit) }
  }

  // MARK: Nodes

  /// The query over one segment; nil when nothing of it can match.
  private func makeNode(_ query: ResolvedQuery, _ segment: TextSegment) throws(SinterError) -> SearchNode? {
    switch query {
    case .nothing: return nil
    case .all(let weight): return AllNode(segment.documentCount, weight: weight)
    case .term(let key, let weight):
      guard let entry = try segment.find(key) else { return nil }
      let field = Int(key[0])
      return TermNode(PostingsCursor(segment, entry, field: field), norms(field), weight: weight)
    case .group(let keys, let field, let weight): return try makeGroup(keys, field, weight, segment)
    case .phrase(let parts, let slop, let field, let weight):
      var phrase: [PhraseNode.Part] = []
      for part in parts {
        var cursors: [PostingsCursor] = []
        for key in part.keys {
          if let entry = try segment.find(key) { cursors.append(PostingsCursor(segment, entry, field: field)) }
        }
        guard !cursors.isEmpty else { return nil }
        phrase.append(PhraseNode.Part(cursors: cursors, offset: part.offset))
      }
      return PhraseNode(phrase, slop: slop, segment, field: field, norms(field), weight: weight)
    case .boolean(let required, let optional, let excluded):
      var needed: [SearchNode] = []
      for part in required {
        guard let node = try makeNode(part, segment) else { return nil }
        needed.append(node)
      }
      var wished: [SearchNode] = []
      for part in optional { if let node = try makeNode(part, segment) { wished.append(node) } }
      if needed.isEmpty, wished.isEmpty { return nil }
      var barred: [SearchNode] = []
      for part in excluded { if let node = try makeNode(part, segment) { barred.append(node) } }
      if barred.isEmpty, needed.count + wished.count == 1 { return (needed + wished)[0] }
      return BooleanNode(required: needed, optional: wished, excluded: barred)
    }
  }

  private func norms(_ field: Int) -> FieldNorms { FieldNorms(totals[field]) }

  /// The documents of all terms of a group, with the occurrences of all of them.
  private func makeGroup(
    _ keys: [[UInt8]], _ field: Int, _ weight: Double, _ segment: TextSegment
  ) throws(SinterError) -> SearchNode? {
    var lists: [TextSegment.Entry] = []
    for key in keys { if let entry = try segment.find(key) { lists.append(entry) } }
    guard let only = lists.first else { return nil }
    if lists.count == 1 { return TermNode(PostingsCursor(segment, only, field: field), norms(field), weight: weight) }
    let (documents, frequencies) = try TermGroup.collect(lists, field, segment)
    return GroupNode(documents, frequencies, segment, field: field, norms(field), weight: weight)
  }
}
