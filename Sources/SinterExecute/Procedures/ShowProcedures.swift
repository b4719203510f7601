import SinterFunctions
import SinterLanguage
import SinterModel
import SinterPlan
import SinterStorage

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What SHOW lists, each as a procedure, so that YIELD and WHERE work on all of them alike.
enum ShowProcedures {
  static let all = [
    listing(.indexes) { call in
      (call.view.indexes.map { ($0.name, row($0)) } + call.view.searchIndexes.map { ($0.descriptor.name, row($0.descriptor)) })
        .sorted { $0.0 < $1.0 }.map(\.1)
    },
    listing(.constraints) { call in
      call.view.constraints.enumerated().sorted { $0.element.name < $1.element.name }.map { position, constraint in
        row(constraint, position, in: call.view)
      }
    },
    listing(.functions) { _ in functions },
    listing(.procedures) { call in
      call.engine.procedures.all.filter { !$0.name.hasPrefix("show.") }.map(row)
    },
    listing(.settings) { call in settings(call) },
    listing(.databases) { call in [database(call.view)] },
    extended(.models) { call in try call.engine.extensions.learning?.models(in: call.view) },
    extended(.rules) { call in try call.engine.extensions.catalogue?.showRules(in: call.view) },
    extended(.strategies) { call in try call.engine.extensions.catalogue?.showStrategies(in: call.view) },
  ]

  private static func listing(
    _ subject: ShowCommand.Subject, _ rows: @escaping @Sendable (ProcedureCallContext) throws -> [[String: Value]]
  ) -> ProcedureDefinition {
    let columns = subject.columns
    return ProcedureDefinition(
      name: "show.\(subject.rawValue)", outputs: columns.map { ($0, "ANY") }, summary: ""
    ) { _, call in
      try rows(call).map { row in columns.map { row[$0] ?? .null } }
    }
  }

  /// A listing whose columns an extension gives.
  private static func extended(
    _ subject: ShowCommand.Subject,
    _ rows: @escaping @Sendable (ProcedureCallContext) throws -> (columns: [String], rows: [[Value]])?
  ) -> ProcedureDefinition {
    listing(subject) { call in
      guard let found = try rows(call) else { return [] }
      return found.rows.map { Dictionary(zip(found.columns, $0), uniquingKeysWith: { first, _ in first }) }
    }
  }

  // MARK: Schema

  private static func row(_ index: IndexDescriptor) -> [String: Value] {
    [
      "id": .integer(Int64(index.id)), "name": .string(index.name), "state": "ONLINE", "populationPercent": .float(100),
      "type": "RANGE", "entityType": index.entity == .node ? "NODE" : "RELATIONSHIP",
      "labelsOrTypes": .list([.string(index.label)]), "properties": .list(index.keys.map { .string($0) }), "indexProvider": "range-1.0",
      "owningConstraint": index.constraint.map { .string($0) } ?? .null,
      "options": .map(["indexProvider": "range-1.0", "indexConfig": .map([:])]), "failureMessage": "",
      "createStatement": .string(index.statement),
    ]
  }

  private static func row(_ index: SearchIndexDescriptor) -> [String: Value] {
    let provider: Value = index.kind == .vector ? "vector-1.0" : "fulltext-1.0"
    return [
      "id": .integer(Int64(index.id)), "name": .string(index.name), "state": "ONLINE", "populationPercent": .float(100),
      "type": index.kind == .vector ? "VECTOR" : "FULLTEXT", "entityType": index.entity == .node ? "NODE" : "RELATIONSHIP",
      "labelsOrTypes": .list(index.labels.map { .string($0) }),
      "properties": .list((index.keys + index.filterKeys).map { .string($0) }), "indexProvider": provider, "owningConstraint": .null,
      "options": .map(["indexProvider": provider, "indexConfig": .map(index.options)]), "failureMessage": "",
      "createStatement": .string(index.statement),
    ]
  }

  private static func row(_ constraint: ConstraintDescriptor, _ position: Int, in view: GraphView) -> [String: Value] {
    let owned = view.indexes.first { $0.constraint == constraint.name }
    return [
      "id": .integer(Int64(position + 1)), "name": .string(constraint.name), "type": .string(constraint.typeText),
      "entityType": constraint.entity == .node ? "NODE" : "RELATIONSHIP", "labelsOrTypes": .list([.string(constraint.label)]),
      "properties": .list(constraint.keys.map { .string($0) }), "ownedIndex": owned.map { .string($0.name) } ?? .null,
      "propertyType": constraint.typeName.map { .string($0) } ?? .null, "options": owned == nil ? .null : .map([:]),
      "createStatement": .string(constraint.statement),
    ]
  }

  // MARK: Functions and procedures

