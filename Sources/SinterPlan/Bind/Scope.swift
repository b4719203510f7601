package import SinterModel

/// The names that can be seen at a point of a query.
package struct Scope: Sendable {
  private(set) var variables: [String: Variable] = [:]
  /// Names in the order they came into sight.
  private(set) var names: [String] = []

  /// Variables of the query around a subquery, by name: no WITH leaves them behind.
  private(set) var kept: [(name: String, variable: Variable)] = []

  package init() {}

  /// The same scope, all of whose variables stay in sight.
  var keepingAll: Scope {
    var scope = self
    scope.kept = names.compactMap { name in variables[name].map { (name, $0) } }
    return scope
  }

  /// The same scope, any of whose variables a WITH can leave behind.
  var keepingNone: Scope {
    var scope = self
    scope.kept = []
    return scope
  }

  /// Whether a name stands for a variable that is kept.
  func keeps(_ name: String) -> Bool {
    kept.contains { $0.name == name && variables[name] == $0.variable }
  }

  /// Brings in what another scope keeps, under the names that are free.
  mutating func keep(from other: Scope) {
    kept = other.kept
    for (name, variable) in kept where variables[name] == nil { bind(name, to: variable) }
  }

  package subscript(name: String) -> Variable? { variables[name] }

  mutating func bind(_ name: String, to variable: Variable) {
    if variables.updateValue(variable, forKey: name) == nil { names.append(name) }
  }

  /// Every visible variable once, in order of appearance.
  var all: [Variable] {
    names.compactMap { variables[$0] }.unique
  }
}

/// What the planner must know beyond the statement.
package struct PlanContext {
  package var statistics: GraphStatistics
  /// Passes that are switched off, by name; see ``Planner/passNames``.
  package var disabledPasses: Set<String>
  /// Output names of a procedure, or nil for one that does not exist.
  package var procedureOutputs: @Sendable (String) -> [String]?

  /// The parameters of the run that the plan is made for.
  package var parameters: [String: Value] = [:]
  /// Computes an expression of constants; nil where that fails, for whoever runs the statement to find out.
  package var fold: ((Scalar) -> Value?)?

  package init(
    statistics: GraphStatistics, disabledPasses: Set<String> = [], procedureOutputs: @escaping @Sendable (String) -> [String]? = { _ in nil }
  ) {
    self.statistics = statistics
    self.disabledPasses = disabledPasses
    self.procedureOutputs = procedureOutputs
  }

  func isEnabled(_ pass: String) -> Bool { !disabledPasses.contains(pass) && !disabledPasses.contains("all") }
}

/// The state of planning one statement.
final class Binder {
  let context: PlanContext
  private var variableCount = 0
  /// For each subquery being planned, the variables it has asked for so far.
  private var captures: [VariableSet] = []
  /// The statement changes the graph: its plan keeps to the operators that see every change as it comes.
  let isUpdating: Bool
  /// Aggregates met while the items of a projection are bound; nil where none may stand.
  var aggregates: [Aggregate]?

  /// What the variables planned so far are.
  private(set) var kinds = ElementKinds()
  /// For each subquery being planned, the labels that nodes had before it.
  private var learned: [[(variable: Variable, labels: [String]?)]] = []
  let parameters: ParameterValues?

  init(context: PlanContext, isUpdating: Bool = false) {
    self.context = context
    parameters = context.isEnabled("parameter-values") ? ParameterValues(context.parameters) : nil
    self.isUpdating = isUpdating
  }

  func setLabels(_ labels: [String], of node: Variable) {
    let old = kinds.nodes.updateValue(labels, forKey: node)
    if !learned.isEmpty { learned[learned.count - 1].append((node, old)) }
  }

  func setTypes(_ types: [String]?, of relationship: Variable) { kinds.relationships[relationship] = .some(types) }

  /// Notes what computed columns hold.
  func setOrigins(_ assignments: [Assignment]) {
    for assignment in assignments where assignment.value != .variable(assignment.variable) {
      kinds.origins[assignment.variable] = assignment.value
    }
  }

  func fresh(_ name: String) -> Variable {
    variableCount += 1
    return Variable(id: variableCount, name: name)
  }

  /// A variable without a name of its own, shown in plans as `#n`.
  func anonymous() -> Variable {
    variableCount += 1
    return Variable(id: variableCount, name: "#\(variableCount)")
  }

  func resolve(_ name: String, in scope: Scope, at span: SourceSpan) throws -> Variable {
    guard let variable = scope[name] else {
      throw SinterError("SyntaxError.UndefinedVariable", phase: .compile, "Variable `\(name)` is not defined.", at: span)
    }
    use(variable)
    return variable
  }

  /// Notes that the subqueries being planned read `variable`.
  func use(_ variable: Variable) {
    for i in captures.indices { captures[i].insert(variable) }
  }

  /// Those of `variables` that the subquery being planned has asked for so far.
  func captured(_ variables: [Variable]) -> [Variable] {
    guard let used = captures.last else { return [] }
    return variables.filter(used.contains)
  }

  /// Plans a subquery with `body` and answers which variables of `outer` it reads, in scope order.
  func capturing<T>(from outer: Scope, _ body: () throws -> T) rethrows -> (T, imports: [Variable]) {
    captures.append([])
    let savedAggregates = aggregates
    aggregates = nil
    learned.append([])
    defer {
      aggregates = savedAggregates
      // What a subquery asks of the nodes around it holds inside only.
      for (variable, labels) in learned.removeLast().reversed() { kinds.nodes[variable] = labels }
    }
    let result: T
    do { result = try body() } catch {
      captures.removeLast()
      throw error
    }
    let used = captures.removeLast()
    return (result, outer.all.filter(used.contains))
  }
}
