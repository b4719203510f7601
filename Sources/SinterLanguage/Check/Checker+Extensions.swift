import SinterModel

// The clauses that are Sinter's own.
extension Checker {
  /// One of start, type and end is open and ranked; all three may be given to score one triple.
  mutating func checkPredict(_ predict: PredictClause) throws(Failure) {
    let relationship = predict.relationship
    guard relationship.length == nil else {
      throw error(
        "SyntaxError.InvalidRelationshipPattern", "PREDICT ranks single relationships; leave out the range of hops",
        at: relationship.span)
    }
    guard relationship.orientation != .undirected else {
      throw error(
        "SyntaxError.RequiresDirectedRelationship", "PREDICT needs a direction: -[…]-> or <-[…]-", at: relationship.span)
    }
    guard relationship.properties == nil else {
      throw error(
        "SyntaxError.InvalidRelationshipPattern", "A predicted relationship has no properties yet", at: relationship.span)
    }
    switch relationship.types {
    case nil, .name: break
    default:
      throw error(
        "SyntaxError.NoSingleRelationshipType", "PREDICT takes one relationship type, or none to ask for it",
        at: relationship.span)
    }
    let open = [predict.start, predict.end].filter { node in node.variable.map { !scope.contains($0.text) } ?? true }
    let openPlaces = open.count + (relationship.types == nil ? 1 : 0)
    guard openPlaces <= 1 else {
      throw error(
        "SyntaxError.InvalidRelationshipPattern",
        "PREDICT ranks one open place, but \(openPlaces) are open here; MATCH the other node first, or name the type",
        at: predict.start.span.union(predict.end.span))
    }
    if let name = relationship.variable {
      guard !scope.contains(name.text) else { throw alreadyBound(name, "PREDICT gives a new one") }
    }
    var relationships: Set<String> = []
    let pattern = PathPattern(
      variable: nil, start: predict.start, steps: [PathPattern.Step(link: .relationship(relationship), node: predict.end)],
      span: predict.start.span.union(predict.end.span))
    try bindMatched(pattern, relationships: &relationships)
    // What is predicted is no relationship of the graph yet, so nothing is assumed of the variable.
    if let name = relationship.variable { scope.bind(name.text, .any) }
    try checkPatternExpressions(pattern)
    if let filter = predict.filter { try checkFilter(filter) }
    if let limit = predict.limit { try checkLimit(limit, "LIMIT") }
    try bindNew(predict.score, .float)
  }

  mutating func checkDeposit(_ deposit: DepositClause, role: Role) throws(Failure) {
    guard deposit.pattern.steps.count == 1 else {
      throw error(
        "SyntaxError.InvalidRelationshipPattern", "DEPOSIT lays down one fact: a pattern of two nodes and one relationship",
        at: deposit.pattern.span)
    }
    if role == .rule {
      for node in [deposit.pattern.start, deposit.pattern.steps[0].node] {
        guard let name = node.variable, scope.contains(name.text) else {
          throw error(
            "SyntaxError.UndefinedVariable", "A rule deposits between nodes that it has matched; match this one first",
            at: node.span)
        }
      }
    }
    try checkCreated(deposit.pattern, by: .deposit)
    let attributes = deposit.attributes
    if let confidence = attributes.confidence {
      let type = try check(confidence)
      try require(type, .integer, .float, at: confidence.span, "CONFIDENCE is a number from 0 to 1")
      if let value = confidence.number, !(0...1).contains(value) {
        throw error(
          "SyntaxError.InvalidArgumentType", "CONFIDENCE is a number from 0 to 1; this is \(value)", at: confidence.span)
      }
    }
    if let support = attributes.support {
      let type = try check(support)
      try require(type, .integer, .float, at: support.span, "SUPPORT is a number")
    }
    if let source = attributes.source {
      let type = try check(source)
      try require(type, .string, .node, at: source.span, "SOURCE is a string")
    }
    for expression in [attributes.evidence, attributes.validFrom, attributes.validTo] {
      if let expression { _ = try check(expression) }
    }
  }

  mutating func checkRecommend(_ recommend: RecommendClause) throws(Failure) {
    let user = try check(recommend.user)
    try require(user, .node, at: recommend.user.span, "RECOMMEND … FOR takes a node")
    guard let item = recommend.item.variable else {
      throw error(
        "SyntaxError.UnexpectedSyntax", "RECOMMEND needs a variable for the item, as in RECOMMEND (i:Item)",
        at: recommend.item.span)
    }
    try bindNew(item, .node)
    try checkNodeExpressions(recommend.item)
    try checkWeights(recommend.scorers)
    if let filter = recommend.filter { try checkFilter(filter) }
    if let diverseBy = recommend.diverseBy { _ = try check(diverseBy) }
    if let strength = recommend.strength {
      try checkConstant(strength, what: "STRENGTH")
      try require(try check(strength), .integer, .float, at: strength.span, "STRENGTH is a number from 0 to 1")
    }
    for cap in recommend.caps {
      try checkLimit(cap.most, "AT MOST")
      _ = try check(cap.per)
    }
    if let limit = recommend.limit { try checkLimit(limit, "LIMIT") }
    try bindNew(recommend.score, .float)
    try bindNew(recommend.because, .list(of: .map))
  }

  mutating func checkWeights(_ scorers: [RecommendClause.WeightedScorer]) throws(Failure) {
    var names: Set<String> = []
    for scorer in scorers {
      guard names.insert(scorer.name.text.lowercased()).inserted else {
        throw error(
          "SyntaxError.ColumnNameConflict", "The scorer `\(scorer.name.text)` is named twice; name it once", at: scorer.name.span)
      }
      guard let weight = scorer.weight else { continue }
      try checkConstant(weight, what: "The weight of a scorer")
      try require(try check(weight), .integer, .float, at: weight.span, "The weight of a scorer is a number")
    }
  }

  mutating func checkWhy(_ why: WhyClause) throws(Failure) {
    try require(try check(why.item), .node, at: why.item.span, "WHY takes a node")
    try require(try check(why.user), .node, at: why.user.span, "WHY … FOR takes a node")
    try checkWeights(why.scorers)
    try bindNew(why.alias, .list(of: .map))
  }

  mutating func checkRule(_ command: RuleCommand) throws(Failure) {
    switch command {
    case .create(_, let body, let span, _): _ = try checkQuery(Query(first: body, rest: [], span: span), role: .rule)
    case .createStrategy(_, let scorers, _): try checkWeights(scorers)
    case .drop, .dropStrategy: break
    }
  }
}

extension Expression {
  /// The value of a literal number.
  fileprivate var number: Double? {
    switch kind {
    case .literal(.integer(let value)): Double(value)
    case .literal(.float(let value)): value
    default: nil
    }
  }
}
