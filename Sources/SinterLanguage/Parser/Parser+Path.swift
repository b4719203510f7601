import SinterModel

// Paths: what their elements are put together from, which of them are wanted, and how often parts repeat.
extension Parser {
  /// `p = ANY SHORTEST (a)-[:T]->+(b)`, `shortestPath((a)-[*]-(b))`, `(a)-->(b)`.
  mutating func parsePathPattern(named: Bool) throws(Failure) -> PathPattern {
    let start = index
    var variable: Name?
    if named, atName, peek(1).kind == .equal {
      variable = try expectName("a path variable")
      advance()
    }
    var selector = PathSelector.all
    if at(.shortestPath) || at(.allShortestPaths), peek(1).kind == .leftParenthesis {
      selector = at(.shortestPath) ? .shortestPath : .allShortestPaths
      advance()
      advance()
      let (first, steps, parenthesis) = try parsePathElements()
      if let parenthesis {
        throw error(
          "SyntaxError.InvalidPathSelector", "A shortest path function takes the pattern itself, without parentheses around it",
          at: parenthesis.span)
      }
      try expect(.rightParenthesis, ") to close the shortest path")
      return PathPattern(variable: variable, selector: selector, start: first, steps: steps, span: span(from: start))
    }
    if named { selector = try parseSelector() }
    let (first, steps, parenthesis) = try parsePathElements()
    return PathPattern(
      variable: variable, selector: selector, start: first, steps: steps, span: span(from: start), parenthesis: parenthesis)
  }

  /// Whether a pattern stands here, rather than a clause: the short form of EXISTS and COUNT.
  var startsPathPattern: Bool {
    switch keyword {
    case .shortest, .shortestPath, .allShortestPaths, .any, .all: true
    default: at(.leftParenthesis) || (atName && peek(1).kind == .equal)
    }
  }

  /// `REPEATABLE ELEMENTS`, `DIFFERENT RELATIONSHIPS`, behind MATCH.
  mutating func parseMatchMode() throws(Failure) -> MatchMode? {
    let isRepeatable = at(.repeatable)
    guard isRepeatable || at(.different), isName(peek(1)) else { return nil }
    advance()
    let isKnown =
      isRepeatable ? take(.elements) || take(.element) : take(.relationships) || take(.relationship)
    guard isKnown else {
      throw unexpected(
        isRepeatable ? "ELEMENTS" : "RELATIONSHIPS", keywords: isRepeatable ? [.elements] : [.relationships])
    }
    _ = take(.bindings) || take(.binding)
    return isRepeatable ? .repeatableElements : .differentRelationships
  }

  /// `ANY [k]`, `ANY SHORTEST`, `ALL [SHORTEST]`, `SHORTEST k`, `SHORTEST [k] GROUPS`, each with PATH or PATHS.
  private mutating func parseSelector() throws(Failure) -> PathSelector {
    let start = index
    if at(.any) || at(.all) {
      let isAny = at(.any)
      advance()
      let selector: PathSelector
      if take(.shortest) {
        selector = isAny ? .shortest(.literal(1)) : .shortestGroups(.literal(1))
      } else {
        selector = isAny ? .any(try parseSelectorCount() ?? .literal(1)) : .all
      }
      _ = take(.path) || take(.paths)
      return selector
    }
    guard take(.shortest) else { return .all }
    let count = try parseSelectorCount()
    _ = take(.path) || take(.paths)
    if take(.group) || take(.groups) { return .shortestGroups(count ?? .literal(1)) }
    guard let count else {
      throw error(
        "SyntaxError.UnexpectedSyntax", "SHORTEST needs a number: SHORTEST 1, or ANY SHORTEST, ALL SHORTEST", at: span(from: start))
    }
    return .shortest(count)
  }

  /// A number of paths from 1 on, or a parameter.
  private mutating func parseSelectorCount() throws(Failure) -> SelectorCount? {
    if at(.parameter) {
      let name = parameterName(current)
      advance()
      return .parameter(name)
    }
    guard at(.integer) else { return nil }
    let token = current
    let count = try parseCount("a number of paths")
    guard count > 0 else {
      throw error("SyntaxError.InvalidPathSelector", "The number of paths begins at 1; this is \(count)", at: token.span)
    }
    return .literal(count)
  }

  mutating func parseCount(_ what: String) throws(Failure) -> Int {
    guard at(.integer) else { throw unexpected(what) }
    let value = try integer(current, negative: false, from: current.span)
    advance()
    return Int(value)
  }

  // MARK: Elements

  private typealias Elements = (start: NodePattern, steps: [PathPattern.Step], parenthesis: PathParenthesis?)

