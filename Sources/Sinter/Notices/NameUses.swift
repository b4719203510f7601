import SinterLanguage
import SinterModel

/// The names a statement reads, gathered by a walk over its syntax tree.
struct NameUses {
  private(set) var labels: [Name] = []
  private(set) var types: [Name] = []
  /// Labels or types in predicates such as `n:Item`.
  private(set) var tests: [Name] = []
  private(set) var parameters: [Name] = []
  /// Labels, types and keys that the statement writes.
  private(set) var made: Set<String> = []
  private var properties: [(variable: String?, key: Name)] = []
  /// Variables that stand for nodes and relationships.
  private var elements: Set<String> = []
  /// Names given to other values, which may hide such a variable.
  private var others: Set<String> = []

  /// Property keys of nodes and relationships. A key behind anything else may be a map's or a date's.
  var keys: [Name] {
    properties.filter { use in use.variable.map { elements.contains($0) && !others.contains($0) } ?? true }.map(\.key)
  }

  mutating func visit(_ statement: Statement) {
    switch statement.body {
    case .query(let query): visit(query)
    case .show(let show):
      for projection in [show.yield, show.returning] { if let projection { visit(projection) } }
      visit(show.filter)
    case .schema, .model, .rule: break
    }
  }

  private mutating func visit(_ query: Query) {
    for single in [query.first] + query.rest.map(\.query) { visit(single.clauses) }
  }

  private mutating func visit(_ clauses: [Clause]) {
    for clause in clauses { visit(clause) }
  }

  private mutating func visit(_ clause: Clause) {
    switch clause.kind {
    case .match(let match):
      for pattern in match.patterns { visit(pattern, isWritten: false) }
      visit(match.filter)
    case .unwind(let list, let name):
      visit(list)
      others.insert(name.text)
    case .with(let projection, let filter):
      visit(projection)
      visit(filter)
    case .return(let projection): visit(projection)
    case .filter(let condition): visit(condition)
    case .let(let definitions):
      for definition in definitions {
        others.insert(definition.name.text)
        visit(definition.value)
      }
    case .conditional(let branches):
      for branch in branches {
        visit(branch.condition)
        visit(branch.query)
      }
    case .foreach(let variable, let list, let body):
      others.insert(variable.text)
      visit(list)
      visit(body)
    case .call(let call):
      for argument in call.arguments ?? [] { visit(argument) }
      for item in call.yield ?? [] { others.insert(item.alias?.text ?? item.output.text) }
      visit(call.filter)
    case .subquery(let call):
      visit(call.query)
      let transactions = call.transactions
      for expression in [transactions?.rows, transactions?.concurrency, transactions?.retry?.seconds] { visit(expression) }
      if let report = call.transactions?.report { others.insert(report.text) }
    case .loadCSV(let load):
      visit(load.url)
      others.insert(load.variable.text)
    case .create, .merge, .set, .remove, .delete, .deposit, .retract: visitWriting(clause)
    case .predict, .recommend, .why: visitLearned(clause)
    case .finish: break
    }
  }

  private mutating func visitWriting(_ clause: Clause) {
    switch clause.kind {
    case .create(let patterns):
      for pattern in patterns { visit(pattern, isWritten: true) }
    case .merge(let pattern, let onCreate, let onMatch):
      visit(pattern, isWritten: true)
      visit(onCreate + onMatch)
    case .set(let items): visit(items)
    case .delete(let expressions, _):
      for expression in expressions { visit(expression) }
    case .deposit(let deposit):
      visit(deposit.pattern, isWritten: true)
      let attributes = deposit.attributes
      for expression in [
        attributes.confidence, attributes.support, attributes.source, attributes.evidence, attributes.validFrom, attributes.validTo,
      ] { visit(expression) }
    case .retract(let retract):
      for expression in [retract.fact, retract.source, retract.reason] { visit(expression) }
    default: break
    }
  }

  private mutating func visit(_ items: [SetItem]) {
    for item in items {
      switch item {
      case .property(_, let key, let value):
        made.insert(key)
        visit(value)
      case .dynamicProperty(_, let key, let value):
        visit(key)
        visit(value)
      case .replace(_, let map), .merge(_, let map):
        if case .map(let entries) = map.kind { made.formUnion(entries.map(\.key)) }
        visit(map)
      case .labels(_, let expressions):
        for expression in expressions { made.formUnion(names(in: expression).map(\.text)) }
      }
    }
  }

