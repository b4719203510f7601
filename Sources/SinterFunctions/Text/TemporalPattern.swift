import SinterModel

/// A pattern of letters that says how a temporal value is written, as Java's `DateTimeFormatter` has it, in English.
struct TemporalPattern {
  private enum Part {
    case text(String)
    case field(Character, Int)
  }

  private let parts: [Part]

  /// - Throws: `ArgumentError.InvalidArgumentValue` for an unclosed quote or a character that is reserved.
  init(_ pattern: String) throws(SinterError) {
    var parts: [Part] = []
    var rest = Array(pattern)[...]
    while let first = rest.first {
      if first == "'" {
        parts.append(.text(try Self.takeQuoted(&rest)))
      } else if first.isASCII && first.isLetter {
        let run = rest.prefix { $0 == first }
        rest = rest.dropFirst(run.count)
        parts.append(.field(first, run.count))
      } else if "[]{}#".contains(first) {
        throw SinterError(
          "ArgumentError.InvalidArgumentValue", "'\(first)' is reserved in the pattern of format(); write it in single quotes.")
      } else {
        parts.append(.text(String(first)))
        rest = rest.dropFirst()
      }
    }
    self.parts = parts
  }

  /// Text in single quotes, where two of them stand for one; `''` alone is a quote too.
  private static func takeQuoted(_ rest: inout ArraySlice<Character>) throws(SinterError) -> String {
    rest = rest.dropFirst()
    var text = ""
    while let character = rest.popFirst() {
      guard character == "'" else {
        text.append(character)
        continue
      }
      guard rest.first == "'" else { return text.isEmpty ? "'" : text }
      text.append("'")
      rest = rest.dropFirst()
    }
    throw SinterError("ArgumentError.InvalidArgumentValue", "A single quote in the pattern of format() is never closed.")
  }

