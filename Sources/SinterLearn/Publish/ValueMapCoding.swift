package import SinterModel
internal import SinterStorage

/// Flat maps of storable values as bytes: a format number, then keys and values in order of the keys.
package enum ValueMapCoding {
  private static let format: UInt8 = 1

  /// - Precondition: every value can be stored (no maps, elements or paths).
  package static func encode(_ map: [String: Value]) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(format)
    let entries = map.sorted { $0.key < $1.key }.flatMap { [Value.string($0.key), $0.value] }
    ValueCodec.append(.list(entries), to: &writer)
    return writer.bytes
  }

  /// nil where the bytes are damaged or of a newer format.
  package static func decode(_ bytes: [UInt8]) -> [String: Value]? {
    bytes.withUnsafeBytes { buffer in
      var reader = ByteReader(buffer)
      guard let number = try? reader.read(UInt8.self), number == format, let value = try? ValueCodec.read(&reader),
        case .list(let entries) = value, entries.count % 2 == 0
      else { return nil }
      var map: [String: Value] = [:]
      for i in stride(from: 0, to: entries.count, by: 2) {
        guard case .string(let key) = entries[i] else { return nil }
        map[key] = entries[i + 1]
      }
      return map
    }
  }
}
