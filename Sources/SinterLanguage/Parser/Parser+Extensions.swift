import SinterModel

// The clauses that are Sinter's own.
extension Parser {
  /// `PREDICT (u)-[:BOUGHT]->(i:Item) [USING MODEL name] [WHERE p] [LIMIT k] [SCORE AS s]`
  mutating func parsePredict() throws(Failure) -> PredictClause {
    advance()
    let start = try parseNode()
    let relationship = try parseRelationship()
    let end = try parseNode()
    if atRelationship {
      throw error(
        "SyntaxError.InvalidRelationshipPattern", "PREDICT ranks one relationship; use MATCH for the others", at: current.span)
    }
    var clause = PredictClause(
      start: start, relationship: relationship, end: end, model: nil, filter: nil, limit: nil, score: nil)
    while true {
      if at(.using), clause.model == nil {
        advance()
        try expect(.model, " and its name")
        clause.model = try expectName("the model's name")
      } else if at(.where), clause.filter == nil {
        advance()
        clause.filter = try parseExpression()
      } else if at(.limit), clause.limit == nil {
        advance()
        clause.limit = try parseExpression()
      } else if at(.score), clause.score == nil {
        clause.score = try parseScore()
      } else {
        return clause
      }
    }
  }

  /// `DEPOSIT pattern [CONFIDENCE e] [SUPPORT e] [SOURCE e] [EVIDENCE e] [VALID FROM a] [TO b]`
  mutating func parseDeposit() throws(Failure) -> DepositClause {
    advance()
    let pattern = try parsePathPattern(named: true)
    var attributes = FactAttributes()
    while true {
      if at(.confidence), attributes.confidence == nil {
        advance()
        attributes.confidence = try parseExpression()
      } else if at(.support), attributes.support == nil {
        advance()
        attributes.support = try parseExpression()
      } else if at(.source), attributes.source == nil {
        advance()
        attributes.source = try parseExpression()
      } else if at(.evidence), attributes.evidence == nil {
        advance()
        attributes.evidence = try parseExpression()
      } else if at(.valid), attributes.validFrom == nil, attributes.validTo == nil {
        advance()
        guard at(.from) || at(.to) else { throw unexpected("FROM or TO", keywords: [.from, .to]) }
        if take(.from) { attributes.validFrom = try parseExpression() }
        if take(.to) { attributes.validTo = try parseExpression() }
      } else {
        return DepositClause(pattern: pattern, attributes: attributes)
      }
    }
  }

  /// `RETRACT f [SOURCE e] [BECAUSE e]`
  mutating func parseRetract() throws(Failure) -> RetractClause {
    advance()
    var clause = RetractClause(fact: try parseExpression(), source: nil, reason: nil)
    while true {
      if at(.source), clause.source == nil {
        advance()
        clause.source = try parseExpression()
      } else if at(.because), clause.reason == nil {
        advance()
        clause.reason = try parseExpression()
      } else {
        return clause
      }
    }
  }

  /// `RECOMMEND (i:Item) FOR u` and its optional pieces, each once and in any order.
  mutating func parseRecommend() throws(Failure) -> RecommendClause {
    advance()
    let item = try parseNode()
    try expect(.for, " and the user")
    var clause = RecommendClause(item: item, user: try parseExpression())
    while try parseRecommendPiece(&clause) {}
    return clause
  }

  private mutating func parseRecommendPiece(_ clause: inout RecommendClause) throws(Failure) -> Bool {
    switch keyword {
    case .using where clause.scorers.isEmpty && clause.strategy == nil:
      (clause.scorers, clause.strategy) = try parseUsing()
    case .exclude where clause.excludedTypes == nil:
      advance()
      clause.excludedTypes = try parseExcludedTypes()
    case .where where clause.filter == nil:
      advance()
      clause.filter = try parseExpression()
    case .diverse where clause.diverseBy == nil:
      advance()
      try expect(.by)
      clause.diverseBy = try parseExpression()
      if take(.strength) { clause.strength = try parseExpression() }
    case .strength where clause.strength == nil && clause.diverseBy != nil:
      advance()
      clause.strength = try parseExpression()
    case .limit where clause.limit == nil:
      advance()
      clause.limit = try parseExpression()
    case .score where clause.score == nil: clause.score = try parseScore()
    case .because where clause.because == nil:
      advance()
      try expect(.as, " and a variable")
      clause.because = try expectName("a variable")
    default:
      guard atWord("AT") else { return false }
      advance()
      guard takeWord("MOST") else { throw unexpected("MOST, as in AT MOST 2 PER i.brand") }
      let most = try parseAdditive()
      guard takeWord("PER") else { throw unexpected("PER, as in AT MOST 2 PER i.brand") }
      clause.caps.append((most, try parseExpression()))
    }
    return true
  }