  /// Nodes, relationships and quantified groups, up to where the pattern ends. A group that has no
  /// node pattern beside it gets an anonymous one.
  private mutating func parsePathElements() throws(Failure) -> Elements {
    try enter()
    defer { leave() }
    var first: NodePattern?
    var steps: [PathPattern.Step] = []
    var pending: PathPattern.Link?
    func anonymous() -> NodePattern {
      NodePattern(variable: nil, span: SourceSpan(start: Int(current.start), end: Int(current.start)))
    }
    func append(_ node: NodePattern) {
      if let link = pending { steps.append(PathPattern.Step(link: link, node: node)) } else { first = node }
      pending = nil
    }
    repeat {
      if at(.leftParenthesis), startsGroup {
        let parenthesized = try parseParenthesizedPath()
        switch parenthesized {
        case .whole(let inner):
          guard first == nil, !at(.leftParenthesis), !atRelationship else { throw juxtaposed(at: inner.parenthesis?.span) }
          return inner
        case .group(let group):
          if first == nil || pending != nil { append(anonymous()) }
          pending = .group(group)
          if atRelationship || !at(.leftParenthesis) || startsGroup { append(anonymous()) }
          if atRelationship { pending = .relationship(try parseRelationship()) }
        }
      } else {
        // A node behind a node would be the same one.
        if first != nil, pending == nil { throw unexpected("a relationship, a quantified part such as ((a)-->(b))+, or a comma") }
        let node = try parseNode()
        append(node)
        if atRelationship { pending = .relationship(try parseRelationship()) }
      }
    } while pending != nil || at(.leftParenthesis)
    return (first!, steps, nil)
  }

  private func juxtaposed(at span: SourceSpan?) -> Failure {
    error(
      "SyntaxError.InvalidPathPattern",
      "Only a quantified part such as ((a)-->(b))+ may stand directly beside another; join parts by a relationship, or add a quantifier",
      at: span ?? current.span)
  }

  /// `((`, or `(p = (`: a parenthesis around a path rather than a node.
  private var startsGroup: Bool {
    peek(1).kind == .leftParenthesis || (isName(peek(1)) && peek(2).kind == .equal && peek(3).kind == .leftParenthesis)
  }

  private enum ParenthesizedPath {
    case whole(Elements)
    case group(QuantifiedGroup)
  }

  /// `((a)-[r]->(b) WHERE p){2,5}`, or the same without a quantifier.
  private mutating func parseParenthesizedPath() throws(Failure) -> ParenthesizedPath {
    // A path inside a path takes the stack of several parentheses.
    try enter(3)
    defer { leave(3) }
    let start = index
    advance()
    var variable: Name?
    if atName, peek(1).kind == .equal {
      variable = try expectName("a path variable")
      advance()
    }
    var (first, steps, inner) = try parsePathElements()
    var filter = inner?.filter
    if variable == nil { variable = inner?.variable }
    if at(.where) {
      let place = index
      advance()
      let condition = try parseExpression()
      filter = filter.map { Expression(.binary(.and, $0, condition), at: span(from: place)) } ?? condition
    }
    try expect(.rightParenthesis, "a relationship, WHERE or ) to close the path pattern")
    guard let (minimum, maximum) = try parseQuantifier() else {
      inner = PathParenthesis(variable: variable, filter: filter, span: span(from: start))
      return .whole((first, steps, inner))
    }
    if steps.isEmpty {
      throw error(
        "SyntaxError.InvalidQuantifiedPath", "A quantified path pattern needs at least one relationship", at: span(from: start))
    }
    var group = QuantifiedGroup(
      start: first, steps: steps, filter: filter, minimum: minimum, maximum: maximum, span: span(from: start))
    group.variable = variable
    return .group(group)
  }

  /// `+`, `*`, `{n}`, `{n,m}`, `{n,}`, `{,m}`
  mutating func parseQuantifier() throws(Failure) -> (Int, Int?)? {
    if take(.plus) { return (1, nil) }
    if take(.star) { return (0, nil) }
    guard at(.leftBrace) else { return nil }
    let start = index
    advance()
    let minimum = at(.integer) ? try parseCount("a number") : nil
    var maximum = minimum
    if take(.comma) {
      maximum = at(.integer) ? try parseCount("a number") : nil
    } else if minimum == nil {
      throw unexpected("a number of repetitions")
    }
    try expect(.rightBrace, "} to close the quantifier")
    if let maximum { try checkBounds(minimum ?? 0, maximum, from: start) }
    return (minimum ?? 0, maximum)
  }

  private func checkBounds(_ minimum: Int, _ maximum: Int, from start: Int) throws(Failure) {
    guard maximum > 0 else {
      throw error(
        "SyntaxError.InvalidQuantifier", "A quantifier's upper bound begins at 1; a part that never comes can be left out",
        at: span(from: start))
    }
    guard minimum <= maximum else {
      throw error(
        "SyntaxError.InvalidQuantifier", "A quantifier's lower bound cannot exceed its upper one; write {\(maximum),\(minimum)}",
        at: span(from: start))
    }
  }
}
