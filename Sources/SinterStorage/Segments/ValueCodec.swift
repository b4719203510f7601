package import SinterModel

/// Values as bytes: a tag and what it needs. Used in mixed segments, constants and patches.
package enum ValueCodec {
  private enum Tag: UInt8 {
    case null = 0, isFalse, isTrue, integer, float, string, list, floats
    case date, localTime, time, localDateTime, dateTime, zonedDateTime, duration
  }

  /// Lists in lists nest at most this deep.
  private static let depthLimit = 64

  /// Whether ``append(_:to:)`` can store the value: everything but maps, elements and paths.
  package static func canStore(_ value: Value) -> Bool { canStore(value, depth: 0) }

  private static func canStore(_ value: Value, depth: Int) -> Bool {
    switch value {
    case .map, .node, .relationship, .path: false
    case .list(let items): depth < depthLimit && items.allSatisfy { canStore($0, depth: depth + 1) }
    default: true
    }
  }

  /// Appends a value for which ``canStore(_:)`` holds.
  package static func append(_ value: Value, to writer: inout ByteWriter) {
    switch value {
    case .null: writer.append(Tag.null.rawValue)
    case .boolean(let flag): writer.append((flag ? Tag.isTrue : Tag.isFalse).rawValue)
    case .integer(let number):
      writer.append(Tag.integer.rawValue)
      writer.appendSigned(number)
    case .float(let number):
      writer.append(Tag.float.rawValue)
      writer.append(number.bitPattern)
    case .string(let string):
      writer.append(Tag.string.rawValue)
      writer.append(string)
    case .list(let items): append(items, to: &writer)
    case .date(let date):
      writer.append(Tag.date.rawValue)
      writer.appendSigned(date.daysSinceEpoch)
    case .localTime(let time):
      writer.append(Tag.localTime.rawValue)
      writer.appendSigned(time.nanosecondOfDay)
    case .time(let time):
      writer.append(Tag.time.rawValue)
      writer.appendSigned(time.local.nanosecondOfDay)
      writer.append(time.offsetSeconds)
    case .localDateTime(let moment):
      writer.append(Tag.localDateTime.rawValue)
      append(moment, to: &writer)
    case .dateTime(let moment):
      writer.append((moment.zone == nil ? Tag.dateTime : .zonedDateTime).rawValue)
      append(moment.local, to: &writer)
      writer.append(moment.offsetSeconds)
      if let zone = moment.zone { writer.append(zone) }
    case .duration(let duration):
      writer.append(Tag.duration.rawValue)
      writer.appendSigned(duration.months)
      writer.appendSigned(duration.days)
      writer.appendSigned(duration.seconds)
      writer.append(duration.nanoseconds)
    case .map, .node, .relationship, .path:
      preconditionFailure("a value that cannot be stored reached the codec")
    }
  }

  private static func append(_ moment: LocalDateTime, to writer: inout ByteWriter) {
    writer.appendSigned(moment.date.daysSinceEpoch)
    writer.appendSigned(moment.time.nanosecondOfDay)
  }

  private static func append(_ items: [Value], to writer: inout ByteWriter) {
    let isFloats = !items.isEmpty && items.allSatisfy { if case .float = $0 { true } else { false } }
    writer.append((isFloats ? Tag.floats : .list).rawValue)
    writer.appendVarint(items.count)
    for item in items {
      if isFloats, case .float(let number) = item {
        writer.append(number.bitPattern)
      } else {
        append(item, to: &writer)
      }
    }
  }

  /// The numbers of an encoded list of floats, 8 bytes each; nil for any other value.
  static func floats(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    var reader = ByteReader(bytes)
    guard let tag = try? reader.read(UInt8.self), tag == Tag.floats.rawValue, let count = try? reader.readCount(itemByteCount: 8)
    else { return nil }
    return try? reader.readBytes(count * 8)
  }

  package static func read(_ reader: inout ByteReader) throws(DecodeFailure) -> Value {
    try read(&reader, depth: 0)
  }

  private static func read(_ reader: inout ByteReader, depth: Int) throws(DecodeFailure) -> Value {
    guard let tag = Tag(rawValue: try reader.read(UInt8.self)) else { throw DecodeFailure() }
    switch tag {
    case .null: return .null
    case .isFalse: return .boolean(false)
    case .isTrue: return .boolean(true)
    case .integer: return .integer(try reader.readSigned())
    case .float: return .float(Double(bitPattern: try reader.read()))
    case .string: return .string(try reader.readString())
    case .list:
      guard depth <= depthLimit else { throw DecodeFailure() }
      let count = try reader.readCount()
      var items: [Value] = []
      items.reserveCapacity(count)
      for _ in 0..<count { items.append(try read(&reader, depth: depth + 1)) }
      return .list(items)
    case .floats:
      let count = try reader.readCount(itemByteCount: 8)
      var items: [Value] = []
      items.reserveCapacity(count)
      for _ in 0..<count { items.append(.float(Double(bitPattern: try reader.read()))) }
      return .list(items)
    case .date: return .date(Date(daysSinceEpoch: try reader.readSigned()))
    case .localTime: return .localTime(LocalTime(nanosecondOfDay: try reader.readSigned()))
    case .time:
      let local = LocalTime(nanosecondOfDay: try reader.readSigned())
      return .time(Time(local: local, offsetSeconds: try reader.read()))
    case .localDateTime: return .localDateTime(try readMoment(&reader))
    case .dateTime:
      return .dateTime(DateTime(local: try readMoment(&reader), offsetSeconds: try reader.read(), zone: nil))
    case .zonedDateTime:
      let local = try readMoment(&reader)
      let offset = try reader.read(Int32.self)
      return .dateTime(DateTime(local: local, offsetSeconds: offset, zone: try reader.readString()))
    case .duration:
      let months = try reader.readSigned()
      let days = try reader.readSigned()
      let seconds = try reader.readSigned()
      return .duration(Duration(months: months, days: days, seconds: seconds, nanoseconds: try reader.read()))
    }
  }

  private static func readMoment(_ reader: inout ByteReader) throws(DecodeFailure) -> LocalDateTime {
    let date = Date(daysSinceEpoch: try reader.readSigned())
    return LocalDateTime(date: date, time: LocalTime(nanosecondOfDay: try reader.readSigned()))
  }
}
