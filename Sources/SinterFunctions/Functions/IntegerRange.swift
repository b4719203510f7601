package import SinterModel

/// The integers of `range(start, end, step)`, both ends included, without making the list.
package struct IntegerRange: RandomAccessCollection, Sendable {
  package let start: Int64
  package let step: Int64
  package let count: Int
  package var startIndex: Int { 0 }
  package var endIndex: Int { count }

  /// - Throws: `ArgumentError.NumberOutOfRange` for step 0, `LimitError.ListTooLong` for more than `Int.max` elements.
  package init(from start: Int64, through end: Int64, by step: Int64 = 1) throws(SinterError) {
    guard step != 0 else {
      throw SinterError("ArgumentError.NumberOutOfRange", "range() needs a step other than 0.")
    }
    self.start = start
    self.step = step
    if step > 0 ? start > end : start < end {
      count = 0
    } else {
      let span = step > 0 ? UInt64(bitPattern: end &- start) : UInt64(bitPattern: start &- end)
      let (whole, overflow) = (span / step.magnitude).addingReportingOverflow(1)
      guard !overflow, let count = Int(exactly: whole) else {
        throw SinterError("LimitError.ListTooLong", "range() was asked for more than \(Int.max) elements.")
      }
      self.count = count
    }
  }

  /// The range that the arguments of `range()` give, nil where one is null; for callers that walk it without a list.
  /// - Throws: `ArgumentError.InvalidArgumentType` for an argument that is no integer, and what ``init`` throws.
  package init?(arguments: [Value]) throws(SinterError) {
    var numbers: [Int64] = []
    for argument in arguments {
      switch argument {
      case .integer(let number): numbers.append(number)
      case .null: return nil
      default:
        throw SinterError("ArgumentError.InvalidArgumentType", "range() takes integers, not \(argument.typePhrase).")
      }
    }
    try self.init(from: numbers[0], through: numbers[1], by: numbers.count > 2 ? numbers[2] : 1)
  }

  package subscript(position: Int) -> Int64 { start &+ Int64(position) &* step }
}
