import SinterModel
import SinterPlan
import SinterStorage

/// PREDICT: the open place of a triple, ranked by the learned model.
final class PredictOperator: UnaryOperator {
  private let prediction: Prediction
  private let rows: RowBuilder
  private let filter: Evaluator?
  private let openVariable: Variable
  private var isChecked = false

  init(_ plan: LogicalPlan, _ input: Operator, _ prediction: Prediction) {
    self.prediction = prediction
    openVariable =
      switch prediction.open {
      case .start: prediction.start
      case .end: prediction.end
      case .type: prediction.relation!
      }
    rows = RowBuilder(plan.outputs, from: input.layout)
    filter = prediction.filter.isEmpty ? nil : Evaluator(Layout(input.layout.variables + [openVariable]), input.context)
    super.init(plan, input)
  }

  override func next() throws -> Batch? {
    if !isChecked {
      // Reported whether or not there is a row to rank for.
      isChecked = true
      try evaluated { try context.extensions.learning?.requireModel(prediction.model, in: context.view) }
    }
    while let source = try input.pull() {
      var ids: [UInt32] = []
      var scores: [Double] = []
      var parents: [Int32] = []
      for row in 0..<source.count {
        try context.checkInterrupts()
        for found in try rank(source, row) {
          ids.append(found.id)
          scores.append(found.score)
          parents.append(Int32(row))
        }
      }
      if ids.isEmpty { continue }
      var new: [(Int, Vector)] = []
      if let position = layout[openVariable] {
        let view = context.view
        new.append((position, prediction.open == .type ? .values(ids.map { .string(view.name(of: TypeID($0))) }) : .nodes(ids)))
      }
      if let score = prediction.score, let position = layout[score] { new.append((position, .floats(scores))) }
      return rows.batch(source, parents: parents, new: new)
    }
    return nil
  }

  private func rank(_ source: Batch, _ row: Int) throws -> [ScoredElement] {
    guard let learning = context.extensions.learning else {
      throw SinterError("FeatureError.NotAvailable", "This engine was set up without learning; PREDICT needs it.", at: prediction.spot.span)
    }
    func node(_ variable: Variable) throws -> NodeID? {
      let id = try source.columns[try input.layout.position(variable)].nodeIDs()[row]
      return id == Vector.nullID ? nil : NodeID(id)
    }
    let view = context.view
    var open: PredictionRequest.Open
    switch prediction.open {
    case .type:
      guard let start = try node(prediction.start), let end = try node(prediction.end) else { return [] }
      open = .type(start: start, end: end)
    case .start, .end:
      guard let bound = try node(prediction.open == .end ? prediction.start : prediction.end) else { return [] }
      guard let name = prediction.type, let type = view.typeID(name) else {
        throw SinterError(
          "LearnError.UnknownType", "No relationship has the type `\(prediction.type ?? "")`; PREDICT ranks types the model was trained on.",
          at: prediction.spot.span)
      }
      open = prediction.open == .end ? .end(start: bound, type: type) : .start(end: bound, type: type)
    }
    var labels: [LabelID] = []
    for name in prediction.labels {
      guard let label = view.labelID(name) else { return [] }
      labels.append(label)
    }
    let limit = try prediction.limit.map { try nonNegative($0, "LIMIT") } ?? 10
    guard let filter, prediction.open != .type else {
      return try evaluated { try learning.predict(PredictionRequest(open: open, model: prediction.model, labels: labels, candidates: nil, limit: limit), in: view) }
    }
    // The filter chooses the candidates, so that LIMIT never comes short.
    var all: [UInt32] = []
    try view.scanNodes(0..<view.nodeIDLimit, labels: labels, into: &all)
    let candidates = try filter.passing(all, prediction.filter, source, row)
    return try evaluated { try learning.predict(PredictionRequest(open: open, model: prediction.model, labels: labels, candidates: candidates, limit: limit), in: view) }
  }

  private func evaluated<T>(_ body: () throws -> T) throws -> T {
    try Evaluator(input.layout, context).located(prediction.spot, body)
  }

  private func nonNegative(_ scalar: Scalar, _ what: String) throws -> Int {
    try positiveCount(scalar, what, context)
  }
}

/// A number of results given by LIMIT inside a clause.
func positiveCount(_ scalar: Scalar, _ what: String, _ context: ExecutionContext) throws -> Int {
  guard case .integer(let n) = try Evaluator(Layout([]), context).evaluate(scalar, .unit)[0], n >= 0 else {
    throw SinterError("SyntaxError.InvalidArgumentType", "\(what) takes a whole number that is not negative.", at: scalar.span)
  }
  return Int(min(n, Int64(Int32.max)))
}

