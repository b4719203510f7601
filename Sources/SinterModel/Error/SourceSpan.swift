/// A piece of a query's text, as UTF-8 offsets from its start.
public struct SourceSpan: Hashable, Sendable {
  /// The offset of the first byte.
  public var start: Int
  /// The offset behind the last byte.
  public var end: Int
  /// From one offset to another, in bytes.
  @inlinable public init(start: Int, end: Int) {
    self.start = start
    self.end = end
  }
  /// The smallest span that holds both.
  public func union(_ other: SourceSpan) -> SourceSpan {
    SourceSpan(start: min(start, other.start), end: max(end, other.end))
  }
  /// The beginning of a text, for what has no place in it.
  public static let none = SourceSpan(start: 0, end: 0)
}
