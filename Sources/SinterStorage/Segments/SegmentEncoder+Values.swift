package import SinterModel

extension SegmentEncoder {
  /// A column of general values, null where a row has none. Values of one type get that type's
  /// encoding, others are mixed.
  /// - Throws: `StorageError.ValueTooLarge` when the segment's values take more than 2 GiB.
  package static func encodeValues(_ values: [Value], key: SegmentKey) throws(SinterError) -> [SegmentValue] {
    var rows: [UInt16] = []
    rows.reserveCapacity(values.count)
    for (row, value) in values.enumerated() where !value.isNull { rows.append(UInt16(row)) }
    guard let firstRow = rows.first else { return [] }
    let present = rows.count == values.count ? nil : rows
    let packed = rows.count == values.count ? values : rows.map { values[Int($0)] }
    let column = (rows: present, rowCount: values.count)
    switch values[Int(firstRow)] {
    case .integer:
      if let numbers = collect(packed, { if case .integer(let number) = $0 { number } else { nil } }) {
        return encodeIntegers(numbers, rows: column.rows, rowCount: column.rowCount, key: key)
      }
    case .date:
      if let days = collect(packed, { if case .date(let date) = $0 { date.daysSinceEpoch } else { nil } }) {
        return encodeIntegers(days, rows: column.rows, rowCount: column.rowCount, element: .date, key: key)
      }
    case .localTime:
      if let times = collect(packed, { if case .localTime(let time) = $0 { time.nanosecondOfDay } else { nil } }) {
        return encodeIntegers(times, rows: column.rows, rowCount: column.rowCount, element: .localTime, key: key)
      }
    case .float:
      if let numbers = collect(packed, { if case .float(let number) = $0 { number } else { nil } }) {
        return encodeDoubles(numbers, rows: column.rows, rowCount: column.rowCount, key: key)
      }
    case .boolean:
      if let flags = collect(packed, { if case .boolean(let flag) = $0 { flag } else { nil } }) {
        return encodeBooleans(flags, rows: column.rows, rowCount: column.rowCount, key: key)
      }
    case .string:
      if let strings = collect(packed, { if case .string(let string) = $0 { string } else { nil } }) {
        return try encodeStrings(strings, rows: column.rows, rowCount: column.rowCount, key: key)
      }
    case .localDateTime:
      if let moments = collect(packed, secondsAndNanoseconds) {
        return encodeLocalDateTimes(
          seconds: moments.map(\.0), nanoseconds: moments.map(\.1), rows: column.rows, rowCount: column.rowCount, key: key)
      }
    case .list(let first):
      if let lists = FloatLists(packed, length: first.count) {
        return lists.encode(rows: column.rows, rowCount: column.rowCount, key: key)
      }
    default: break
    }
    return try encodeMixed(packed, rows: column.rows, rowCount: column.rowCount, key: key)
  }

  private static func collect<T>(_ values: [Value], _ read: (Value) -> T?) -> [T]? {
    var items: [T] = []
    items.reserveCapacity(values.count)
    for value in values {
      guard let item = read(value) else { return nil }
      items.append(item)
    }
    return items
  }

  private static let secondsPerDay: Int64 = 86_400
  private static let nanosecondsPerSecond: Int64 = 1_000_000_000

  /// nil for other values and for moments outside what the packed form holds.
  private static func secondsAndNanoseconds(_ value: Value) -> (Int64, Int32)? {
    guard case .localDateTime(let moment) = value else { return nil }
    let nanosecond = moment.time.nanosecondOfDay
    let days = moment.date.daysSinceEpoch.multipliedReportingOverflow(by: secondsPerDay)
    guard !days.overflow, (0..<secondsPerDay * nanosecondsPerSecond).contains(nanosecond) else { return nil }
    let seconds = days.partialValue.addingReportingOverflow(nanosecond / nanosecondsPerSecond)
    guard !seconds.overflow else { return nil }
    return (seconds.partialValue, Int32(nanosecond % nanosecondsPerSecond))
  }

  private static func encodeStrings(
    _ strings: [String], rows: [UInt16]?, rowCount: Int, key: SegmentKey
  ) throws(SinterError) -> [SegmentValue] {
    var bytes: [UInt8] = []
    var offsets: [UInt32] = [0]
    offsets.reserveCapacity(strings.count + 1)
    for var string in strings {
      string.withUTF8 { bytes.append(contentsOf: $0) }
      offsets.append(try checkedOffset(bytes.count, key))
    }
    return bytes.withUnsafeBytes { encodeStrings(offsets: offsets, bytes: $0, rows: rows, rowCount: rowCount, key: key) }
  }

  private static func encodeMixed(
    _ values: [Value], rows: [UInt16]?, rowCount: Int, key: SegmentKey
  ) throws(SinterError) -> [SegmentValue] {
    var writer = ByteWriter()
    var offsets: [UInt32] = [0]
    offsets.reserveCapacity(values.count + 1)
    var isConstant = true
    for value in values {
      isConstant = isConstant && value == values[0]
      ValueCodec.append(value, to: &writer)
      offsets.append(try checkedOffset(writer.bytes.count, key))
    }
    if isConstant, hasOneForm(values[0]) {
      return encodeConstant(values[0], rows: rows, count: values.count, rowCount: rowCount, key: key)
    }
    var payload = PropertyPayload(rows: rows, valueCount: values.count, rowCount: rowCount)
    payload.append(payload.spreadOffsets(offsets))
    writer.bytes.withUnsafeBytes { payload.appendRaw($0) }
    return payload.finish(.mixed, key: key)
  }

  /// Whether equal values have equal bytes: not so for floats (0.0 and -0.0) nor for strings in other normal forms.
  private static func hasOneForm(_ value: Value) -> Bool {
    switch value {
    case .time, .duration: true
    case .dateTime(let moment): moment.zone == nil
    default: false
    }
  }

  private static func checkedOffset(_ byteCount: Int, _ key: SegmentKey) throws(SinterError) -> UInt32 {
    guard byteCount <= Int(Int32.max) else {
      throw SinterError(
        "StorageError.ValueTooLarge",
        """
        The values of property \(key.column) for elements \(Int(key.segment) * segmentLength) to \
        \((Int(key.segment) + 1) * segmentLength - 1) take more than 2 GiB together. Keep large texts outside the store.
        """)
    }
    return UInt32(byteCount)
  }
}