  /// `USING STRATEGY name` or `USING scorer 0.5, scorer 0.3`.
  private mutating func parseUsing() throws(Failure) -> ([RecommendClause.WeightedScorer], Name?) {
    try expect(.using)
    if at(.strategy), isName(peek(1)) {
      advance()
      return ([], try expectName("the strategy's name"))
    }
    return (try parseScorers(), nil)
  }

  private mutating func parseScorers() throws(Failure) -> [RecommendClause.WeightedScorer] {
    var scorers: [RecommendClause.WeightedScorer] = []
    repeat {
      let name = try expectName("a scorer's name, such as copurchase")
      var weight: Expression?
      switch kind {
      case .integer, .float, .parameter, .minus, .leftParenthesis: weight = try parseAdditive()
      case .invalid where current.problem == .number: throw lexicalError(current)!
      default: break
      }
      scorers.append(RecommendClause.WeightedScorer(name: name, weight: weight))
    } while take(.comma)
    return scorers
  }

  /// `NONE`, `BOUGHT, VIEWED` or `[:BOUGHT|VIEWED]`.
  private mutating func parseExcludedTypes() throws(Failure) -> [Name] {
    if take(.none_) { return [] }
    let bracketed = take(.leftBracket)
    var types: [Name] = []
    repeat {
      _ = take(.colon)
      types.append(try expectName("a relationship type, or NONE"))
    } while take(.comma) || take(.bar)
    if bracketed { try expect(.rightBracket, "] to close the types") }
    return types
  }

  /// `WHY [NOT] (i) FOR u [USING …] AS why`
  mutating func parseWhy() throws(Failure) -> WhyClause {
    advance()
    let negated = take(.not)
    try expect(.leftParenthesis, "( and the item")
    let item = try parseExpression()
    try expect(.rightParenthesis, ") after the item")
    try expect(.for, " and the user")
    let user = try parseExpression()
    let (scorers, strategy) = at(.using) ? try parseUsing() : ([], nil)
    try expect(.as, " and a variable")
    let alias = try expectName("a variable")
    return WhyClause(negated: negated, item: item, user: user, scorers: scorers, strategy: strategy, alias: alias)
  }

  // MARK: Models, rules and strategies

  /// `TRAIN MODEL name [ON A, B] [WITH {…}]`, `TRAIN STRATEGY name [ON a, b] [WITH {…}]`, `USE MODEL name VERSION n`
  mutating func parseModelCommand() throws(Failure) -> ModelCommand {
    let training = at(.train)
    advance()
    if training, at(.strategy) { return try parseTrainStrategy() }
    try expect(.model, training ? " or STRATEGY" : "")
    let name = try expectName("the model's name")
    guard training else {
      try expect(.version, " and a number")
      guard at(.integer) else { throw unexpected("a version number") }
      let version = try integer(current, negative: false, from: current.span)
      advance()
      return .use(name, version: Int(version))
    }
    var types: [Name] = []
    if take(.on) {
      repeat {
        _ = take(.colon)
        types.append(try expectName("a relationship type"))
      } while take(.comma)
    }
    var options: Expression?
    if take(.with) || take(.options) { options = try parseOptions() }
    return .train(name: name, types: types, options: options)
  }

  private mutating func parseTrainStrategy() throws(Failure) -> ModelCommand {
    advance()
    let name = try expectName("the strategy's name")
    var scorers: [Name] = []
    if take(.on) {
      repeat { scorers.append(try expectName("a scorer's name, such as copurchase")) } while take(.comma)
    }
    var options: Expression?
    if take(.with) || take(.options) { options = try parseOptions() }
    return .trainStrategy(name: name, scorers: scorers, options: options)
  }

  mutating func parseOptions() throws(Failure) -> Expression {
    if at(.parameter) { return try parseAtom() }
    return try parseMap()
  }

  /// What follows `CREATE RULE`.
  mutating func parseCreateRule() throws(Failure) -> RuleCommand {
    let (name, ifNotExists) = try parseNewName("the rule's name")
    try expect(.as, " and the rule: MATCH … DEPOSIT …")
    let start = index
    let body = try parseSingleQuery()
    return .create(name, body: body, bodySpan: span(from: start), ifNotExists: ifNotExists)
  }

  /// What follows `CREATE STRATEGY`.
  mutating func parseCreateStrategy() throws(Failure) -> RuleCommand {
    let (name, ifNotExists) = try parseNewName("the strategy's name")
    try expect(.as, " and scorers with weights")
    return .createStrategy(name, try parseScorers(), ifNotExists: ifNotExists)
  }

  /// `name [IF NOT EXISTS]`
  private mutating func parseNewName(_ what: String) throws(Failure) -> (Name, Bool) {
    if try parseIfNotExists() { return (try expectName(what), true) }
    let name = try expectName(what)
    return (name, try parseIfNotExists())
  }
}
