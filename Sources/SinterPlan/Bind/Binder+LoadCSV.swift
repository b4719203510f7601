import SinterLanguage
import SinterModel

extension Binder {
  /// The names under which a scope keeps what `file()` and `linenumber()` answer, by the function.
  static let fileFunctions = ["file": "#file", "linenumber": "#line"]

  func appendLoadCSV(_ load: LoadCSVClause, to state: inout QueryState, at span: SourceSpan) throws {
    let source = CSVSource(
      url: try bind(load.url, state.scope), row: fresh(load.variable.text), withHeaders: load.withHeaders,
      fieldTerminator: load.fieldTerminator, file: fresh("file()"), line: fresh("linenumber()"), spot: Spot(load.url.span))
    state.plan = LogicalPlan(
      .loadCSV(state.plan, source), outputs: state.plan.outputs + [source.row, source.file, source.line],
      estimatedRows: state.plan.estimatedRows * 1000)
    state.scope.bind(load.variable.text, to: source.row)
    state.scope.bind("#file", to: source.file)
    state.scope.bind("#line", to: source.line)
  }

  /// `file()` and `linenumber()`: of the row that LOAD CSV gave, null where none did.
  func bindFileFunction(_ name: String, _ scope: Scope) -> Scalar? {
    guard let hidden = Self.fileFunctions[name] else { return nil }
    guard let variable = scope[hidden] else { return .constant(.null) }
    use(variable)
    return .variable(variable)
  }

  /// Lets the subquery's or projection's scope see the file that the rows come from.
  func carryFile(from outer: Scope, to scope: inout Scope) {
    for hidden in Self.fileFunctions.values.sorted() {
      if let variable = outer[hidden] { scope.bind(hidden, to: variable) }
    }
  }
}