  private static var functions: [[String: Value]] {
    let plain = FunctionLibrary.standard.functions.map { ($0.name, $0.category.rawValue, $0.signature, $0.summary) }
    let graph = GraphFunction.all.map { ($0.name, "Graph", $0.signature, $0.summary) }
    let aggregates = AggregateFunction.allCases.map { ($0.rawValue, "Aggregating", $0.signature, $0.summary) }
    return (plain + graph + aggregates).sorted { $0.0 < $1.0 }.map { name, category, signature, summary in
      let parts = SignatureText(signature)
      return [
        "name": .string(name), "category": .string(category), "description": .string(summary), "signature": .string(signature),
        "isBuiltIn": true, "argumentDescription": described(parts.arguments), "returnDescription": .string(parts.result),
        "aggregating": .boolean(category == "Aggregating"), "isDeprecated": false,
      ]
    }
  }

  private static func row(_ procedure: ProcedureDefinition) -> [String: Value] {
    [
      "name": .string(procedure.name), "description": .string(procedure.summary), "mode": procedure.writes ? "WRITE" : "READ",
      "worksOnSystem": false, "signature": .string(procedure.signature),
      "argumentDescription": described(
        procedure.inputs.map { ($0.name, $0.type.hasSuffix("=") ? String($0.type.dropLast()) : $0.type) }),
      "returnDescription": described(procedure.outputs), "admin": false, "isDeprecated": false,
      "option": .map(["deprecated": false]),
    ]
  }

  private static func described(_ fields: [(name: String, type: String)]) -> Value {
    .list(
      fields.map { field in
        .map([
          "name": .string(field.name), "type": .string(field.type), "description": .string("\(field.name) :: \(field.type)"),
          "isDeprecated": false,
        ])
      })
  }

  // MARK: The store

  private static func settings(_ call: ProcedureCallContext) -> [[String: Value]] {
    let folder = getcwd(nil, 0).map { pointer in
      defer { free(pointer) }
      return String(cString: pointer)
    }
    let memory = call.options.memoryLimitBytes
    let rows: [(name: String, value: String, usual: String, description: String, isDynamic: Bool)] = [
      (
        "db.memory.transaction.max", "\((memory ?? defaultMemoryLimitBytes) >> 20)MiB", "\(defaultMemoryLimitBytes >> 20)MiB",
        "The memory that the operators of one query may hold; given with the query.", true
      ),
      (
        "db.transaction.timeout", call.options.timeoutSeconds.map { "\($0)s" } ?? "0s", "0s",
        "The time after which a query ends; 0s for none; given with the query.", true
      ),
      ("dbms.cypher.hints_error", "true", "true", "A planner hint that cannot be heeded is an error.", false),
      (
        "server.directories.import", folder ?? ".", ".",
        "What relative paths of LOAD CSV begin at: the directory the program runs in.", false
      ),
    ]
    return rows.map { row in
      [
        "name": .string(row.name), "value": .string(row.value), "isDynamic": .boolean(row.isDynamic),
        "defaultValue": .string(row.usual), "description": .string(row.description), "startupValue": .string(row.usual),
        "isExplicitlySet": .boolean(row.isDynamic && row.value != row.usual), "isDeprecated": false,
      ]
    }
  }

  private static func database(_ view: GraphView) -> [String: Value] {
    [
      "name": .string(view.databaseName), "type": "standard", "aliases": .list([]), "access": "read-write", "role": "primary",
      "writer": true, "requestedStatus": "online", "currentStatus": "online", "statusMessage": "", "default": true, "home": true,
      "constituents": .list([]),
    ]
  }
}

extension GraphView {
  /// The name of the store's file without folder and ending.
  var databaseName: String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return file }
    return String(file[..<dot])
  }
}

/// The parts of `left(original :: STRING, length :: INTEGER) :: STRING`.
struct SignatureText {
  var arguments: [(name: String, type: String)] = []
  var result = ""

  init(_ signature: String) {
    guard let open = signature.firstIndex(of: "(") else { return }
    var depth = 0
    var piece = ""
    var position = open
    func add(_ text: String, to arguments: inout [(name: String, type: String)]) {
      guard !text.isEmpty else { return }
      let (name, type) = Self.split(text)
      arguments.append((name, type))
    }
    while position < signature.endIndex {
      let character = signature[position]
      switch character {
      case "(", "<", "[":
        depth += 1
        if depth > 1 { piece.append(character) }
      case ")", ">", "]":
        depth -= 1
        if depth == 0 {
          add(piece, to: &arguments)
          result = Self.split("result" + String(signature[signature.index(after: position)...])).type
          return
        }
        piece.append(character)
      case "," where depth == 1:
        add(piece, to: &arguments)
        piece = ""
      default:
        if !(piece.isEmpty && character == " ") { piece.append(character) }
      }
      position = signature.index(after: position)
    }
  }

  /// `name :: TYPE`; `ANY` where no type is written.
  private static func split(_ text: String) -> (name: String, type: String) {
    guard let range = text.firstRange(of: " :: ") else { return (text, "ANY") }
    return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
  }
}
