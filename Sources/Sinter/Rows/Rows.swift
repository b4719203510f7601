package import SinterExecute
public import SinterModel

/// All rows of a finished query, with what it changed.
public struct Rows: Sendable {
  /// The column names, in the order of the query's RETURN; empty for a statement that returns nothing.
  public var columns: [String] { layout.columns }
  /// What the statement changed.
  public let statistics: QueryStatistics
  /// The plan, after `EXPLAIN` or `PROFILE`.
  public let plan: QueryPlan?

  let layout: ColumnLayout
  let values: [[Value]]

  package init(columns: [String], values: [[Value]], statistics: QueryStatistics = QueryStatistics(), plan: QueryPlan? = nil) {
    layout = ColumnLayout(columns)
    self.values = values
    self.statistics = statistics
    self.plan = plan
  }

  /// Runs a query to its end.
  package init(collecting run: QueryRun) throws(SinterError) {
    var values: [[Value]] = []
    do throws(SinterError) {
      while let batch = try run.nextRows() {
        try run.hold(batch)
        values.append(contentsOf: batch)
      }
    } catch {
      run.drop(&values)
      throw error
    }
    self.init(
      columns: run.columns, values: values, statistics: QueryStatistics(run.statistics), plan: run.plan.map(QueryPlan.init))
  }

  /// Every row as a `T`, its properties named like the columns.
  ///
  /// When there is one column of nodes, relationships or maps, `T` is decoded from their properties.
  /// - Throws: `DecodingError.TypeMismatch` or `.MissingValue`, naming the column and the row.
  public func decode<T: Decodable>(_ type: T.Type = T.self) throws(SinterError) -> [T] {
    var result: [T] = []
    result.reserveCapacity(count)
    for (index, row) in enumerated() {
      do throws(SinterError) {
        result.append(try row.decode(type))
      } catch {
        var located = error
        located.message = "Row \(index + 1): \(error.message)"
        throw located
      }
    }
    return result
  }
}

extension Rows: RandomAccessCollection {
  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of rows.
  public var endIndex: Int { values.count }
  /// - Complexity: O(1)
  public subscript(position: Int) -> Row { Row(layout: layout, values: values[position]) }
}

/// Column names and where each stands; shared by all rows of a result.
final class ColumnLayout: Sendable {
  let columns: [String]
  /// Only of wide results: a short list is searched faster than a table is made.
  private let positions: [String: Int]

  init(_ columns: [String]) {
    self.columns = columns
    positions = columns.count > 16 ? Dictionary(zip(columns, columns.indices), uniquingKeysWith: { first, _ in first }) : [:]
  }

  /// Where the first column of a name stands.
  func position(of column: String) -> Int? { positions.isEmpty ? columns.firstIndex(of: column) : positions[column] }
}
