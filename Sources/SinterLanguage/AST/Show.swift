import SinterModel

/// `SHOW INDEXES | CONSTRAINTS | FUNCTIONS | … [YIELD … [WHERE p] [RETURN …] | WHERE p]`
package struct ShowCommand: Sendable {
  package enum Subject: String, Sendable, CaseIterable {
    case indexes, constraints, functions, procedures, models, rules, strategies, settings, databases
  }
  package var subject: Subject
  /// What the words before or behind the subject keep, as in `SHOW RANGE INDEXES`.
  package var restriction: Expression?
  package var yield: Projection?
  package var filter: Expression?
  package var returning: Projection?
  package init(subject: Subject, restriction: Expression?, yield: Projection?, filter: Expression?) {
    self.subject = subject
    self.restriction = restriction
    self.yield = yield
    self.filter = filter
  }
}

extension ShowCommand.Subject {
  /// The columns that are shown without YIELD, named as Neo4j names them.
  package var defaultColumns: [String] {
    switch self {
    case .indexes:
      [
        "id", "name", "state", "populationPercent", "type", "entityType", "labelsOrTypes", "properties", "indexProvider",
        "owningConstraint", "lastRead", "readCount",
      ]
    case .constraints: ["id", "name", "type", "entityType", "labelsOrTypes", "properties", "ownedIndex", "propertyType"]
    case .functions: ["name", "category", "description"]
    case .procedures: ["name", "description", "mode", "worksOnSystem"]
    case .models:
      [
        "name", "version", "kind", "current", "default", "created", "seconds", "fingerprint", "types", "settings", "metrics",
      ]
    case .rules: ["name", "text"]
    case .strategies: ["name", "scorers"]
    case .settings: ["name", "value", "isDynamic", "defaultValue", "description"]
    case .databases:
      [
        "name", "type", "aliases", "access", "address", "role", "writer", "requestedStatus", "currentStatus", "statusMessage",
        "default", "home", "constituents",
      ]
    }
  }

  /// The columns that only YIELD shows.
  private var furtherColumns: [String] {
    switch self {
    case .indexes: ["trackedSince", "options", "failureMessage", "createStatement"]
    case .constraints: ["options", "createStatement"]
    case .functions:
      [
        "signature", "isBuiltIn", "argumentDescription", "returnDescription", "aggregating", "rolesExecution",
        "rolesBoostedExecution", "isDeprecated", "deprecatedBy",
      ]
    case .procedures:
      [
        "signature", "argumentDescription", "returnDescription", "admin", "rolesExecution", "rolesBoostedExecution",
        "isDeprecated", "deprecatedBy", "option",
      ]
    case .settings: ["startupValue", "isExplicitlySet", "validValues", "isDeprecated"]
    case .models: ["entities", "triples", "dimension", "epochs", "mrr", "hits1", "hits3", "hits10"]
    case .rules, .strategies, .databases: []
    }
  }

  /// All columns, in their order.
  package var columns: [String] { defaultColumns + furtherColumns }
}

extension ShowCommand {
  /// What YIELD names, or the columns that are shown without it.
  private var projection: Projection {
    func items(_ names: [String]) -> [ProjectionItem] {
      names.map { ProjectionItem(expression: Expression(.variable($0), at: .none), alias: nil, columnName: $0) }
    }
    guard var yield else {
      return Projection(distinct: false, includesAll: false, items: items(subject.defaultColumns), span: .none)
    }
    if yield.includesAll {
      yield.items = items(subject.columns)
      yield.includesAll = false
    }
    return yield
  }

  /// The clauses over the listing's rows: what YIELD and WHERE keep, then RETURN.
  var clauses: [Clause] {
    let shown = projection
    let columns = shown.items.map { item in
      ProjectionItem(expression: Expression(.variable(item.columnName), at: .none), alias: nil, columnName: item.columnName)
    }
    let all = Projection(distinct: false, includesAll: false, items: columns, span: .none)
    return [Clause(.with(shown, filter: filter), at: shown.span), Clause(.return(returning ?? all), at: (returning ?? all).span)]
  }

  /// The listing as a query over the procedure `show.<subject>`, which answers with all columns.
  package var asQuery: Query {
    let call = ProcedureCall(
      name: Name("show.\(subject.rawValue)", at: .none), arguments: [],
      yield: subject.columns.map { ProcedureCall.YieldItem(output: Name($0, at: .none), alias: nil) }, yieldsAll: false,
      filter: restriction, standalone: false)
    return Query(first: SingleQuery(clauses: [Clause(.call(call), at: .none)] + clauses), rest: [], span: .none)
  }
}
