import SinterModel
import TestSupport

extension SeededGenerator {
  mutating func integer() -> Int64 {
    switch Int.random(in: 0..<4, using: &self) {
    case 0: Int64.random(in: -3...3, using: &self)
    case 1: [Int64.min, .max, 1 << 53, (1 << 53) + 1, -(1 << 53) - 1].randomElement(using: &self) ?? 0
    default: Int64.random(in: .min ... .max, using: &self) >> Int64.random(in: 0..<63, using: &self)
    }
  }

  mutating func float() -> Double {
    switch Int.random(in: 0..<5, using: &self) {
    case 0: Double(Int.random(in: -3...3, using: &self))
    case 1: [0.0, -0.0, .nan, .infinity, -.infinity, 0x1p53, 0x1p63, -0x1p63, 5e-324].randomElement(using: &self) ?? 0
    case 2: Double(bitPattern: next())
    case 3: Double(integer())
    default: Double.random(in: -10...10, using: &self)
    }
  }

  mutating func string() -> String {
    let alphabet = ["a", "b", "B", "é", "e\u{301}", "商", "😀", " ", "'", "\\", "\n"]
    return (0..<Int.random(in: 0..<4, using: &self)).map { _ in alphabet.randomElement(using: &self) ?? "" }.joined()
  }

  mutating func date() -> Date {
    switch Int.random(in: 0..<3, using: &self) {
    case 0: Date(daysSinceEpoch: Int64.random(in: -3...3, using: &self))
    case 1: Date(daysSinceEpoch: Int64.random(in: -800_000...3_000_000, using: &self))
    default: Date(daysSinceEpoch: Int64.random(in: Calendar.minimumDay...Calendar.maximumDay, using: &self))
    }
  }

  mutating func localTime() -> LocalTime {
    let nanoseconds = Int64.random(in: 0..<Calendar.nanosecondsPerDay, using: &self)
    let unit: Int64 = [1, 1_000, 1_000_000_000, 60_000_000_000].randomElement(using: &self) ?? 1
    return LocalTime(nanosecondOfDay: nanoseconds / unit * unit)
  }

  mutating func offset() -> Int32 {
    Int32.random(in: -64_800...64_800, using: &self) / 900 * 900 + (Bool.random(using: &self) ? 0 : 7)
  }

  mutating func localDateTime() -> LocalDateTime { LocalDateTime(date: date(), time: localTime()) }

  mutating func duration() -> Duration {
    Duration(
      months: Int64.random(in: -40...40, using: &self), days: Int64.random(in: -40...40, using: &self),
      seconds: Int64.random(in: -200_000...200_000, using: &self),
      nanoseconds: Int32.random(in: 0..<1_000_000_000, using: &self) / 1_000 * 1_000)
  }

  mutating func value(depth: Int = 2) -> Value {
    switch Int.random(in: 0..<(depth > 0 ? 16 : 13), using: &self) {
    case 0: return .null
    case 1: return .boolean(Bool.random(using: &self))
    case 2, 3: return .integer(integer())
    case 4, 5: return .float(float())
    case 6: return .string(string())
    case 7: return .date(date())
    case 8: return .localTime(localTime())
    case 9: return .time(Time(local: localTime(), offsetSeconds: offset()))
    case 10: return .localDateTime(localDateTime())
    case 11: return .dateTime(DateTime(local: localDateTime(), offsetSeconds: offset(), zone: nil))
    case 12: return .duration(duration())
    case 13: return .node(Node(id: NodeID(UInt32.random(in: 0..<3, using: &self))))
    case 14: return .list((0..<Int.random(in: 0..<3, using: &self)).map { _ in value(depth: depth - 1) })
    default:
      var map: [String: Value] = [:]
      for _ in 0..<Int.random(in: 0..<3, using: &self) {
        map[["a", "b", "c"].randomElement(using: &self) ?? ""] = value(depth: depth - 1)
      }
      return .map(map)
    }
  }
}
