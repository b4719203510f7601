import SinterModel

/// One value to be put in the store: a sealed segment or a part of one.
package struct SegmentValue: Sendable {
  package var key: SegmentKey
  package var bytes: [UInt8]
}

/// Turns columns of up to ``segmentLength`` rows into segment values.
///
/// A property column is given as packed values and, unless every row has one, the row of each
/// value in ascending order. All functions return the values in key order, ready to be appended;
/// none for a column without any value. The layouts are described in ``PropertyPayload``.
package enum SegmentEncoder {
  /// Label sets, types or ends: a `u32` for every row. `key.part` is ignored.
  package static func encodeUInt32(_ values: [UInt32], key: SegmentKey) -> [SegmentValue] {
    guard let first = values.first else { return [] }
    var bytes = [UInt8](repeating: 0, count: SegmentHeader.byteCount)
    if values.allSatisfy({ $0 == first }) {
      appendRaw([first, 0], to: &bytes)
      return cut(bytes, SegmentHeader(.constantUInt32, key: key, count: values.count))
    }
    appendRaw(values, to: &bytes)
    return cut(bytes, SegmentHeader(.uint32, key: key, count: values.count))
  }

  /// Integers, or dates (days) and local times (nanoseconds) as `element` says, in the smallest width that holds them.
  package static func encodeIntegers(
    _ values: [Int64], rows: [UInt16]? = nil, rowCount: Int, element: SegmentElement = .integer, key: SegmentKey
  ) -> [SegmentValue] {
    guard let first = values.first else { return [] }
    var low = first
    var high = first
    for value in values {
      low = min(low, value)
      high = max(high, value)
    }
    if low == high {
      return encodeConstant(integerValue(first, element), rows: rows, count: values.count, rowCount: rowCount, key: key)
    }
    var payload = PropertyPayload(rows: rows, valueCount: values.count, rowCount: rowCount)
    payload.setRange(UInt64(bitPattern: low), UInt64(bitPattern: high))
    let slots = payload.spread(values, absent: 0)
    let encoding: SegmentEncoding
    if low >= Int64(Int8.min), high <= Int64(Int8.max) {
      encoding = .int8
      payload.append(slots.map { Int8(truncatingIfNeeded: $0) })
    } else if low >= Int64(Int16.min), high <= Int64(Int16.max) {
      encoding = .int16
      payload.append(slots.map { Int16(truncatingIfNeeded: $0) })
    } else if low >= Int64(Int32.min), high <= Int64(Int32.max) {
      encoding = .int32
      payload.append(slots.map { Int32(truncatingIfNeeded: $0) })
    } else {
      encoding = .int64
      payload.append(slots)
    }
    return payload.finish(encoding, key: key, element: element)
  }

  package static func encodeDoubles(
    _ values: [Double], rows: [UInt16]? = nil, rowCount: Int, key: SegmentKey
  ) -> [SegmentValue] {
    guard let first = values.first else { return [] }
    var low = first
    var high = first
    var isConstant = true
    var hasNaN = false
    for value in values {
      low = value < low ? value : low
      high = value > high ? value : high
      isConstant = isConstant && value.bitPattern == first.bitPattern
      hasNaN = hasNaN || value.isNaN
    }
    if isConstant {
      return encodeConstant(.float(first), rows: rows, count: values.count, rowCount: rowCount, key: key)
    }
    var payload = PropertyPayload(rows: rows, valueCount: values.count, rowCount: rowCount)
    if !hasNaN { payload.setRange(low.bitPattern, high.bitPattern) }
    payload.append(payload.spread(values, absent: 0))
    return payload.finish(.double, key: key)
  }

  package static func encodeBooleans(
    _ values: [Bool], rows: [UInt16]? = nil, rowCount: Int, key: SegmentKey
  ) -> [SegmentValue] {
    guard let first = values.first else { return [] }
    if values.allSatisfy({ $0 == first }) {
      return encodeConstant(.boolean(first), rows: rows, count: values.count, rowCount: rowCount, key: key)
    }
    var payload = PropertyPayload(rows: rows, valueCount: values.count, rowCount: rowCount)
    let slots = payload.spread(values, absent: false)
    var words = [UInt64](repeating: 0, count: (slots.count + 63) / 64)
    for (index, slot) in slots.enumerated() where slot { words[index / 64] |= 1 << UInt64(index % 64) }
    payload.append(words)
    return payload.finish(.boolean, key: key)
  }

  /// Strings as UTF-8: value *i* is `bytes[offsets[i] ..< offsets[i + 1]]`, valid UTF-8.
  /// A dictionary of the distinct strings is kept instead where that is smaller.
  package static func encodeStrings(
    offsets: [UInt32], bytes: UnsafeRawBufferPointer, rows: [UInt16]? = nil, rowCount: Int, key: SegmentKey
  ) -> [SegmentValue] {
    let count = offsets.count - 1
    guard count > 0 else { return [] }
    var payload = PropertyPayload(rows: rows, valueCount: count, rowCount: rowCount)
    let dictionary = StringDictionary(offsets: offsets, bytes: bytes, slotCount: payload.slotCount)
    if dictionary.entries.count == 1 {
      let string = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[dictionary.entries[0]]), as: UTF8.self)
      return encodeConstant(.string(string), rows: rows, count: count, rowCount: rowCount, key: key)
    }
    if dictionary.isSmaller {
      let codes = payload.spread(dictionary.codes, absent: 0)
      let isNarrow = dictionary.entries.count <= 256
      payload.append([UInt32(dictionary.entries.count), isNarrow ? 1 : 2])
      if isNarrow { payload.append(codes.map { UInt8(truncatingIfNeeded: $0) }) } else { payload.append(codes) }
      var ends: [UInt32] = [0]
      for entry in dictionary.entries { ends.append(ends.last! &+ UInt32(entry.count)) }
      payload.append(ends)
      for entry in dictionary.entries { payload.appendRaw(UnsafeRawBufferPointer(rebasing: bytes[entry])) }
      return payload.finish(.stringDictionary, key: key)
    }
    payload.append(payload.spreadOffsets(offsets))
    payload.appendRaw(UnsafeRawBufferPointer(rebasing: bytes[Int(offsets[0])..<Int(offsets[count])]))
    return payload.finish(.string, key: key)
  }

  /// Local date-times as seconds since 1970-01-01T00:00 and nanoseconds.
  package static func encodeLocalDateTimes(
    seconds: [Int64], nanoseconds: [Int32], rows: [UInt16]? = nil, rowCount: Int, key: SegmentKey
  ) -> [SegmentValue] {
    guard !seconds.isEmpty else { return [] }
    var payload = PropertyPayload(rows: rows, valueCount: seconds.count, rowCount: rowCount)
    payload.append(payload.spread(seconds, absent: 0))
    payload.append(payload.spread(nanoseconds, absent: 0))
    return payload.finish(.localDateTime, key: key)
  }

  /// Raw bytes: one chunk of a blob.
  package static func encodeBytes(_ chunk: UnsafeRawBufferPointer, key: SegmentKey) -> SegmentValue {
    var bytes = [UInt8](repeating: 0, count: SegmentHeader.byteCount)
    bytes.reserveCapacity(bytes.count + chunk.count)
    bytes.append(contentsOf: chunk)
    SegmentHeader(.bytes, key: key, count: 0).seal(&bytes)
    return SegmentValue(key: key, bytes: bytes)
  }

  static func integerValue(_ number: Int64, _ element: SegmentElement) -> Value {
    switch element {
    case .integer: .integer(number)
    case .date: .date(Date(daysSinceEpoch: number))
    case .localTime: .localTime(LocalTime(nanosecondOfDay: number))
    }
  }

  static func encodeConstant(
    _ value: Value, rows: [UInt16]?, count: Int, rowCount: Int, key: SegmentKey
  ) -> [SegmentValue] {
    var payload = PropertyPayload(rows: rows, valueCount: count, rowCount: rowCount)
    switch value {
    case .integer(let number): payload.setRange(UInt64(bitPattern: number), UInt64(bitPattern: number))
    case .float(let number) where !number.isNaN: payload.setRange(number.bitPattern, number.bitPattern)
    default: break
    }
    var writer = ByteWriter()
    ValueCodec.append(value, to: &writer)
    payload.append(writer.bytes)
    return payload.finish(.constant, key: key)
  }

  static func appendRaw<T: FixedWidthInteger>(_ values: [T], to bytes: inout [UInt8]) {
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  /// Seals a segment, cut into several values when it is longer than ``segmentValueLimitBytes``.
  /// `bytes` begins with room for the header.
  static func cut(_ bytes: consuming [UInt8], _ header: SegmentHeader) -> [SegmentValue] {
    var header = header
    header.key.part = 0
    var whole = bytes
    if whole.count <= segmentValueLimitBytes {
      header.seal(&whole)
      return [SegmentValue(key: header.key, bytes: whole)]
    }
    var values: [SegmentValue] = []
    let chunk = segmentValueLimitBytes - SegmentHeader.byteCount
    var start = SegmentHeader.byteCount
    let baseFlags = header.flags
    while start < whole.count {
      let end = min(start + chunk, whole.count)
      var part = [UInt8](repeating: 0, count: SegmentHeader.byteCount)
      part.append(contentsOf: whole[start..<end])
      header.flags = end < whole.count ? baseFlags | SegmentHeader.continues : baseFlags
      header.seal(&part)
      values.append(SegmentValue(key: header.key, bytes: part))
      header.key.part += 1
      start = end
    }
    return values
  }
}

