import SinterModel

/// How a temporal text is written when it is not ISO 8601.
enum TemporalFormat: Sendable, Hashable {
  /// Whole seconds or milliseconds since 1970-01-01T00:00:00Z, fractions allowed.
  case epochSeconds
  case epochMilliseconds
  /// strftime-like: `%Y %y %m %d %e %b %B %H %I %M %S %f %p %z %%`; other characters stand for
  /// themselves, a space for any run of spaces.
  case pattern([UInt8])

  /// - Throws: a message that names the part of the pattern that is unknown.
  static func parse(_ text: String) throws(TemplateError) -> TemporalFormat {
    switch text {
    case "epoch_s": return .epochSeconds
    case "epoch_ms": return .epochMilliseconds
    default: break
    }
    let bytes = Array(text.utf8)
    var i = 0
    var fields = 0
    while i < bytes.count {
      if bytes[i] == UInt8(ascii: "%") {
        i += 1
        guard i < bytes.count, Array("YymdebBHIMSfpz%".utf8).contains(bytes[i]) else {
          let found = i < bytes.count ? String(decoding: [bytes[i]], as: UTF8.self) : ""
          throw TemplateError(
            message: "`%\(found)` in the format `\(text)` is unknown; there is %Y %y %m %d %e %b %B %H %I %M %S %f %p %z "
              + "%%, epoch_s and epoch_ms")
        }
        fields += 1
      }
      i += 1
    }
    guard fields > 0 else { throw TemplateError(message: "the format `\(text)` reads no part of a date or time") }
    return .pattern(bytes)
  }

  /// A text of this format as day, time of day and offset.
  func read(_ bytes: UnsafeBufferPointer<UInt8>) -> DateTime? {
    switch self {
    case .epochSeconds: return readEpoch(bytes, unitsPerSecond: 1)
    case .epochMilliseconds: return readEpoch(bytes, unitsPerSecond: 1000)
    case .pattern(let pattern): return readPattern(bytes, pattern)
    }
  }

  private func readEpoch(_ bytes: UnsafeBufferPointer<UInt8>, unitsPerSecond: Int64) -> DateTime? {
    let seconds: Int64
    let nanoseconds: Int64
    if let whole = NumberText.integer(bytes) {
      (seconds, nanoseconds) = (
        floorDivide(whole, unitsPerSecond), floorModulo(whole, unitsPerSecond) * (1_000_000_000 / unitsPerSecond))
    } else if let value = NumberText.float(bytes), abs(value) < 1e15 {
      let scaled = value / Double(unitsPerSecond)
      let floor = scaled.rounded(.down)
      (seconds, nanoseconds) = (Int64(floor), min(Int64(((scaled - floor) * 1e9).rounded()), 999_999_999))
    } else {
      return nil
    }
    return DateTime(
      local: LocalDateTime(
        date: Date(daysSinceEpoch: floorDivide(seconds, 86_400)),
        time: LocalTime(nanosecondOfDay: floorModulo(seconds, 86_400) * 1_000_000_000 + nanoseconds)),
      offsetSeconds: 0, zone: nil)
  }

  private struct Parts {
    var year: Int64 = 1970
    var month: Int64 = 1
    var day: Int64 = 1
    var hour: Int64 = 0
    var minute: Int64 = 0
    var second: Int64 = 0
    var nanosecond: Int64 = 0
    var isAfternoon: Bool?
    var offset: Int32 = 0
  }

  private func readPattern(_ bytes: UnsafeBufferPointer<UInt8>, _ pattern: [UInt8]) -> DateTime? {
    var cursor = TemporalCursor(NumberText.trimmed(bytes))
    var parts = Parts()
    var i = 0
    while i < pattern.count {
      if pattern[i] == UInt8(ascii: "%") {
        i += 1
        guard readPart(pattern[i], &cursor, &parts) else { return nil }
      } else if pattern[i] == 0x20 {
        guard cursor.take(0x20) else { return nil }
        while cursor.take(0x20) {}
      } else if !cursor.take(pattern[i]) {
        return nil
      }
      i += 1
    }
    if let isAfternoon = parts.isAfternoon {
      guard (1...12).contains(parts.hour) else { return nil }
      parts.hour = parts.hour % 12 + (isAfternoon ? 12 : 0)
    }
    guard cursor.isAtEnd, let date = TemporalText.date(year: parts.year, month: parts.month, day: parts.day),
      let time = TemporalText.localTime(
        hour: parts.hour, minute: parts.minute, second: parts.second, nanosecond: parts.nanosecond)
    else { return nil }
    return DateTime(local: LocalDateTime(date: date, time: time), offsetSeconds: parts.offset, zone: nil)
  }

  private func readPart(_ letter: UInt8, _ cursor: inout TemporalCursor, _ parts: inout Parts) -> Bool {
    func set(_ path: WritableKeyPath<Parts, Int64>, _ least: Int, _ most: Int) -> Bool {
      guard let value = cursor.number(least, most) else { return false }
      parts[keyPath: path] = value
      return true
    }
    switch letter {
    case UInt8(ascii: "Y"): return set(\.year, 4, 4)
    case UInt8(ascii: "y"):
      guard let value = cursor.number(2, 2) else { return false }
      // POSIX: 69 to 99 are the twentieth century.
      parts.year = value + (value < 69 ? 2000 : 1900)
      return true
    case UInt8(ascii: "m"): return set(\.month, 1, 2)
    case UInt8(ascii: "d"): return set(\.day, 1, 2)
    case UInt8(ascii: "e"):
      while cursor.take(0x20) {}
      return set(\.day, 1, 2)
    case UInt8(ascii: "H"), UInt8(ascii: "I"): return set(\.hour, 1, 2)
    case UInt8(ascii: "M"): return set(\.minute, 1, 2)
    case UInt8(ascii: "S"): return set(\.second, 1, 2)
    case UInt8(ascii: "b"), UInt8(ascii: "B"): return readMonthName(&cursor, &parts)
    case UInt8(ascii: "f"):
      guard let value = cursor.nanoseconds() else { return false }
      parts.nanosecond = value
      return true
    case UInt8(ascii: "p"):
      guard let first = cursor.peek else { return false }
      cursor.position += 1
      guard cursor.take(UInt8(ascii: "m")) || cursor.take(UInt8(ascii: "M")) else { return false }
      parts.isAfternoon = first | 0x20 == UInt8(ascii: "p")
      return first | 0x20 == UInt8(ascii: "p") || first | 0x20 == UInt8(ascii: "a")
    case UInt8(ascii: "z"):
      guard let offset = TemporalText.offset(&cursor) else { return false }
      parts.offset = offset
      return true
    default: return cursor.take(UInt8(ascii: "%"))
    }
  }

  private static let monthNames = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
  ]

  private func readMonthName(_ cursor: inout TemporalCursor, _ parts: inout Parts) -> Bool {
    let start = cursor.position
    while let byte = cursor.peek, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) { cursor.position += 1 }
    let name = String(decoding: cursor.bytes[start..<cursor.position], as: UTF8.self).lowercased()
    guard name.count >= 3, let index = Self.monthNames.firstIndex(where: { $0 == name || $0.prefix(3) == name }) else {
      return false
    }
    parts.month = Int64(index) + 1
    return true
  }
}

func floorDivide(_ a: Int64, _ b: Int64) -> Int64 { a / b - (a % b < 0 ? 1 : 0) }
func floorModulo(_ a: Int64, _ b: Int64) -> Int64 { a % b < 0 ? a % b + b : a % b }
