/// One zone's history of offsets and its rule for the future, from a TZif file (RFC 8536).
package struct TimeZoneRules: Sendable {
  /// Instants at which the offset changes, ascending.
  private var transitions: [Int64] = []
  /// The offset from each transition on.
  private var offsets: [Int32] = []
  /// The offset before the first transition: local mean time as a rule.
  private var firstOffset: Int32
  private var future: RecurringRule?

  init(fixedOffset: Int32) { firstOffset = fixedOffset }

  /// Reads a file of version 2 or later; nil when the bytes are damaged or of version 1.
  init?(tzif bytes: [UInt8]) {
    func integer(_ at: Int, _ count: Int) -> Int64? {
      guard at >= 0, at + count <= bytes.count else { return nil }
      var value: Int64 = count == 4 && bytes[at] >= 128 ? -1 : 0
      for index in at..<at + count { value = value << 8 | Int64(bytes[index]) }
      return value
    }
    /// The six counts of a header: UT indicators, standard indicators, leap seconds, transitions, types, characters.
    func header(_ at: Int) -> [Int]? {
      guard at + 44 <= bytes.count, bytes[at..<at + 4].elementsEqual("TZif".utf8) else { return nil }
      var counts: [Int] = []
      for index in 0..<6 {
        guard let count = integer(at + 20 + index * 4, 4), count >= 0, count <= bytes.count else { return nil }
        counts.append(Int(count))
      }
      return counts
    }
    func bodyLength(_ counts: [Int], timeSize: Int) -> Int {
      counts[3] * (timeSize + 1) + counts[4] * 6 + counts[5] + counts[2] * (timeSize + 4) + counts[1] + counts[0]
    }
    guard let old = header(0), bytes[4] >= UInt8(ascii: "2") else { return nil }
    let second = 44 + bodyLength(old, timeSize: 4)
    guard let counts = header(second) else { return nil }
    let body = second + 44
    let end = body + bodyLength(counts, timeSize: 8)
    guard end <= bytes.count, counts[4] > 0 else { return nil }
    let kinds = body + counts[3] * 8
    let types = kinds + counts[3]
    func typeOffset(_ index: Int) -> Int32? {
      guard index < counts[4], let offset = integer(types + index * 6, 4) else { return nil }
      return Int32(exactly: offset)
    }
    guard let first = typeOffset(0) else { return nil }
    firstOffset = first
    for index in 0..<counts[3] {
      guard let time = integer(body + index * 8, 8), let offset = typeOffset(Int(bytes[kinds + index])) else { return nil }
      transitions.append(time)
      offsets.append(offset)
    }
    let footer = bytes[end...].split(separator: UInt8(ascii: "\n"))
    future = footer.first.flatMap { RecurringRule(Array($0)) }
  }

  /// The offset in force at an instant, in seconds east of UTC.
  /// - Complexity: O(log transitions)
  package func offset(at epochSeconds: Int64) -> Int32 {
    guard let last = transitions.last else { return future?.offset(at: epochSeconds) ?? firstOffset }
    if epochSeconds >= last, let future { return future.offset(at: epochSeconds) }
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= epochSeconds { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? firstOffset : offsets[low - 1]
  }
}

/// The rule in a TZif footer, in POSIX `TZ` notation: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct RecurringRule: Sendable {
  private enum Day: Sendable {
    /// Week 5 is the last; day 0 is Sunday.
    case monthWeekDay(month: Int, week: Int, day: Int)
    /// 1 to 365, 29 February never counted.
    case julian(Int)
    /// 0 to 365, 29 February counted.
    case ordinal(Int)
  }

  private struct Change: Sendable {
    var day: Day
    /// Seconds after midnight of the clock in force before the change; may be negative or beyond a day.
    var seconds: Int64
  }

  private let standard: Int32
  private var summer: Int32 = 0
  private var changes: (start: Change, end: Change)?

  init?(_ bytes: [UInt8]) {
    var position = 0
    func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }
    func skipName() -> Bool {
      let start = position
      if peek() == UInt8(ascii: "<") {
        while let byte = peek(), byte != UInt8(ascii: ">") { _ = byte; position += 1 }
        position += 1
        return position <= bytes.count
      }
      while let byte = peek(), (65...90).contains(byte) || (97...122).contains(byte) { position += 1 }
      return position > start
    }
    func number() -> Int? {
      var value = 0
      let start = position
      while let byte = peek(), (48...57).contains(byte), value < 100_000 {
        value = value * 10 + Int(byte - 48)
        position += 1
      }
      return position > start ? value : nil
    }
    func take(_ character: Unicode.Scalar) -> Bool {
      guard peek() == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }
    func clock() -> Int64? {
      let isNegative = take("-")
      if !isNegative { _ = take("+") }
      guard let hours = number() else { return nil }
      let minutes = take(":") ? number() ?? 0 : 0
      let seconds = take(":") ? number() ?? 0 : 0
      let total = Int64(hours * 3_600 + minutes * 60 + seconds)
      return isNegative ? -total : total
    }
    func change() -> Change? {
      guard take(",") else { return nil }
      let day: Day
      if take("M") {
        guard let month = number(), take("."), let week = number(), take("."), let weekday = number(),
          (1...12).contains(month), (1...5).contains(week), (0...6).contains(weekday)
        else { return nil }
        day = .monthWeekDay(month: month, week: week, day: weekday)
      } else if take("J") {
        guard let number = number() else { return nil }
        day = .julian(number)
      } else {
        guard let number = number() else { return nil }
        day = .ordinal(number)
      }
      guard take("/") else { return Change(day: day, seconds: 7_200) }
      return clock().map { Change(day: day, seconds: $0) }
    }

    // POSIX counts offsets westward.
    guard skipName(), let west = clock(), abs(west) <= 86_400 * 7 else { return nil }
    standard = Int32(-west)
    guard peek() != nil else { return }
    guard skipName() else { return nil }
    summer = standard + 3_600
    if let byte = peek(), byte != UInt8(ascii: ",") {
      guard let west = clock(), abs(west) <= 86_400 * 7 else { return nil }
      summer = Int32(-west)
    }
    guard let start = change(), let end = change() else { return nil }
    changes = (start, end)
  }

  func offset(at epochSeconds: Int64) -> Int32 {
    guard let changes else { return standard }
    let day = Calendar.floorDivide(epochSeconds &+ Int64(standard), Calendar.secondsPerDay)
    let year = Calendar.civil(day).year
    let start = RecurringRule.instant(changes.start, in: year) &- Int64(standard)
    let end = RecurringRule.instant(changes.end, in: year) &- Int64(summer)
    let isSummer =
      start < end
      ? epochSeconds >= start && epochSeconds < end : !(epochSeconds >= end && epochSeconds < start)
    return isSummer ? summer : standard
  }

  private static func instant(_ change: Change, in year: Int64) -> Int64 {
    let first = Calendar.dayNumber(year: year, month: 1, day: 1)
    let day: Int64
    switch change.day {
    case .julian(let number):
      day = first &+ Int64(number - 1 + (Calendar.isLeap(year) && number >= 60 ? 1 : 0))
    case .ordinal(let number): day = first &+ Int64(number)
    case .monthWeekDay(let month, let week, let weekday):
      let start = Calendar.dayNumber(year: year, month: month, day: 1)
      let ahead = (weekday - Calendar.dayOfWeek(start) % 7 + 7) % 7
      var dayOfMonth = 1 + ahead + (week - 1) * 7
      while dayOfMonth > Calendar.daysInMonth(month, of: year) { dayOfMonth -= 7 }
      day = start &+ Int64(dayOfMonth - 1)
    }
    return day &* Calendar.secondsPerDay &+ change.seconds
  }
}
