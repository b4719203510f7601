import SinterModel
import SinterPlan
import SinterSearch
import SinterStorage

/// SEARCH: for each row, what an index finds.
final class SearchOperator: UnaryOperator {
  private let search: SearchPlan
  private let rows: RowBuilder
  private let evaluator: Evaluator
  private let itemEvaluator: Evaluator
  private var indexes: [SearchIndexEntry] = []
  /// All elements of the index that pass the filter, where it is the same in all rows.
  private var passing: [Int: [UInt32]] = [:]
  /// LIMIT, which is the same in all rows.
  private var knownLimit: Int?

  /// Results without LIMIT.
  static let usualLimit = 10

  init(_ plan: LogicalPlan, _ input: Operator, _ search: SearchPlan) {
    self.search = search
    rows = RowBuilder(plan.outputs, from: input.layout)
    evaluator = Evaluator(input.layout, input.context)
    itemEvaluator = Evaluator(Layout(input.layout.variables + [search.variable]), input.context)
    super.init(plan, input)
  }

  override var isReusable: Bool { input.isReusable && evaluator.isReusable && itemEvaluator.isReusable }

  override func reset() {
    super.reset()
    (indexes, passing, knownLimit) = ([], [:], nil)
  }

  override func next() throws -> Batch? {
    let indexes = try found()
    while let source = try input.pull() {
      var ids: [UInt32] = []
      var scores: [Double] = []
      var parents: [Int32] = []
      var reasons: [Value] = []
      let queries = try search.sources.map { try evaluator.evaluate($0.query, source) }
      let options = try search.options.map { try evaluator.evaluate($0, source) }
      let least = try search.minimumScore.map { try evaluator.evaluate($0, source) }
      let lists = try search.candidates.map { try evaluator.evaluate($0, source) }
      for row in 0..<source.count {
        try context.checkInterrupts()
        let fusion = search.others.isEmpty ? nil : try SearchFusion(options?[row], search)
        var found: [[SearchHit]?] = []
        for (number, column) in queries.enumerated() {
          guard let query = try query(column[row], search.sources[number]) else {
            found.append(nil)
            continue
          }
          let limit = try limit()
          found.append(
            try hits(
              number, query, limit: fusion?.depth(limit) ?? limit, candidates: lists?[row], least: least?[row], source, row))
        }
        let hits = try fusion?.ranks.fused(found, limit: limit()) ?? RankFusion.alone(found[0] ?? [])
        for hit in hits {
          ids.append(hit.id)
          scores.append(hit.score)
          parents.append(Int32(row))
          if search.because != nil { reasons.append(SearchFusion.reasons(hit, indexes)) }
        }
      }
      if ids.isEmpty { continue }
      var new: [(Int, Vector)] = []
      if let position = layout[search.variable] { new.append((position, search.isRelationship ? .relationships(ids) : .nodes(ids))) }
      if let score = search.score, let position = layout[score] { new.append((position, .floats(scores))) }
      if let because = search.because, let position = layout[because] { new.append((position, .values(reasons))) }
      return rows.batch(source, parents: parents, new: new)
    }
    return nil
  }

  /// The indexes, asked for whether or not there is a row to search for.
  private func found() throws -> [SearchIndexEntry] {
    if indexes.isEmpty {
      indexes = try search.sources.map { source in
        try evaluator.located(source.indexSpot) {
          try SearchIndexes.find(
            source.index, source.isFullText ? .fulltext : .vector, search.isRelationship ? .relationship : .node, in: context.view)
        }
      }
    }
    return indexes
  }

  /// nil for null, which nothing is near to.
  private func query(_ value: Value, _ source: SearchPlan.Source) throws -> SearchQuery? {
    if value.isNull { return nil }
    return try evaluator.located(source.querySpot) { try SearchArguments.query(value, isFullText: source.isFullText) }
  }

