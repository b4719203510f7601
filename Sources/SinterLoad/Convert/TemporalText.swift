import SinterModel

/// A cursor over the bytes of a date or time.
struct TemporalCursor {
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }
  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    position += 1
    return true
  }

  /// A number of `least` to `most` digits.
  mutating func number(_ least: Int, _ most: Int) -> Int64? {
    var value: Int64 = 0
    var count = 0
    while count < most, let byte = peek, isDigit(byte) {
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
      position += 1
      count += 1
    }
    return count >= least ? value : nil
  }

  /// Digits of a fraction as nanoseconds.
  mutating func nanoseconds() -> Int64? {
    var value: Int64 = 0
    var count = 0
    while let byte = peek, isDigit(byte), count < 9 {
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
      position += 1
      count += 1
    }
    guard count > 0 else { return nil }
    for _ in count..<9 { value *= 10 }
    return value
  }
}

/// ISO 8601 texts as temporal values.
enum TemporalText {
  static func date(_ cursor: inout TemporalCursor) -> Date? {
    var sign: Int64 = 1
    var most = 4
    if cursor.take(UInt8(ascii: "-")) {
      sign = -1
      most = 9
    } else if cursor.take(UInt8(ascii: "+")) {
      most = 9
    }
    guard let year = cursor.number(4, most) else { return nil }
    let isExtended = cursor.take(UInt8(ascii: "-"))
    guard let month = cursor.number(2, 2) else { return nil }
    if isExtended, !cursor.take(UInt8(ascii: "-")) { return nil }
    guard let day = cursor.number(2, 2) else { return nil }
    return date(year: sign * year, month: month, day: day)
  }

  /// Days since 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible
  /// low-level date algorithms"); nil for a day that does not exist.
  static func date(year: Int64, month: Int64, day: Int64) -> Date? {
    guard (1...12).contains(month), day >= 1, day <= daysInMonth(month, of: year) else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return Date(daysSinceEpoch: era * 146_097 + dayOfEra - 719_468)
  }

