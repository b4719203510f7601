package import SinterModel

/// Index keys: bytes whose order is the order of values.
///
/// A value is a tag byte for its type, then bytes that sort as the type does. Numbers are one
/// type: 1 and 1.0 have the same key, and the order between integers and floats is exact. Long
/// texts are cut at ``lengthLimitBytes``; who finds such a key must look at the element itself.
package enum IndexKey {
  package static let lengthLimitBytes = 400

  /// The key of a single property; nil for values that no index holds: null and NaN, which equal
  /// nothing, and lists with such elements.
  package static func encode(_ value: Value) -> [UInt8]? {
    var key: [UInt8] = []
    if case .string(let text) = value { key.reserveCapacity(min(text.utf8.count, lengthLimitBytes) + 2) }
    guard append(value, to: &key, limit: lengthLimitBytes) else { return nil }
    truncate(&key)
    return key
  }

  /// The key without its limit, for those who look at the element itself.
  static func fullKey(_ value: Value) -> [UInt8]? {
    var key: [UInt8] = []
    return append(value, to: &key, limit: .max) ? key : nil
  }

  /// The key of several properties together: each one's key, in which 0 is written 0 255, then 0 1.
  package static func encode(_ values: [Value]) -> [UInt8]? {
    if values.count == 1 { return encode(values[0]) }
    var key: [UInt8] = []
    for value in values {
      guard let part = encode(value) else { return nil }
      appendEscaped(part, to: &key)
    }
    return key
  }

  /// Whether the key stands for any of several long values.
  package static func isTruncated(_ key: [UInt8]) -> Bool { key.count == lengthLimitBytes + 1 && key.last == 0xFF }

  /// Whether any part of a composite key may be cut.
  package static func mayBeTruncated(_ values: [Value]) -> Bool {
    values.contains { encode($0).map(isTruncated) ?? false }
  }

  /// The keys of all values of the type that `value` has: from the first, included, to the second, excluded.
  package static func typeBounds(of value: Value) -> (from: [UInt8], to: [UInt8])? {
    guard let key = encode(value), let tag = key.first else { return nil }
    return ([tag], [tag + 1])
  }

  private enum Tag: UInt8 {
    case boolean = 0x10
    case number = 0x20
    case string = 0x30
    case date = 0x40
    case localTime = 0x42
    case time = 0x44
    case localDateTime = 0x46
    case dateTime = 0x48
    case duration = 0x4A
    case list = 0x50
  }

  // 0xFF appears in no UTF-8, so a cut text sorts after all shorter ones with its start.
  private static func truncate(_ key: inout [UInt8]) {
    guard key.count > lengthLimitBytes else { return }
    key.removeSubrange(lengthLimitBytes...)
    key.append(0xFF)
  }

  private static func appendEscaped(_ part: [UInt8], to key: inout [UInt8]) {
    for byte in part {
      key.append(byte)
      if byte == 0 { key.append(0xFF) }
    }
    key.append(0)
    key.append(1)
  }

  private static func append(_ value: Value, to key: inout [UInt8], limit: Int) -> Bool {
    switch value {
    case .null, .map, .node, .relationship, .path: return false
    case .boolean(let flag): key += [Tag.boolean.rawValue, flag ? 1 : 0]
    case .integer(let number): append(number, to: &key)
    case .float(let number):
      guard !number.isNaN else { return false }
      append(number == 0 ? 0 : number, rest: 0, to: &key)
    case .string(var string):
      key.append(Tag.string.rawValue)
      // With the tag this is one byte more than fits, if the text is that long.
      string.withUTF8 { key.append(contentsOf: $0.prefix(limit)) }
    case .date(let date): append(.date, [date.daysSinceEpoch], to: &key)
    case .localTime(let time): append(.localTime, [time.nanosecondOfDay], to: &key)
    case .time(let time):
      let instant = time.local.nanosecondOfDay &- Int64(time.offsetSeconds) &* 1_000_000_000
      append(.time, [instant, Int64(time.offsetSeconds)], to: &key)
    case .localDateTime(let moment):
      append(.localDateTime, [moment.date.daysSinceEpoch, moment.time.nanosecondOfDay], to: &key)
    case .dateTime(let moment):
      append(moment, to: &key)
    case .duration(let duration):
      append(.duration, [duration.months, duration.days, duration.seconds, Int64(duration.nanoseconds)], to: &key)
    case .list(let items):
      key.append(Tag.list.rawValue)
      for item in items {
        var part: [UInt8] = []
        guard append(item, to: &part, limit: limit) else { return false }
        appendEscaped(part, to: &key)
        if key.count > limit { break }
      }
    }
    return true
  }

  private static func append(_ tag: Tag, _ numbers: [Int64], to key: inout [UInt8]) {
    key.append(tag.rawValue)
    for number in numbers { appendOrdered(UInt64(bitPattern: number) ^ 1 << 63, to: &key) }
  }

  private static func append(_ moment: DateTime, to key: inout [UInt8]) {
    let local = moment.local
    let nanosecondsPerDay: Int64 = 86_400_000_000_000
    let shifted = local.time.nanosecondOfDay &- Int64(moment.offsetSeconds) &* 1_000_000_000
    let day = shifted >= 0 ? shifted / nanosecondsPerDay : (shifted &+ 1) / nanosecondsPerDay - 1
    append(
      .dateTime, [local.date.daysSinceEpoch &+ day, shifted &- day &* nanosecondsPerDay, Int64(moment.offsetSeconds)], to: &key)
    if let zone = moment.zone { key.append(contentsOf: zone.utf8) }
  }

  /// An integer is its nearest double and how far it is from that: no double lies between the two,
  /// so the order against floats is exact.
  private static func append(_ number: Int64, to key: inout [UInt8]) {
    let nearest = Double(number)
    let whole = nearest >= 0x1p63 ? Int64.min : Int64(nearest)
    append(nearest, rest: number &- whole, to: &key)
  }

  private static func append(_ number: Double, rest: Int64, to key: inout [UInt8]) {
    key.append(Tag.number.rawValue)
    let bits = number.bitPattern
    appendOrdered(bits >> 63 == 0 ? bits | 1 << 63 : ~bits, to: &key)
    let biased = UInt16(truncatingIfNeeded: rest &+ 0x8000)
    key.append(UInt8(biased >> 8))
    key.append(UInt8(truncatingIfNeeded: biased))
  }

  private static func appendOrdered(_ number: UInt64, to key: inout [UInt8]) {
    for shift in stride(from: UInt64(56), through: 0, by: -8) { key.append(UInt8(truncatingIfNeeded: number >> shift)) }
  }
}