extension Evaluator {
  /// Reports an unknown scorer or strategy whether or not there is a row to recommend for.
  fileprivate func requireScorers(_ names: [String], _ strategy: String?, _ spot: Spot) throws {
    try located(spot) { try context.extensions.recommendation?.requireScorers(names, strategy: strategy, in: context.view) }
  }

  /// Those of the nodes, tried in the evaluator's last column, that pass predicates beside one row.
  func passing(
    _ nodes: [UInt32], _ predicates: [Scalar], _ source: Batch, _ row: Int, areRelationships: Bool = false
  ) throws -> [UInt32] {
    var result: [UInt32] = []
    var start = 0
    while start < nodes.count {
      let chunk = Array(nodes[start..<min(start + context.options.batchSize, nodes.count)])
      var rows = source.gathering([Int32](repeating: Int32(row), count: chunk.count))
      rows.columns.append(areRelationships ? .relationships(chunk) : .nodes(chunk))
      let kept = try select(predicates, rows)
      if case .relationships(let ids)? = kept.columns.last { result += ids } else { result += try kept.columns.last!.nodeIDs() }
      start += chunk.count
      try context.checkInterrupts()
    }
    return result
  }
}

/// RECOMMEND: the best items for a user, with their reasons where asked.
final class RecommendOperator: UnaryOperator {
  private let recommendation: RecommendationPlan
  private let rows: RowBuilder
  private let evaluator: Evaluator
  private let itemEvaluator: Evaluator
  private var isChecked = false

  init(_ plan: LogicalPlan, _ input: Operator, _ recommendation: RecommendationPlan) {
    self.recommendation = recommendation
    rows = RowBuilder(plan.outputs, from: input.layout)
    evaluator = Evaluator(input.layout, input.context)
    itemEvaluator = Evaluator(Layout(input.layout.variables + [recommendation.item]), input.context)
    super.init(plan, input)
  }

  override func next() throws -> Batch? {
    if !isChecked {
      isChecked = true
      try evaluator.requireScorers(recommendation.scorers.map(\.name), recommendation.strategy, recommendation.spot)
    }
    while let source = try input.pull() {
      var items: [UInt32] = []
      var scores: [Double] = []
      var reasons: [Value] = []
      var parents: [Int32] = []
      let users = try evaluator.evaluate(recommendation.user, source)
      for row in 0..<source.count {
        try context.checkInterrupts()
        let found = try evaluator.located(recommendation.spot) { try recommend(users[row], source, row) }
        for result in found {
          items.append(result.item.rawValue)
          scores.append(result.score)
          reasons.append(result.reasons)
          parents.append(Int32(row))
        }
      }
      if items.isEmpty { continue }
      var new: [(Int, Vector)] = []
      if let position = layout[recommendation.item] { new.append((position, .nodes(items))) }
      if let score = recommendation.score, let position = layout[score] { new.append((position, .floats(scores))) }
      if let because = recommendation.because, let position = layout[because] { new.append((position, .values(reasons))) }
      return rows.batch(source, parents: parents, new: new)
    }
    return nil
  }

  private func recommend(_ user: Value, _ source: Batch, _ row: Int) throws -> [Recommendation] {
    guard let engine = context.extensions.recommendation else {
      throw SinterError("FeatureError.NotAvailable", "This engine was set up without recommendation.")
    }
    if user.isNull { return [] }
    guard case .node(let node) = user else {
      throw SinterError("TypeError.InvalidArgumentType", "RECOMMEND … FOR takes a node, not \(user.typePhrase).")
    }
    var labels: [LabelID] = []
    for name in recommendation.labels {
      guard let label = context.view.labelID(name) else { return [] }
      labels.append(label)
    }
    let candidates = Candidates(evaluator: itemEvaluator, source: source, row: row)
    let filters = recommendation.filter
    var filter: (([UInt32]) throws(SinterError) -> [UInt32])?
    if !filters.isEmpty { filter = { nodes throws(SinterError) in try candidates.passing(filters, nodes) } }
    var diverseBy: (([UInt32]) throws(SinterError) -> [Value])?
    if let scalar = recommendation.diverseBy { diverseBy = { nodes throws(SinterError) in try candidates.values(scalar, nodes) } }
    var caps: [RecommendationRequest.Cap] = []
    for cap in recommendation.caps {
      let most = try positiveCount(cap.most, "AT MOST", context)
      caps.append(.init(most: most) { nodes throws(SinterError) in try candidates.values(cap.per, nodes) })
    }
    var request = RecommendationRequest(
      user: node.id, itemLabels: labels, scorers: try weights(recommendation.scorers, source, row, evaluator), strategy: recommendation.strategy,
      excludedTypes: recommendation.excludedTypes, filter: filter, diverseBy: diverseBy,
      strength: try strength(source, row), limit: try recommendation.limit.map { try positiveCount($0, "LIMIT", context) } ?? 10,
      wantsReasons: recommendation.because.map { layout[$0] != nil } ?? false)
    request.caps = caps
    return try engine.recommend(request, in: context.view)
  }