  /// The text of a temporal value or duration.
  /// - Throws: `ArgumentError.InvalidArgumentValue` for a letter that means nothing or asks for what the value has not.
  func text(of value: Value) throws(SinterError) -> String {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .field(let letter, let count):
        if case .duration = value {
          result += try TemporalPattern.duration(value, letter, count)
        } else {
          result += try TemporalPattern.instant(value, letter, count)
        }
      }
    }
    return result
  }

  // MARK: Parts of values

  private static func missing(_ value: Value, _ letter: Character) -> SinterError {
    SinterError(
      "ArgumentError.InvalidArgumentValue",
      "The letter '\(letter)' in the pattern of format() says nothing of \(value.typePhrase); plain text stands in single quotes.")
  }

  private static func number(_ value: Value, _ name: String, _ letter: Character) throws(SinterError) -> Int64 {
    guard case .integer(let number)? = try value.temporalComponent(name) else { throw missing(value, letter) }
    return number
  }

  private static func padded(_ number: Int64, _ count: Int) -> String {
    let digits = String(number.magnitude)
    return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, count - digits.count)) + digits
  }

  private static func instant(_ value: Value, _ letter: Character, _ count: Int) throws(SinterError) -> String {
    switch letter {
    case "u", "y", "Y": return try year(value, letter, count)
    case "G":
      let isCommon = try number(value, "year", letter) > 0
      return count < 4 ? (isCommon ? "AD" : "BC") : count == 4 ? (isCommon ? "Anno Domini" : "Before Christ") : isCommon ? "A" : "B"
    case "M", "L":
      let month = try number(value, "month", letter)
      return count < 3 ? padded(month, count) : name(months[Int(month) - 1], count)
    case "Q", "q":
      let quarter = try number(value, "quarter", letter)
      return count < 3 ? padded(quarter, count) : count == 3 ? "Q\(quarter)" : count == 4 ? quarters[Int(quarter) - 1] : "\(quarter)"
    case "D": return padded(try number(value, "ordinalDay", letter), count)
    case "d": return padded(try number(value, "day", letter), count)
    case "w": return padded(try number(value, "week", letter), count)
    case "W", "F": return padded((try number(value, "day", letter) - 1) / 7 + 1, count)
    case "E", "e", "c":
      let day = try number(value, "dayOfWeek", letter)
      return letter != "E" && count < 3 ? padded(day, count) : name(weekdays[Int(day) - 1], count)
    case "V", "v", "z", "O", "X", "x", "Z": return try zone(value, letter, count)
    default: return try clock(value, letter, count)
    }
  }

  private static func year(_ value: Value, _ letter: Character, _ count: Int) throws(SinterError) -> String {
    var year = try number(value, letter == "Y" ? "weekYear" : "year", letter)
    // The year before 1 is 1 BC in the year of the era.
    if letter == "y", year < 1 { year = 1 - year }
    if count == 2 { return padded(((year % 100) + 100) % 100, 2) }
    return (count >= 4 && year > 9_999 ? "+" : "") + padded(year, count)
  }

  private static func clock(_ value: Value, _ letter: Character, _ count: Int) throws(SinterError) -> String {
    switch letter {
    case "a": return try number(value, "hour", letter) < 12 ? "AM" : "PM"
    case "H": return padded(try number(value, "hour", letter), count)
    case "K": return padded(try number(value, "hour", letter) % 12, count)
    case "h": return padded((try number(value, "hour", letter) + 11) % 12 + 1, count)
    case "k": return padded((try number(value, "hour", letter) + 23) % 24 + 1, count)
    case "m": return padded(try number(value, "minute", letter), count)
    case "s": return padded(try number(value, "second", letter), count)
    case "S": return fraction(try number(value, "nanosecond", letter), count)
    case "n": return padded(try number(value, "nanosecond", letter), count)
    case "N", "A":
      let second = try number(value, "hour", letter) * 3_600 + number(value, "minute", letter) * 60 + number(value, "second", letter)
      let nanosecond = second * 1_000_000_000 + (try number(value, "nanosecond", letter))
      return padded(letter == "N" ? nanosecond : nanosecond / 1_000_000, count)
    default: throw missing(value, letter)
    }
  }

  /// The first digits of the fraction of a second.
  private static func fraction(_ nanosecond: Int64, _ count: Int) -> String {
    let digits = padded(nanosecond, 9)
    return count <= 9 ? String(digits.prefix(count)) : digits + String(repeating: "0", count: count - 9)
  }

  private static func zone(_ value: Value, _ letter: Character, _ count: Int) throws(SinterError) -> String {
    guard case .integer(let seconds)? = try value.temporalComponent("offsetSeconds"),
      case .string(let name)? = try value.temporalComponent("timezone")
    else { throw missing(value, letter) }
    switch letter {
    case "V", "v", "z": return name
    case "O": return seconds == 0 ? "GMT" : "GMT" + offset(seconds, colon: true, short: count < 4)
    case "Z" where count == 4: return seconds == 0 ? "GMT" : "GMT" + offset(seconds, colon: true, short: false)
    case "Z" where count < 4: return offset(seconds, colon: false, short: false)
    case "x", "X", "Z":
      if letter != "x", seconds == 0 { return "Z" }
      if count == 1 { return seconds % 3_600 == 0 ? String(offset(seconds, colon: false, short: false).prefix(3)) : offset(seconds, colon: false, short: false) }
      return offset(seconds, colon: count == 3 || count == 5, short: false)
    default: throw missing(value, letter)
    }
  }

  private static func offset(_ seconds: Int64, colon: Bool, short: Bool) -> String {
    let size = Int64(seconds.magnitude)
    let (hours, minutes, rest) = (size / 3_600, size / 60 % 60, size % 60)
    let sign = seconds < 0 ? "-" : "+"
    if short, minutes == 0, rest == 0 { return "\(sign)\(hours)" }
    let separator = colon ? ":" : ""
    return sign + padded(hours, short ? 1 : 2) + separator + padded(minutes, 2) + (rest == 0 ? "" : separator + padded(rest, 2))
  }

  // MARK: Durations

  private static func duration(_ value: Value, _ letter: Character, _ count: Int) throws(SinterError) -> String {
    let name: String
    switch letter {
    case "y", "Y", "u": name = "years"
    case "M", "L": name = "monthsOfYear"
    case "q", "Q": name = "quartersOfYear"
    case "w", "W": name = "weeks"
    case "d", "D": name = "days"
    case "H", "h", "K", "k": name = "hours"
    case "m": name = "minutesOfHour"
    case "s": name = "secondsOfMinute"
    case "S": return fraction(try number(value, "nanosecondsOfSecond", letter), count)
    case "n": name = "nanosecondsOfSecond"
    case "A": name = "milliseconds"
    case "N": name = "nanoseconds"
    default: throw missing(value, letter)
    }
    return padded(try number(value, name, letter), count)
  }

  // MARK: Names

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
  ]
  private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
  private static let quarters = ["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"]

  private static func name(_ full: String, _ count: Int) -> String {
    String(count == 4 ? full[...] : full.prefix(count == 5 ? 1 : 3))
  }
}
