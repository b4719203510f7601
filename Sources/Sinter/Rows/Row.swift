public import SinterModel

/// One row of a result: values by position, by column name, typed, or as a `Decodable` type.
public struct Row: Sendable {
  let layout: ColumnLayout
  /// The values in the order of ``columns``.
  public let values: [Value]

  init(layout: ColumnLayout, values: [Value]) {
    self.layout = layout
    self.values = values
  }

  /// The column names, in the order of the query's RETURN.
  public var columns: [String] { layout.columns }
  /// The number of columns.
  public var count: Int { values.count }

  /// The value at a position from 0; a position outside the row is a programming error.
  public subscript(position: Int) -> Value { values[position] }

  /// The value of a column, or nil when the result has no such column.
  public subscript(column: String) -> Value? { layout.position(of: column).map { values[$0] } }

  /// The value of a column as a Swift type.
  ///
  /// An integer is given as a float where a float is asked for; no other conversion is made. Ask for an
  /// optional where null may stand.
  /// - Throws: `DecodingError.NoSuchColumn`, `.TypeMismatch`, `.MissingValue` (a null, and the type is not optional).
  public func get<T: ValueConvertible>(_ column: String, as type: T.Type = T.self) throws(SinterError) -> T {
    guard let position = layout.position(of: column) else {
      throw SinterError(
        "DecodingError.NoSuchColumn",
        "The result has no column `\(column)`; its columns are \(columns.map { "`\($0)`" }.joined(separator: ", ")).")
    }
    return try get(position, as: type)
  }

  /// The value at a position from 0 as a Swift type; see ``get(_:as:)-(String,_)``.
  public func get<T: ValueConvertible>(_ position: Int, as type: T.Type = T.self) throws(SinterError) -> T {
    guard values.indices.contains(position) else {
      throw SinterError("DecodingError.NoSuchColumn", "The result has \(count) columns; there is none at position \(position).")
    }
    guard let result = T(value: values[position]) else {
      throw .mismatch(values[position], expected: "\(type)", path: columns[position])
    }
    return result
  }

  /// The row as a `Decodable` type whose properties are named like the columns.
  ///
  /// When the row has one column that holds a node, relationship or map, the type is decoded from its
  /// properties unless it decodes from the row itself by that column's name.
  public func decode<T: Decodable>(_ type: T.Type = T.self) throws(SinterError) -> T {
    if values.count == 1 {
      if let keyed = values[0].keyedContent {
        let asRow = Result { () throws(SinterError) -> T in try ValueDecoder.decode(type, from: .map([columns[0]: values[0]])) }
        if case .success(let result) = asRow { return result }
        return try ValueDecoder.decode(type, from: .map(keyed))
      }
      if let result = try? ValueDecoder.decode(type, from: values[0]) { return result }
    }
    return try ValueDecoder.decode(type, from: .map(Dictionary(zip(columns, values), uniquingKeysWith: { first, _ in first })))
  }
}

extension SinterError {
  static func mismatch(_ value: Value, expected: String, path: String) -> SinterError {
    value.isNull
      ? SinterError("DecodingError.MissingValue", "`\(path)` is null, but \(expected) was asked for; ask for an optional.")
      : SinterError("DecodingError.TypeMismatch", "`\(path)` is of type \(value.typeName), but \(expected) was asked for.")
  }
}

extension Value {
  /// The properties of an element or the entries of a map.
  var keyedContent: [String: Value]? {
    switch self {
    case .map(let map): map
    case .node(let node): node.properties
    case .relationship(let relationship): relationship.properties
    default: nil
    }
  }
}