  private func strength(_ source: Batch, _ row: Int) throws -> Double {
    guard let scalar = recommendation.strength else { return recommendation.diverseBy == nil ? 0 : 0.3 }
    switch try evaluator.evaluate(scalar, source)[row] {
    case .float(let x) where x >= 0 && x <= 1: return x
    case .integer(let n) where n == 0 || n == 1: return Double(n)
    default: throw SinterError("ArgumentError.NumberOutOfRange", "STRENGTH takes a number from 0 to 1.", at: scalar.span)
    }
  }
}

private func weights(_ scorers: [(name: String, weight: Scalar?)], _ source: Batch, _ row: Int, _ evaluator: Evaluator) throws -> [(name: String, weight: Double)] {
  try scorers.map { scorer in
    guard let scalar = scorer.weight else { return (scorer.name, 1) }
    switch try evaluator.evaluate(scalar, source)[row] {
    case .float(let x): return (scorer.name, x)
    case .integer(let n): return (scorer.name, Double(n))
    default: throw SinterError("TypeError.InvalidArgumentType", "The weight of `\(scorer.name)` must be a number.", at: scalar.span)
    }
  }
}

/// Items tried beside one row of a RECOMMEND.
private struct Candidates {
  let evaluator: Evaluator
  let source: Batch
  let row: Int

  func passing(_ predicates: [Scalar], _ nodes: [UInt32]) throws(SinterError) -> [UInt32] {
    do { return try evaluator.passing(nodes, predicates, source, row) } catch { throw SinterError(wrapping: error) }
  }

  func values(_ scalar: Scalar, _ nodes: [UInt32]) throws(SinterError) -> [Value] {
    var rows = source.gathering([Int32](repeating: Int32(row), count: nodes.count))
    rows.columns.append(.nodes(nodes))
    do { return try evaluator.evaluate(scalar, rows).asValues } catch { throw SinterError(wrapping: error) }
  }
}

extension SinterError {
  /// The error itself; one of unknown type, of which the engine throws none, becomes an internal one.
  init(wrapping error: any Error) {
    self = error as? SinterError ?? SinterError("InternalError.Unexpected", "\(error)")
  }
}

/// WHY and WHY NOT.
final class WhyOperator: UnaryOperator {
  private let why: WhyPlan
  private let evaluator: Evaluator
  private let positions: [(from: Int, to: Int)]
  private var isChecked = false

  init(_ plan: LogicalPlan, _ input: Operator, _ why: WhyPlan) {
    self.why = why
    evaluator = Evaluator(input.layout, input.context)
    positions = plan.outputs.enumerated().compactMap { to, v in input.layout[v].map { (from: $0, to: to) } }
    super.init(plan, input)
  }

  override func next() throws -> Batch? {
    if !isChecked {
      isChecked = true
      try evaluator.requireScorers(why.scorers.map(\.name), why.strategy, why.spot)
    }
    guard let source = try input.pull() else { return nil }
    guard let engine = context.extensions.recommendation else {
      throw SinterError("FeatureError.NotAvailable", "This engine was set up without recommendation.")
    }
    let items = try evaluator.evaluate(why.item, source)
    let users = try evaluator.evaluate(why.user, source)
    let reasons = try evaluator.located(why.spot) {
      try (0..<source.count).map { row -> Value in
        switch (items[row], users[row]) {
        case (.null, _), (_, .null): return .null
        case (.node(let item), .node(let user)):
          return try engine.why(
            WhyRequest(
              user: user.id, item: item.id, negated: why.negated, scorers: try weights(why.scorers, source, row, evaluator),
              strategy: why.strategy), in: context.view)
        default: throw SinterError("TypeError.InvalidArgumentType", "WHY takes two nodes: WHY (item) FOR user.")
        }
      }
    }
    var columns = [Vector](repeating: .constant(.null, count: source.count), count: layout.variables.count)
    for (from, to) in positions { columns[to] = source.columns[from] }
    if let position = layout[why.variable] { columns[position] = .values(reasons) }
    return Batch(columns: columns, count: source.count)
  }
}
