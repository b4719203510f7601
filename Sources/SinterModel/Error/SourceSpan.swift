/// A piece of a query's text, as UTF-8 offsets from its start.
public struct SourceSpan: Hashable, Sendable {
  public var start: Int
  public var end: Int
  @inlinable public init(start: Int, end: Int) {
    self.start = start
    self.end = end
  }
  /// The smallest span that holds both.
  public func union(_ other: SourceSpan) -> SourceSpan {
    SourceSpan(start: min(start, other.start), end: max(end, other.end))
  }
  public static let none = SourceSpan(start: 0, end: 0)
}
