package import SinterModel

/// What functions may know besides their arguments.
package struct FunctionContext: Sendable {
  /// When the transaction began.
  package var transactionTime: Instant
  /// When the statement began; `date()`, `datetime()` and their like give this.
  package var statementTime: Instant
  /// The zone of values made without one.
  package var defaultZone: Zone
  /// The longest list a function may make.
  package var maximumListLength: Int
  /// What the running statement may take.
  package var limits: QueryLimits
  /// Where `rand` and `randomUUID` take their bits from.
  package var random: @Sendable () -> UInt64

  package init(
    transactionTime: Instant = .now(), statementTime: Instant? = nil, defaultZone: Zone = .offset(0),
    maximumListLength: Int = 100_000_000, limits: QueryLimits = QueryLimits(),
    random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
  ) {
    self.transactionTime = transactionTime
    self.statementTime = statementTime ?? transactionTime
    self.defaultZone = defaultZone
    self.maximumListLength = maximumListLength
    self.limits = limits
    self.random = random
  }

  /// The longest list however large the memory budget is, and the longest range that is walked without a list.
  package static let longestList = 100_000_000

  /// - Parameter isWalked: the elements are taken one by one and no list is made.
  /// - Throws: `LimitError.ListTooLong`.
  package func checkListLength(_ count: Int, isWalked: Bool = false) throws(SinterError) {
    let maximumListLength = isWalked ? max(maximumListLength, FunctionContext.longestList) : maximumListLength
    guard count <= maximumListLength else {
      throw SinterError(
        "LimitError.ListTooLong",
        "A list of \(count) elements was asked for; at most \(maximumListLength) are allowed. Take fewer, or raise the memory budget (memoryLimitBytes, --memory-limit, .memory), by which the length is bounded too.")
    }
  }
}
