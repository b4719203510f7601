/// Puts the values of one kind on a line of numbers, so that shares of ranges can be read off.
package struct ValueScale: Sendable, Equatable {
  package enum Kind: UInt8, Sendable {
    case none = 0, number, boolean, string, date, localTime, time, localDateTime, dateTime
  }

  package var kind: Kind
  /// What all the texts begin with: their place is that of the bytes behind it.
  package var prefix: [UInt8] = []

  package init(_ kind: Kind, prefix: [UInt8] = []) {
    self.kind = kind
    self.prefix = prefix
  }

  /// The kind of a value; `.none` for values without a place.
  package static func kind(of value: Value) -> Kind {
    switch value {
    case .integer: .number
    case .float(let x): x.isNaN ? .none : .number
    case .boolean: .boolean
    case .string: .string
    case .date: .date
    case .localTime: .localTime
    case .time: .time
    case .localDateTime: .localDateTime
    case .dateTime: .dateTime
    default: .none
    }
  }

  /// The place of a value of the scale's kind; nil for others.
  package func position(_ value: Value) -> Double? {
    guard ValueScale.kind(of: value) == kind else { return nil }
    switch value {
    case .integer(let n): return Double(n)
    case .float(let x): return x
    case .boolean(let flag): return flag ? 1 : 0
    case .string(let text): return position(text)
    case .date(let date): return Double(date.daysSinceEpoch)
    case .localTime(let time): return Double(time.nanosecondOfDay)
    case .time(let time): return Double(time.local.nanosecondOfDay) - Double(time.offsetSeconds) * 1e9
    case .localDateTime(let moment): return Double(moment.date.daysSinceEpoch) * 86_400 + Double(moment.time.nanosecondOfDay) / 1e9
    case .dateTime(let moment):
      let local = moment.local
      return Double(local.date.daysSinceEpoch) * 86_400 + Double(local.time.nanosecondOfDay) / 1e9 - Double(moment.offsetSeconds)
    default: return nil
    }
  }

  private func position(_ text: String) -> Double {
    var (matched, place, taken) = (0, 0.0, 0)
    for byte in text.utf8 {
      if matched < prefix.count {
        if byte != prefix[matched] { return byte < prefix[matched] ? -.infinity : .infinity }
        matched += 1
        continue
      }
      place = place * 256 + Double(byte)
      taken += 1
      if taken == 6 { return place }
    }
    if matched < prefix.count { return -.infinity }
    while taken < 6 {
      place *= 256
      taken += 1
    }
    return place
  }
}

extension Value {
  /// A hash that is the same in every process, and for `1` and `1.0`; 0 for null.
  package var sketchHash: UInt64 {
    switch self {
    case .null, .map, .node, .relationship, .path: return 0
    case .boolean(let flag): return mixed(flag ? 0x51 : 0x52)
    case .integer(let n):
      let x = Double(n)
      return Int64(exactly: x) == n ? mixed(x.bitPattern) : mixed(UInt64(bitPattern: n) ^ 0x1234_5678_9ABC)
    case .float(let x): return mixed((x == 0 ? 0 : x).bitPattern)
    case .string(var text):
      return text.withUTF8 { bytes in
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(bytes.count)
        var word: UInt64 = 0
        for (i, byte) in bytes.enumerated() {
          word = word << 8 | UInt64(byte)
          if i & 7 == 7 {
            hash = mixed(hash ^ word)
            word = 0
          }
        }
        return mixed(hash ^ word)
      }
    case .date(let date): return mixed(UInt64(bitPattern: date.daysSinceEpoch) ^ 0xDA7E << 40)
    case .localTime(let time): return mixed(UInt64(bitPattern: time.nanosecondOfDay) ^ 0x71 << 56)
    case .time(let time): return mixed(UInt64(bitPattern: time.local.nanosecondOfDay) ^ UInt64(bitPattern: Int64(time.offsetSeconds)) << 44)
    case .localDateTime(let moment): return hash(moment)
    case .dateTime(let moment): return mixed(hash(moment.local) ^ UInt64(bitPattern: Int64(moment.offsetSeconds)))
    case .duration(let d):
      return mixed(mixed(UInt64(bitPattern: d.months)) ^ mixed(UInt64(bitPattern: d.days) ^ 7) ^ mixed(UInt64(bitPattern: d.seconds) ^ 9))
    case .list(let items): return items.reduce(0x115_7) { mixed($0 ^ $1.sketchHash) }
    }
  }

  private func hash(_ moment: LocalDateTime) -> UInt64 {
    mixed(mixed(UInt64(bitPattern: moment.date.daysSinceEpoch)) ^ UInt64(bitPattern: moment.time.nanosecondOfDay))
  }

  /// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
  private func mixed(_ x: UInt64) -> UInt64 {
    var z = x &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