/// The payload of a property segment while it is put together. All sections start at multiples of
/// eight bytes from the segment's start:
///
/// 1. prologue: values `u32`, bytes of section 2 `u32`, smallest and largest value `u64` each
/// 2. which rows have values: nothing (all), a bitmap (1: has one), or ascending `u16` rows (sparse)
/// 3. the values as the encoding says, a slot for each row, or packed where sparse
struct PropertyPayload {
  private(set) var bytes: [UInt8]
  private let rows: [UInt16]?
  private let rowCount: Int
  private let isSparse: Bool
  private var flags: UInt8 = 0

  init(rows: [UInt16]?, valueCount: Int, rowCount: Int) {
    precondition(rowCount <= segmentLength && valueCount <= rowCount && (rows == nil || rows!.count == valueCount))
    let isDense = valueCount == rowCount
    self.rows = isDense ? nil : rows
    precondition(isDense || rows != nil, "rows are needed where some have no value")
    self.rowCount = rowCount
    isSparse = !isDense && valueCount * 8 < rowCount
    bytes = [UInt8](repeating: 0, count: SegmentHeader.byteCount + 24)
    var map: [UInt8] = []
    if !isDense, isSparse {
      flags |= SegmentHeader.isSparse
      SegmentEncoder.appendRaw(rows!, to: &map)
    } else if !isDense {
      flags |= SegmentHeader.hasNulls
      map = [UInt8](repeating: 0, count: (rowCount + 63) / 64 * 8)
      for row in rows! { map[Int(row) / 8] |= 1 << (row % 8) }
    }
    while map.count % 8 != 0 { map.append(0) }
    bytes.withUnsafeMutableBytes { raw in
      raw.storeBytes(of: UInt32(valueCount), toByteOffset: 32, as: UInt32.self)
      raw.storeBytes(of: UInt32(map.count), toByteOffset: 36, as: UInt32.self)
    }
    bytes += map
  }

