/// A verified segment of label sets, types or ends, in place.
@usableFromInline
package struct UInt32Segment: BitwiseCopyable {
  /// nil when every row has ``constant``.
  @usableFromInline package var values: UnsafePointer<UInt32>?
  @usableFromInline package var constant: UInt32
  /// Rows at and past this have no value.
  @usableFromInline package var count: UInt32

  /// What a row of nothing reads as.
  @usableFromInline package static let absent = UInt32.max
  package static var empty: UInt32Segment { UInt32Segment(values: nil, constant: absent, count: 0) }

  @usableFromInline
  init(values: UnsafePointer<UInt32>?, constant: UInt32, count: UInt32) {
    self.values = values
    self.constant = constant
    self.count = count
  }

  /// nil when the payload does not hold what the header says. `value` is aligned to 8 bytes and outlives the result.
  package init?(_ header: SegmentHeader, _ value: UnsafeRawBufferPointer) {
    guard header.count <= segmentLength else { return nil }
    count = UInt32(header.count)
    switch header.encoding {
    case .constantUInt32 where header.payloadByteCount == 8:
      values = nil
      constant = value.load32(SegmentHeader.byteCount)
    case .uint32 where header.payloadByteCount == header.count * 4:
      values = (value.baseAddress! + SegmentHeader.byteCount).assumingMemoryBound(to: UInt32.self)
      constant = UInt32Segment.absent
    default: return nil
    }
  }

  @inlinable
  package subscript(row: UInt32) -> UInt32 {
    guard row < count else { return UInt32Segment.absent }
    return values?[Int(row)] ?? constant
  }
}
