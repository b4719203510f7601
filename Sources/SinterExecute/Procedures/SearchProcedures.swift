import SinterAnalysis
import SinterModel
import SinterSearch
import SinterStorage

/// Neo4j's procedures that search an index.
enum SearchProcedures {
  static let all = [
    definition("db.index.vector.queryNodes", .vector, .node),
    definition("db.index.vector.queryRelationships", .vector, .relationship),
    definition("db.index.fulltext.queryNodes", .fulltext, .node),
    definition("db.index.fulltext.queryRelationships", .fulltext, .relationship),
    ProcedureDefinition(
      name: "db.index.fulltext.listAvailableAnalyzers",
      outputs: [("analyzer", "STRING"), ("description", "STRING"), ("stopwords", "LIST")], summary: "How full-text indexes can cut text into terms."
    ) { _, _ in
      Analyzer.all.map { [.string($0.name), .string($0.summary), .list($0.stopWordList.map { .string($0) })] }
    },
  ]

  private static func definition(_ name: String, _ kind: SearchIndexKind, _ entity: EntityKind) -> ProcedureDefinition {
    let what = entity == .node ? "node" : "relationship"
    let inputs: [ProcedureDefinition.Field] =
      kind == .vector
      ? [("indexName", "STRING"), ("numberOfNearestNeighbours", "INTEGER"), ("query", "LIST"), ("options", "MAP=")]
      : [("indexName", "STRING"), ("queryString", "STRING"), ("options", "MAP=")]
    return ProcedureDefinition(
      name: name, inputs: inputs, outputs: [(what, what.uppercased()), ("score", "FLOAT")],
      summary: kind == .vector
        ? "The \(what)s nearest to a vector, best first; options: recall, 0.5 to 1, and minimumScore."
        : "The \(what)s that a text is about, best first; options: limit and minimumScore."
    ) { arguments, call in
      guard case .string(let index) = arguments[0] else { return [] }
      let found = try SearchIndexes.find(index, kind, entity, in: call.view)
      var limit = Int(Int32.max)
      if kind == .vector, case .integer(let n) = arguments[1] {
        guard n > 0 else {
          throw SinterError("ArgumentError.NumberOutOfRange", "`numberOfNearestNeighbours` must be more than 0.")
        }
        limit = Int(min(n, Int64(Int32.max)))
      }
      let query = try SearchArguments.query(arguments[kind == .vector ? 2 : 1], isFullText: kind == .fulltext)
      var request = SearchRequest(query: query, limit: limit, checkInterrupts: call.checkInterrupts)
      try apply(arguments[arguments.count - 1], to: &request)
      return try SearchIndexes.search(found, request, in: call.view).map { hit in
        [
          entity == .node ? .node(Node(id: NodeID(hit.id))) : .relationship(Relationship(id: RelationshipID(hit.id))),
          .float(hit.score),
        ]
      }
    }
  }

  private static func apply(_ options: Value, to request: inout SearchRequest) throws(SinterError) {
    guard case .map(let options) = options else { return }
    for (key, value) in options.sorted(by: { $0.key < $1.key }) {
      let number: Double? =
        switch value {
        case .integer(let n): Double(n)
        case .float(let x): x
        default: nil
        }
      guard let number else {
        throw SinterError("ArgumentError.InvalidArgument", "The option `\(key)` takes a number.")
      }
      switch key {
      case "limit": request.limit = Int(max(0, min(number, Double(Int32.max))))
      case "skip": throw SinterError("ArgumentError.InvalidArgument", "Write SKIP behind the CALL instead of the option `skip`.")
      case "minimumScore": request.minimumScore = number
      case "recall":
        guard (0.5...1).contains(number) else {
          throw SinterError("ArgumentError.NumberOutOfRange", "`recall` takes a number from 0.5 to 1.")
        }
        request.recall = number
      default:
        let known = ["limit", "minimumScore", "recall"]
        let advice = closest(to: key, among: known).map { "Did you mean `\($0)`?" } ?? "There are \(known.joined(separator: ", "))."
        throw SinterError("ArgumentError.InvalidArgument", "There is no option `\(key)`. \(advice)")
      }
    }
  }
}