  private static func daysInMonth(_ month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  static func localTime(_ cursor: inout TemporalCursor) -> LocalTime? {
    guard let hour = cursor.number(2, 2) else { return nil }
    let isExtended = cursor.take(UInt8(ascii: ":"))
    var minute: Int64 = 0
    var second: Int64 = 0
    var nanosecond: Int64 = 0
    if isExtended || cursor.peek.map(isDigit) == true {
      guard let value = cursor.number(2, 2) else { return nil }
      minute = value
      if isExtended ? cursor.take(UInt8(ascii: ":")) : cursor.peek.map(isDigit) == true {
        guard let value = cursor.number(2, 2) else { return nil }
        second = value
        if cursor.take(UInt8(ascii: ".")) || cursor.take(UInt8(ascii: ",")) {
          guard let value = cursor.nanoseconds() else { return nil }
          nanosecond = value
        }
      }
    }
    return localTime(hour: hour, minute: minute, second: second, nanosecond: nanosecond)
  }

  static func localTime(hour: Int64, minute: Int64, second: Int64, nanosecond: Int64) -> LocalTime? {
    guard hour < 24, minute < 60, second < 60 else { return nil }
    return LocalTime(nanosecondOfDay: ((hour * 60 + minute) * 60 + second) * 1_000_000_000 + nanosecond)
  }

  static func localDateTime(_ cursor: inout TemporalCursor) -> LocalDateTime? {
    guard let date = date(&cursor) else { return nil }
    if cursor.isAtEnd { return LocalDateTime(date: date, time: LocalTime(nanosecondOfDay: 0)) }
    guard cursor.take(UInt8(ascii: "T")) || cursor.take(UInt8(ascii: "t")) || cursor.take(UInt8(ascii: " ")),
      let time = localTime(&cursor)
    else { return nil }
    return LocalDateTime(date: date, time: time)
  }

  /// `Z`, `+hh`, `+hhmm`, `+hh:mm` or with seconds, in seconds.
  static func offset(_ cursor: inout TemporalCursor) -> Int32? {
    if cursor.take(UInt8(ascii: "Z")) || cursor.take(UInt8(ascii: "z")) { return 0 }
    let isNegative = cursor.take(UInt8(ascii: "-"))
    guard isNegative || cursor.take(UInt8(ascii: "+")), let hours = cursor.number(2, 2), hours <= 18 else { return nil }
    var seconds = hours * 3600
    for unit: Int64 in [60, 1] {
      guard cursor.take(UInt8(ascii: ":")) || cursor.peek.map(isDigit) == true else { break }
      guard let value = cursor.number(2, 2), value < 60 else { return nil }
      seconds += value * unit
    }
    return Int32(isNegative ? -seconds : seconds)
  }

  /// Without an offset the time is taken as UTC.
  static func dateTime(_ cursor: inout TemporalCursor) -> DateTime? {
    guard let local = localDateTime(&cursor) else { return nil }
    if cursor.isAtEnd { return DateTime(local: local, offsetSeconds: 0, zone: nil) }
    guard let offset = offset(&cursor) else { return nil }
    var zone: String?
    if cursor.take(UInt8(ascii: "[")) {
      let start = cursor.position
      while let byte = cursor.peek, byte != UInt8(ascii: "]") { cursor.position += 1 }
      zone = String(decoding: cursor.bytes[start..<cursor.position], as: UTF8.self)
      guard cursor.take(UInt8(ascii: "]")), zone?.isEmpty == false else { return nil }
    }
    return DateTime(local: local, offsetSeconds: offset, zone: zone)
  }

  static func time(_ cursor: inout TemporalCursor) -> Time? {
    guard let local = localTime(&cursor) else { return nil }
    if cursor.isAtEnd { return Time(local: local, offsetSeconds: 0) }
    return offset(&cursor).map { Time(local: local, offsetSeconds: $0) }
  }

  /// `P1Y2M3W4DT5H6M7.5S`, each part signed.
  static func duration(_ cursor: inout TemporalCursor) -> Duration? {
    let isNegated = cursor.take(UInt8(ascii: "-"))
    guard cursor.take(UInt8(ascii: "P")) else { return nil }
    var total = (months: Int64(0), days: Int64(0), seconds: Int64(0), nanoseconds: Int64(0))
    var isTime = false
    var parts = 0
    while !cursor.isAtEnd {
      if !isTime, cursor.take(UInt8(ascii: "T")) {
        isTime = true
        continue
      }
      let sign: Int64 = cursor.take(UInt8(ascii: "-")) != isNegated ? -1 : 1
      guard let amount = cursor.number(1, 15) else { return nil }
      var nanoseconds: Int64 = 0
      if cursor.take(UInt8(ascii: ".")) || cursor.take(UInt8(ascii: ",")) {
        guard let value = cursor.nanoseconds(), isTime else { return nil }
        nanoseconds = value
      }
      guard let unit = cursor.peek else { return nil }
      cursor.position += 1
      guard nanoseconds == 0 || unit == UInt8(ascii: "S") else { return nil }
      switch (unit, isTime) {
      case (UInt8(ascii: "Y"), false): total.months &+= sign * amount &* 12
      case (UInt8(ascii: "M"), false): total.months &+= sign * amount
      case (UInt8(ascii: "W"), false): total.days &+= sign * amount &* 7
      case (UInt8(ascii: "D"), false): total.days &+= sign * amount
      case (UInt8(ascii: "H"), true): total.seconds &+= sign * amount &* 3600
      case (UInt8(ascii: "M"), true): total.seconds &+= sign * amount &* 60
      case (UInt8(ascii: "S"), true):
        total.seconds &+= sign * amount
        total.nanoseconds += sign * nanoseconds
      default: return nil
      }
      parts += 1
    }
    guard parts > 0 else { return nil }
    if total.nanoseconds < 0 {
      total.seconds -= 1
      total.nanoseconds += 1_000_000_000
    }
    return Duration(months: total.months, days: total.days, seconds: total.seconds, nanoseconds: Int32(total.nanoseconds))
  }
}
