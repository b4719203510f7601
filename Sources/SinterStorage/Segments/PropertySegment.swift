package import SinterModel

/// A verified segment of a property column, in place.
///
/// Bounds of everything that rows lead to were checked when it was made, so reading cannot leave
/// the segment. `@unchecked Sendable`: immutable after `init`.
package final class PropertySegment: @unchecked Sendable {
  package let header: SegmentHeader
  /// Rows that have a value.
  package let valueCount: Int
  private let bytes: UnsafeRawBufferPointer
  private let nulls: UnsafePointer<UInt64>?
  private let rows: UnsafeBufferPointer<UInt16>?
  /// Start of the values section.
  let values: UnsafeRawPointer
  let slotCount: Int
  /// Offsets of strings, dictionary entries or mixed values, and the bytes they point into.
  let offsets: UnsafePointer<UInt32>
  let text: UnsafeRawPointer
  /// Width of a dictionary's codes: 1 or 2 bytes; 0 where there is no dictionary.
  let codeWidth: Int
  /// The length of each list of a `.doubleLists` or `.floatLists` segment.
  let listLength: Int
  /// The value of a `.constant` segment.
  let constant: Value?

  /// nil when the payload does not hold what the header says. `value` is the whole segment, its
  /// parts put together, aligned to 8 bytes, and outlives the object.
  /// - Complexity: O(rows)
  package init?(_ header: SegmentHeader, _ value: UnsafeRawBufferPointer) {
    let rowCount = header.count
    let start = SegmentHeader.byteCount + 24
    guard rowCount <= segmentLength, value.count >= start else { return nil }
    let valueCount = Int(value.load32(32))
    let mapByteCount = Int(value.load32(36))
    guard valueCount >= 1, valueCount <= rowCount, mapByteCount % 8 == 0, mapByteCount <= value.count - start else { return nil }
    let map = value.baseAddress! + start
    var slotCount = rowCount
    if header.flags & SegmentHeader.isSparse != 0 {
      guard mapByteCount >= valueCount * 2 else { return nil }
      let rows = UnsafeBufferPointer(start: map.assumingMemoryBound(to: UInt16.self), count: valueCount)
      for index in 1..<max(valueCount, 1) where rows[index] <= rows[index - 1] { return nil }
      guard Int(rows[valueCount - 1]) < rowCount else { return nil }
      self.rows = rows
      nulls = nil
      slotCount = valueCount
    } else if header.flags & SegmentHeader.hasNulls != 0 {
      let words = (rowCount + 63) / 64
      guard mapByteCount == words * 8 else { return nil }
      let nulls = map.assumingMemoryBound(to: UInt64.self)
      guard (0..<words).reduce(0, { $0 + nulls[$1].nonzeroBitCount }) == valueCount else { return nil }
      self.nulls = nulls
      rows = nil
    } else {
      guard valueCount == rowCount, mapByteCount == 0 else { return nil }
      rows = nil
      nulls = nil
    }
    let section = UnsafeRawBufferPointer(rebasing: value[(start + mapByteCount)...])
    guard let layout = PropertySegment.layout(header.encoding, section, slotCount: slotCount) else { return nil }
    self.header = header
    self.valueCount = valueCount
    self.slotCount = slotCount
    bytes = value
    values = layout.values
    offsets = layout.offsets
    text = layout.text
    codeWidth = layout.codeWidth
    listLength = layout.listLength
    constant = layout.constant
  }

  private struct Layout {
    var values: UnsafeRawPointer
    var offsets: UnsafePointer<UInt32>
    var text: UnsafeRawPointer
    var codeWidth = 0
    var listLength = 0
    var constant: Value?

    init(_ section: UnsafeRawBufferPointer) {
      values = section.baseAddress!
      offsets = values.assumingMemoryBound(to: UInt32.self)
      text = values
    }
  }

  private static func layout(_ encoding: SegmentEncoding, _ section: UnsafeRawBufferPointer, slotCount: Int) -> Layout? {
    guard section.baseAddress != nil else { return nil }
    var layout = Layout(section)
    let minimumByteCount: Int
    switch encoding {
    case .int8: minimumByteCount = slotCount
    case .int16: minimumByteCount = slotCount * 2
    case .int32: minimumByteCount = slotCount * 4
    case .int64, .double: minimumByteCount = slotCount * 8
    case .boolean: minimumByteCount = (slotCount + 63) / 64 * 8
    case .localDateTime: minimumByteCount = slotCount * 12
    case .constant:
      var reader = ByteReader(section)
      guard let value = try? ValueCodec.read(&reader) else { return nil }
      layout.constant = value
      return layout
    case .string, .mixed:
      guard let text = checkOffsets(section, at: 0, count: slotCount) else { return nil }
      layout.text = text
      return layout
    case .stringDictionary: return dictionaryLayout(section, slotCount: slotCount)
    case .doubleLists, .floatLists:
      guard section.count >= 8, section.load32(0) >= 1 else { return nil }
      layout.listLength = Int(section.load32(0))
      layout.values = section.baseAddress! + 8
      let width = encoding == .doubleLists ? 8 : 4
      return (section.count - 8) / (layout.listLength * width) >= slotCount ? layout : nil
    default: return nil
    }
    return section.count >= minimumByteCount ? layout : nil
  }

  /// Checks `count + 1` offsets at a byte offset of `section` against the bytes that follow them.
  private static func checkOffsets(_ section: UnsafeRawBufferPointer, at start: Int, count: Int) -> UnsafeRawPointer? {
    let textStart = start + ((count + 1) * 4 + 7) / 8 * 8
    guard textStart <= section.count else { return nil }
    let offsets = (section.baseAddress! + start).assumingMemoryBound(to: UInt32.self)
    for index in 0..<count where offsets[index] > offsets[index + 1] { return nil }
    guard Int(offsets[count]) <= section.count - textStart else { return nil }
    return section.baseAddress! + textStart
  }

  private static func dictionaryLayout(_ section: UnsafeRawBufferPointer, slotCount: Int) -> Layout? {
    guard section.count >= 8 else { return nil }
    let entryCount = Int(section.load32(0))
    let width = Int(section.load32(4))
    guard width == 1 || width == 2, entryCount >= 1, entryCount <= segmentLength else { return nil }
    let codesEnd = 8 + (slotCount * width + 7) / 8 * 8
    guard codesEnd <= section.count else { return nil }
    for slot in 0..<slotCount {
      let code = width == 1 ? Int(section[8 + slot]) : Int(section.load16(8 + slot * 2))
      guard code < entryCount else { return nil }
    }
    guard let text = checkOffsets(section, at: codesEnd, count: entryCount) else { return nil }
    var layout = Layout(section)
    layout.values = section.baseAddress! + 8
    layout.offsets = (section.baseAddress! + codesEnd).assumingMemoryBound(to: UInt32.self)
    layout.text = text
    layout.codeWidth = width
    return layout
  }

  // MARK: Rows

  package var rowCount: Int { header.count }
  /// Whether every row has a value.
  package var isDense: Bool { nulls == nil && rows == nil }

  /// The slot of a row's value; nil when it has none.
  @inline(__always)
  func slot(_ row: Int) -> Int? {
    guard row < header.count else { return nil }
    if let nulls { return nulls[row >> 6] >> UInt64(row & 63) & 1 == 1 ? row : nil }
    guard let rows else { return row }
    var low = 0
    var high = rows.count
    while low < high {
      let middle = (low + high) / 2
      if Int(rows[middle]) < row { low = middle + 1 } else { high = middle }
    }
    return low < rows.count && Int(rows[low]) == row ? low : nil
  }

  package func isPresent(_ row: Int) -> Bool { slot(row) != nil }

  /// A row's value; null when it has none.
  package func value(at row: Int) throws(DecodeFailure) -> Value {
    guard let slot = slot(row) else { return .null }
    return try slotValue(slot)
  }

  private func slotValue(_ slot: Int) throws(DecodeFailure) -> Value {
    switch header.encoding {
    case .int8, .int16, .int32, .int64: return SegmentEncoder.integerValue(integer(slot), header.element)
    case .double: return .float(values.assumingMemoryBound(to: Double.self)[slot])
    case .boolean: return .boolean(boolean(slot))
    case .doubleLists:
      let numbers = values.assumingMemoryBound(to: Double.self) + slot * listLength
      return .list((0..<listLength).map { .float(numbers[$0]) })
    case .floatLists:
      let numbers = values.assumingMemoryBound(to: Float.self) + slot * listLength
      return .list((0..<listLength).map { .float(Double(numbers[$0])) })
    case .string, .stringDictionary: return .string(String(decoding: utf8(slot), as: UTF8.self))
    case .localDateTime:
      let seconds = values.assumingMemoryBound(to: Int64.self)[slot]
      let nanoseconds = (values + slotCount * 8).assumingMemoryBound(to: Int32.self)[slot]
      let day = seconds >= 0 ? seconds / 86_400 : (seconds &+ 1) / 86_400 - 1
      let time = (seconds &- day &* 86_400) &* 1_000_000_000 &+ Int64(nanoseconds)
      return .localDateTime(LocalDateTime(date: Date(daysSinceEpoch: day), time: LocalTime(nanosecondOfDay: time)))
    case .mixed:
      var reader = ByteReader(utf8(slot))
      return try ValueCodec.read(&reader)
    default: return constant ?? .null
    }
  }

  @inline(__always)
  func integer(_ slot: Int) -> Int64 {
    switch header.encoding {
    case .int8: Int64(values.assumingMemoryBound(to: Int8.self)[slot])
    case .int16: Int64(values.assumingMemoryBound(to: Int16.self)[slot])
    case .int32: Int64(values.assumingMemoryBound(to: Int32.self)[slot])
    default: values.assumingMemoryBound(to: Int64.self)[slot]
    }
  }

  func boolean(_ slot: Int) -> Bool {
    values.assumingMemoryBound(to: UInt64.self)[slot >> 6] >> UInt64(slot & 63) & 1 == 1
  }

  /// The bytes of a string, or of a mixed value's encoding.
  @inline(__always)
  func utf8(_ slot: Int) -> UnsafeRawBufferPointer {
    var entry = slot
    if codeWidth == 1 {
      entry = Int(values.assumingMemoryBound(to: UInt8.self)[slot])
    } else if codeWidth == 2 {
      entry = Int(values.assumingMemoryBound(to: UInt16.self)[slot])
    }
    let start = Int(offsets[entry])
    return UnsafeRawBufferPointer(start: text + start, count: Int(offsets[entry + 1]) - start)
  }

  /// Values between which all others lie: those of ``range``, or the only one of any kind that has an order.
  var extent: (lowest: Value, highest: Value)? {
    if let range { return range }
    guard case .some(let value) = constant, ValueScale.kind(of: value) != .none else { return nil }
    return (value, value)
  }

  /// The smallest and the largest value of a numeric segment.
  package var range: (lowest: Value, highest: Value)? {
    guard header.flags & SegmentHeader.hasRange != 0 else { return nil }
    let (low, high) = (bytes.load64(40), bytes.load64(48))
    switch (header.encoding, constant) {
    case (.int8, _), (.int16, _), (.int32, _), (.int64, _):
      let element = header.element
      return (
        SegmentEncoder.integerValue(Int64(bitPattern: low), element), SegmentEncoder.integerValue(Int64(bitPattern: high), element)
      )
    case (.constant, .some(let value)): return (value, value)
    case (.double, _): return (.float(Double(bitPattern: low)), .float(Double(bitPattern: high)))
    default: return nil
    }
  }
}