  private func hits(
    _ number: Int, _ query: SearchQuery, limit: Int, candidates: Value?, least: Value?, _ source: Batch, _ row: Int
  ) throws -> [SearchHit] {
    let index = indexes[number]
    var request = SearchRequest(query: query, limit: limit, checkInterrupts: context.checkInterrupts)
    if let least {
      switch least {
      case .integer(let n): request.minimumScore = Double(n)
      case .float(let x): request.minimumScore = x
      default: return []
      }
    }
    if let candidates {
      guard let ids = try ids(candidates) else { return [] }
      request.candidates = ids
    }
    let test = CandidateTest(
      evaluator: itemEvaluator, source: source, row: row, filter: search.filter, labels: search.labels, index: index.descriptor)
    if !test.isVoid {
      request.filter = { (ids) throws(SinterError) in try test.passing(ids) }
      request.passing = { [self] () throws(SinterError) in
        if let known = passing[number] { return known }
        var all: [UInt32] = []
        try IndexedElements(index.descriptor, in: context.view).forEachBatch { (ids) throws(SinterError) in all += try test.passing(ids) }
        if search.filterIsTheSameInAllRows { passing[number] = all }
        return all
      }
    }
    return try evaluator.located(search.sources[number].querySpot) { try SearchIndexes.search(index, request, in: context.view) }
  }

  private func limit() throws -> Int {
    if let knownLimit { return knownLimit }
    let usual = search.minimumScore == nil ? Self.usualLimit : Int(Int32.max)
    let limit = try search.limit.map { try positiveCount($0, "LIMIT", context) } ?? usual
    knownLimit = limit
    return limit
  }

  /// The elements of a list, ascending; nil for null.
  private func ids(_ list: Value) throws -> [UInt32]? {
    guard case .list(let items) = list else {
      if list.isNull { return nil }
      throw SinterError("TypeError.InvalidArgumentType", "IN takes a list, not \(list.typePhrase).", at: search.candidates?.span)
    }
    var ids: Set<UInt32> = []
    for item in items {
      switch item {
      case .node(let node) where !search.isRelationship: ids.insert(node.id.rawValue)
      case .relationship(let relationship) where search.isRelationship: ids.insert(relationship.id.rawValue)
      default: break
      }
    }
    return ids.sorted()
  }
}

/// Elements tried beside one row of a SEARCH.
private struct CandidateTest {
  let evaluator: Evaluator
  let source: Batch
  let row: Int
  let filter: [Scalar]
  let areRelationships: Bool
  /// What tells of each label asked for whether an element has it.
  let elements: [IndexedElements]

  init(
    evaluator: Evaluator, source: Batch, row: Int, filter: [Scalar], labels: [String], index: SearchIndexDescriptor
  ) {
    self.evaluator = evaluator
    self.source = source
    self.row = row
    self.filter = filter
    areRelationships = index.entity == .relationship
    // Elements of an index of one label all have it.
    elements = labels.filter { index.labels != [$0] }.map { label in
      var asked = index
      asked.labels = [label]
      return IndexedElements(asked, in: evaluator.context.view)
    }
  }

  var isVoid: Bool { filter.isEmpty && elements.isEmpty }

  func passing(_ ids: [UInt32]) throws(SinterError) -> [UInt32] {
    do {
      var kept = ids
      for label in elements { kept = try label.covered(kept) }
      if filter.isEmpty || kept.isEmpty { return kept }
      return try evaluator.passing(kept, filter, source, row, areRelationships: areRelationships)
    } catch {
      throw SinterError(wrapping: error)
    }
  }
}

/// What users give to a search.
enum SearchArguments {
  static func query(_ value: Value, isFullText: Bool) throws(SinterError) -> SearchQuery {
    if isFullText {
      guard case .string(let text) = value else {
        throw SinterError("TypeError.InvalidArgumentType", "A full-text index is searched for a string, not \(value.typePhrase).")
      }
      return .text(text)
    }
    guard case .list(let items) = value else {
      throw SinterError("TypeError.InvalidArgumentType", "A vector index is searched for a list of numbers, not \(value.typePhrase).")
    }
    var vector: [Float] = []
    vector.reserveCapacity(items.count)
    for item in items {
      switch item {
      case .float(let x): vector.append(Float(x))
      case .integer(let n): vector.append(Float(n))
      default:
        throw SinterError(
          "TypeError.InvalidArgumentType", "A vector index is searched for a list of numbers; this one has \(item.typePhrase) in it.")
      }
    }
    return .vector(vector)
  }
}