  private mutating func visitLearned(_ clause: Clause) {
    switch clause.kind {
    case .predict(let predict):
      visit(predict.start, isWritten: false)
      visit(predict.relationship, isWritten: false)
      visit(predict.end, isWritten: false)
      for expression in [predict.filter, predict.limit] { visit(expression) }
      if let score = predict.score { others.insert(score.text) }
    case .recommend(let recommend):
      visit(recommend.item, isWritten: false)
      types += recommend.excludedTypes ?? []
      for expression in [recommend.user, recommend.filter, recommend.diverseBy, recommend.strength, recommend.limit]
        + recommend.caps.flatMap({ [$0.most, $0.per] as [Expression?] }) { visit(expression) }
      for scorer in recommend.scorers { visit(scorer.weight) }
      for name in [recommend.score, recommend.because] { if let name { others.insert(name.text) } }
    case .why(let why):
      visit(why.item)
      visit(why.user)
      for scorer in why.scorers { visit(scorer.weight) }
      others.insert(why.alias.text)
    default: break
    }
  }

  private mutating func visit(_ projection: Projection) {
    for item in projection.items {
      visit(item.expression)
      // `WITH u AS u` and `WITH u` pass an element on.
      if let alias = item.alias {
        if case .variable(alias.text) = item.expression.kind { continue }
        others.insert(alias.text)
      }
    }
    for item in projection.orderBy { visit(item.expression) }
    visit(projection.skip)
    visit(projection.limit)
  }

  private mutating func visit(_ pattern: PathPattern, isWritten: Bool) {
    if let variable = pattern.variable { others.insert(variable.text) }
    if let variable = pattern.parenthesis?.variable { others.insert(variable.text) }
    visit(pattern.parenthesis?.filter)
    visit(pattern.start, isWritten: isWritten)
    visit(pattern.steps, isWritten: isWritten)
  }

  private mutating func visit(_ steps: [PathPattern.Step], isWritten: Bool) {
    for step in steps {
      switch step.link {
      case .relationship(let relationship): visit(relationship, isWritten: isWritten)
      case .group(let group):
        visit(group.start, isWritten: isWritten)
        visit(group.steps, isWritten: isWritten)
        visit(group.filter)
      }
      visit(step.node, isWritten: isWritten)
    }
  }

  private mutating func visit(_ node: NodePattern, isWritten: Bool) {
    if let variable = node.variable { elements.insert(variable.text) }
    let names = names(in: node.labels)
    if isWritten { made.formUnion(names.map(\.text)) } else { labels += names }
    visitProperties(node.properties, isWritten: isWritten)
    visit(node.filter)
  }

  private mutating func visit(_ relationship: RelationshipPattern, isWritten: Bool) {
    if let variable = relationship.variable { elements.insert(variable.text) }
    let names = names(in: relationship.types)
    if isWritten { made.formUnion(names.map(\.text)) } else { types += names }
    visitProperties(relationship.properties, isWritten: isWritten)
    visit(relationship.filter)
  }

  private mutating func visitProperties(_ map: Expression?, isWritten: Bool) {
    guard let map else { return }
    guard case .map(let entries) = map.kind else { return visit(map) }
    for entry in entries {
      // An entry has no place of its own; its key ends before its value.
      let place = SourceSpan(start: entry.value.span.start, end: entry.value.span.start)
      if isWritten { made.insert(entry.key) } else { properties.append((nil, Name(entry.key, at: place))) }
      visit(entry.value)
    }
  }

  /// The names in a label expression.
  private mutating func names(in expression: LabelExpression?) -> [Name] {
    switch expression {
    case .name(let text, let span): return [Name(text, at: span)]
    case .not(let inner): return names(in: inner)
    case .and(let parts), .or(let parts):
      var all: [Name] = []
      for part in parts { all += names(in: part) }
      return all
    case .dynamic(let inner), .dynamicAny(let inner):
      visit(inner)
      return []
    case .any, nil: return []
    }
  }

  private mutating func visit(_ expression: Expression?) {
    guard let expression else { return }
    switch expression.kind {
    case .parameter(let name): parameters.append(Name(name, at: expression.span))
    case .property(let base, let key):
      if case .variable(let variable) = base.kind { properties.append((variable, Name(key, at: expression.span))) }
    case .hasLabels(_, let tested): tests += names(in: tested)
    case .subquery(_, let query): visit(query)
    case .patternPredicate(let pattern), .shortestPath(let pattern): return visit(pattern, isWritten: false)
    case .patternComprehension(let pattern, let filter, let projection):
      visit(pattern, isWritten: false)
      visit(filter)
      return visit(projection)
    case .listComprehension(let variable, _, _, _), .quantifier(_, let variable, _, _): others.insert(variable)
    case .reduce(let accumulator, _, let variable, _, _): others.formUnion([accumulator, variable])
    default: break
    }
    var children: [Expression] = []
    expression.forEachChild { children.append($0) }
    for child in children { visit(child) }
  }
}