  /// Slots in the values section.
  var slotCount: Int { rows == nil || !isSparse ? rowCount : rows!.count }

  mutating func setRange(_ low: UInt64, _ high: UInt64) {
    flags |= SegmentHeader.hasRange
    bytes.withUnsafeMutableBytes { raw in
      raw.storeBytes(of: low, toByteOffset: 40, as: UInt64.self)
      raw.storeBytes(of: high, toByteOffset: 48, as: UInt64.self)
    }
  }

  /// Puts packed values into their rows' slots.
  func spread<T>(_ values: [T], absent: T) -> [T] {
    guard let rows, !isSparse else { return values }
    var slots = [T](repeating: absent, count: rowCount)
    for (index, row) in rows.enumerated() { slots[Int(row)] = values[index] }
    return slots
  }

  /// The same for `u32` offsets, rebased to 0; a row without a value gets an empty piece.
  func spreadOffsets(_ offsets: [UInt32]) -> [UInt32] {
    let base = offsets[0]
    guard let rows, !isSparse else { return offsets.map { $0 &- base } }
    var slots: [UInt32] = []
    slots.reserveCapacity(rowCount + 1)
    var next = 0
    for row in 0..<rowCount {
      slots.append(offsets[next] &- base)
      if next < rows.count, Int(rows[next]) == row { next += 1 }
    }
    slots.append(offsets[next] &- base)
    return slots
  }

  mutating func append<T: BitwiseCopyable>(_ values: [T]) {
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    while bytes.count % 8 != 0 { bytes.append(0) }
  }

  mutating func appendRaw(_ raw: UnsafeRawBufferPointer) { bytes.append(contentsOf: raw) }

  consuming func finish(_ encoding: SegmentEncoding, key: SegmentKey, element: SegmentElement = .integer) -> [SegmentValue] {
    let header = SegmentHeader(encoding, key: key, count: rowCount, flags: flags, element: element)
    return SegmentEncoder.cut(bytes, header)
  }
}

/// The distinct strings of a segment in order of first appearance; open addressing over xxh3.
private struct StringDictionary {
  var codes: [UInt16] = []
  var entries: [Range<Int>] = []
  /// Whether codes and dictionary take less room than the strings themselves.
  let isSmaller: Bool

  init(offsets: [UInt32], bytes: UnsafeRawBufferPointer, slotCount: Int) {
    let count = offsets.count - 1
    codes.reserveCapacity(count)
    var table = [Int16](repeating: -1, count: 4096)
    var dictionaryByteCount = 0
    for index in 0..<count {
      let range = Int(offsets[index])..<Int(offsets[index + 1])
      let piece = UnsafeRawBufferPointer(rebasing: bytes[range])
      var slot = Int(truncatingIfNeeded: checksum64(piece)) & 4095
      while table[slot] >= 0 {
        let other = UnsafeRawBufferPointer(rebasing: bytes[entries[Int(table[slot])]])
        if other.elementsEqual(piece) { break }
        slot = (slot + 1) & 4095
      }
      if table[slot] < 0 {
        table[slot] = Int16(entries.count)
        entries.append(range)
        dictionaryByteCount += range.count
      }
      codes.append(UInt16(table[slot]))
    }
    let plain = 4 * (slotCount + 1) + Int(offsets[count] - offsets[0])
    let coded = 8 + slotCount * (entries.count <= 256 ? 1 : 2) + 4 * (entries.count + 1) + dictionaryByteCount + 16
    isSmaller = coded < plain
  }
}
