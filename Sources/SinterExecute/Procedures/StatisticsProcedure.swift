import SinterModel
import SinterStorage

/// What the planner knows of the graph, as rows.
enum StatisticsProcedure {
  static let definition = ProcedureDefinition(
    name: "db.statistics",
    outputs: [
      ("kind", "STRING"), ("name", "STRING"), ("count", "INTEGER"), ("distinct", "INTEGER"), ("details", "MAP"),
    ],
    summary: "What the planner knows: counts, how labels are joined, how many relationships nodes have, values of properties."
  ) { _, call in
    let statistics = call.view.statistics
    return labels(statistics) + connections(statistics) + degrees(statistics) + properties(statistics)
  }

  private static func integer(_ x: Double) -> Value { .integer(Int64(exactly: x.rounded()) ?? .max) }

  private static func labels(_ statistics: GraphStatistics) -> [[Value]] {
    statistics.nodesByLabel.sorted { $0.key < $1.key }.map { [.string("label"), .string($0), .integer(Int64($1)), .null, .map([:])] }
  }

  private static func connections(_ statistics: GraphStatistics) -> [[Value]] {
    let rows = statistics.sample.connections.map { connection, count -> (String, [Value]) in
      func node(_ label: String?) -> String { label.map { "(:\($0))" } ?? "()" }
      let name = "\(node(connection.start))-[:\(connection.type)]->\(node(connection.end))"
      return (name, [.string("relationships"), .string(name), integer(count), .null, .map([:])])
    }
    return rows.sorted { $0.0 < $1.0 }.map(\.1)
  }

  private static func degrees(_ statistics: GraphStatistics) -> [[Value]] {
    statistics.sample.degrees.sorted { $0.key < $1.key }.flatMap { type, degrees in
      [("()-[:\(type)]->", degrees.outgoing), ("()<-[:\(type)]-", degrees.incoming)].map { name, sketch -> [Value] in
        let details: [String: Value] = [
          "mean": .float(sketch.mean), "meanByRelationship": .float(sketch.meanByRelationship), "largest": integer(sketch.largest),
          "histogram": .list(sketch.histogram.map(integer)),
        ]
        return [.string("degree"), .string(name), integer(sketch.total), integer(sketch.nodes), .map(details)]
      }
    }
  }

  private static func properties(_ statistics: GraphStatistics) -> [[Value]] {
    let rows = statistics.sample.values.filter { !$0.key.key.hasPrefix(hiddenKeyPrefix) }.map { property, sketch -> (String, [Value]) in
      let name = property.entity == .node ? "(:\(property.label)).\(property.key)" : "[:\(property.label)].\(property.key)"
      var details: [String: Value] = ["common": .list(sketch.common.map { .float($0.share) })]
      if let low = sketch.bounds.first, let high = sketch.bounds.last, sketch.scale.kind == .number {
        details["lowest"] = .float(low)
        details["highest"] = .float(high)
        details["median"] = .float(sketch.bounds[sketch.bounds.count / 2])
      }
      return (name, [.string("property"), .string(name), integer(sketch.count), integer(sketch.distinct), .map(details)])
    }
    return rows.sorted { $0.0 < $1.0 }.map(\.1)
  }
}
