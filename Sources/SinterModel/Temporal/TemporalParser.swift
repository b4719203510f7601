/// Reads ISO 8601 text: calendar, week, ordinal and quarter dates, extended and basic, whole and reduced; clock times;
/// offsets and zone names. Every method returns nil where the text does not have the form.
struct TemporalParser {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { position == bytes.count }
  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard let next, next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func takeEither(_ upper: Unicode.Scalar, _ lower: Unicode.Scalar) -> Bool { take(upper) || take(lower) }

  private func digitCount() -> Int {
    var end = position
    while end < bytes.count, bytes[end] >= 48, bytes[end] <= 57 { end += 1 }
    return end - position
  }

  /// The next `count` digits as a number; at most 18.
  private mutating func number(_ count: Int) -> Int64? {
    guard count > 0, count <= 18, digitCount() >= count else { return nil }
    var value: Int64 = 0
    for _ in 0..<count {
      value = value * 10 + Int64(bytes[position] - 48)
      position += 1
    }
    return value
  }

  /// Exactly `count` digits.
  mutating func digits(_ count: Int) -> Int64? { digitCount() == count ? number(count) : nil }

  /// A date of any form. Reduced forms stand for their first day.
  mutating func date() throws(SinterError) -> Date? {
    var sign: Int64 = 1
    var hasSign = false
    if take("-") {
      sign = -1
      hasSign = true
    } else if take("+") {
      hasSign = true
    }
    let digits = digitCount()
    // Basic forms are told apart by the number of digits; a signed year must be followed by a separator.
    if !hasSign {
      switch digits {
      case 4: break
      case 6:
        guard let year = number(4), let month = number(2) else { return nil }
        return try Date(year: year, month: month, day: 1)
      case 7:
        guard let year = number(4), let day = number(3) else { return nil }
        return try Date(year: year, ordinalDay: day)
      case 8:
        guard let year = number(4), let month = number(2), let day = number(2) else { return nil }
        return try Date(year: year, month: month, day: day)
      default: return nil
      }
    }
    guard digits >= 4, digits <= 9, let magnitude = number(digits) else { return nil }
    let year = sign * magnitude
    if takeEither("W", "w") { return try weekDate(year, isExtended: false) }
    if takeEither("Q", "q") { return try quarterDate(year, isExtended: false) }
    guard take("-") else { return try Date(year: year, month: 1, day: 1) }
    if takeEither("W", "w") { return try weekDate(year, isExtended: true) }
    if takeEither("Q", "q") { return try quarterDate(year, isExtended: true) }
    switch digitCount() {
    case 3:
      guard let day = number(3) else { return nil }
      return try Date(year: year, ordinalDay: day)
    case 1, 2:
      guard let month = number(digitCount()) else { return nil }
      guard take("-") else { return try Date(year: year, month: month, day: 1) }
      let count = digitCount()
      guard count == 1 || count == 2, let day = number(count) else { return nil }
      return try Date(year: year, month: month, day: day)
    default: return nil
    }
  }

  private mutating func weekDate(_ year: Int64, isExtended: Bool) throws(SinterError) -> Date? {
    guard let week = number(2) else { return nil }
    var day: Int64 = 1
    if isExtended {
      if take("-") {
        guard let given = number(1) else { return nil }
        day = given
      }
    } else if digitCount() > 0 {
      guard let given = number(1) else { return nil }
      day = given
    }
    return try Date(weekYear: year, week: week, dayOfWeek: day)
  }

  private mutating func quarterDate(_ year: Int64, isExtended: Bool) throws(SinterError) -> Date? {
    guard let quarter = number(1) else { return nil }
    var day: Int64 = 1
    if isExtended ? take("-") : digitCount() > 0 {
      let count = digitCount()
      guard count == 1 || count == 2, let given = number(count) else { return nil }
      day = given
    }
    return try Date(year: year, quarter: quarter, dayOfQuarter: day)
  }

  /// A time of day: `21`, `2140`, `21:40`, `214032.142`, `21:40:32,142`.
  mutating func time() throws(SinterError) -> LocalTime? {
    let digits = digitCount()
    guard digits == 2 || digits == 4 || digits == 6, let hour = number(2) else { return nil }
    var minute: Int64 = 0
    var second: Int64 = 0
    var nanosecond: Int64 = 0
    var hasSecond = false
    if digits == 2 {
      if take(":") {
        guard digitCount() == 2, let given = number(2) else { return nil }
        minute = given
        if take(":") {
          guard digitCount() == 2, let given = number(2) else { return nil }
          second = given
          hasSecond = true
        }
      }
    } else {
      minute = number(2) ?? 0
      if digits == 6 {
        second = number(2) ?? 0
        hasSecond = true
      }
    }
    if hasSecond, take(".") || take(",") {
      guard let given = fraction() else { return nil }
      nanosecond = given
    }
    return try LocalTime(hour: hour, minute: minute, second: second, nanosecond: nanosecond)
  }

  /// One to nine digits after a decimal point, as nanoseconds.
  private mutating func fraction() -> Int64? {
    let digits = digitCount()
    guard digits >= 1, digits <= 9, var value = number(digits) else { return nil }
    for _ in digits..<9 { value *= 10 }
    return value
  }

  /// `Z`, `+01`, `+0100`, `+01:00`, `-02:05:07`; at most 18 hours.
  mutating func offset() throws(SinterError) -> Int32? {
    if takeEither("Z", "z") { return 0 }
    let sign: Int64
    if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
    let digits = digitCount()
    guard digits == 1 || digits == 2 || digits == 4 || digits == 6 else { return nil }
    guard let hours = number(digits == 1 ? 1 : 2) else { return nil }
    var minutes: Int64 = 0
    var seconds: Int64 = 0
    if digits >= 4 { minutes = number(2) ?? 0 }
    if digits == 6 { seconds = number(2) ?? 0 }
    if digits <= 2, take(":") {
      guard digitCount() == 2, let given = number(2) else { return nil }
      minutes = given
      if take(":") {
        guard digitCount() == 2, let given = number(2) else { return nil }
        seconds = given
      }
    }
    let total = (hours * 60 + minutes) * 60 + seconds
    guard minutes < 60, seconds < 60, total <= 18 * 3_600 else {
      throw .temporalOutOfRange("An offset from UTC is at most 18 hours, minutes and seconds are 0 to 59.")
    }
    return Int32(sign * total)
  }

  /// `[Europe/Stockholm]`.
  mutating func zoneName() -> String? {
    guard take("["), let end = bytes[position...].firstIndex(of: UInt8(ascii: "]")), end > position else { return nil }
    defer { position = end + 1 }
    return String(decoding: bytes[position..<end], as: UTF8.self)
  }

  /// A signed decimal: its whole part, its fraction as digits after the point, and its unit's letter in upper case.
  mutating func amount() -> (whole: Int64, fraction: [UInt8], isNegative: Bool, unit: UInt8)? {
    var isNegative = false
    if take("-") { isNegative = true } else { _ = take("+") }
    let digits = digitCount()
    let whole: Int64
    if digits == 0 {
      guard next == UInt8(ascii: ".") || next == UInt8(ascii: ",") else { return nil }
      whole = 0
    } else {
      guard let value = number(digits) else { return nil }
      whole = value
    }
    var fraction: [UInt8] = []
    if take(".") || take(",") {
      let count = digitCount()
      guard count > 0 else { return nil }
      fraction = bytes[position..<position + count].map { $0 - 48 }
      position += count
    }
    guard let letter = next else { return nil }
    position += 1
    return (whole, fraction, isNegative, letter >= 97 ? letter - 32 : letter)
  }
}
