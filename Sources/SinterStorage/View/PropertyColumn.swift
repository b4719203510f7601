package import SinterModel

/// The values of one property key over all nodes or all relationships.
package final class PropertyColumn: @unchecked Sendable {
  package func value(of id: UInt32) throws(SinterError) -> Value { fatalError() }

  /// The values of `ids` (`Vector.nullID` gives null): `.integers`, `.floats` or `.booleans` when
  /// every value is of that type and none is null, else `.values`.
  package func gather(_ ids: [UInt32]) throws(SinterError) -> Vector { fatalError() }
}
