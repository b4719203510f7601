import SinterModel

/// The changes of one commit as values of the store: a 48-byte header and a piece of the encoded
/// changes, in parts of at most ``partLimitBytes``.
///
/// Header, little endian: magic `u32`, version `u16`, part `u16`, parts `u16`, reserved `u16`,
/// changes `u32`, generation `u64`, sequence `u64`, payload bytes `u64`, checksum `u64` (xxh3-64 of
/// the 40 bytes before it and the payload's own xxh3-64).
enum PatchBlock {
  static let headerByteCount = 48
  static let magic: UInt32 = 0x5441_5053
  static let version: UInt16 = 1
  static let partLimitBytes = 256 << 10

  /// Cuts encoded changes into the values of a block.
  static func parts(_ changes: [UInt8], count: Int, generation: UInt64, sequence: UInt64) -> [[UInt8]] {
    let payloadLimit = partLimitBytes - headerByteCount
    let partCount = max(1, (changes.count + payloadLimit - 1) / payloadLimit)
    return (0..<partCount).map { part in
      let payload = changes[part * payloadLimit..<min(changes.count, (part + 1) * payloadLimit)]
      var writer = ByteWriter(reserving: headerByteCount + payload.count)
      writer.append(magic)
      writer.append(version)
      writer.append(UInt16(truncatingIfNeeded: part))
      writer.append(UInt16(truncatingIfNeeded: partCount))
      writer.append(UInt16(0))
      writer.append(UInt32(truncatingIfNeeded: count))
      writer.append(generation)
      writer.append(sequence)
      writer.append(UInt64(payload.count))
      let sum = writer.bytes.withUnsafeBytes { header in payload.withUnsafeBytes { checksum(header: header, payload: $0) } }
      writer.append(sum)
      writer.bytes.append(contentsOf: payload)
      return writer.bytes
    }
  }

  struct Header {
    var part: Int
    var partCount: Int
    var generation: UInt64
    var sequence: UInt64
    /// Of the whole block.
    var changeCount: Int
  }

  /// Reads and verifies one part found under `key`.
  static func open(_ value: UnsafeRawBufferPointer, sequence: UInt64, part: UInt16) throws(SinterError) -> (
    header: Header, payload: UnsafeRawBufferPointer
  ) {
    guard value.count >= headerByteCount, value.load32(0) == magic else { throw damaged(sequence, "is not a patch block") }
    guard value.load16(4) == version else {
      throw SinterError(
        "StorageError.NewerFormat", "The store was written by a newer version of Sinter: use that or a newer one.")
    }
    let payload = UnsafeRawBufferPointer(rebasing: value[headerByteCount...])
    let header = Header(
      part: Int(value.load16(6)), partCount: Int(value.load16(8)), generation: value.load64(16), sequence: value.load64(24),
      changeCount: Int(value.load32(12)))
    guard value.load64(32) == UInt64(payload.count),
      value.load64(40) == checksum(header: UnsafeRawBufferPointer(rebasing: value[..<40]), payload: payload),
      header.sequence == sequence, header.part == Int(part), header.part < header.partCount
    else { throw damaged(sequence, "fails its checksum") }
    return (header, payload)
  }

  static func damaged(_ sequence: UInt64, _ what: String) -> SinterError {
    SinterError(
      "StorageError.Damaged",
      """
      The changes of commit \(sequence) cannot be read: the block \(what). Restore a backup; `sinter check` says what \
      else is hurt.
      """)
  }

  private static func checksum(header: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer) -> UInt64 {
    var words = (checksum64(header), checksum64(payload))
    return withUnsafeBytes(of: &words) { checksum64($0) }
  }
}
