import SinterModel

/// Reads the changes of one commit back from the bytes of its patch block.
///
/// Nothing in the bytes is trusted: what cannot be read is `StorageError.Damaged`, a kind that this
/// version does not know `StorageError.NewerFormat`.
struct PatchDecoder {
  private var reader: ByteReader

  init(_ bytes: UnsafeRawBufferPointer) { reader = ByteReader(bytes) }

  /// The next change, or nil at the end.
  mutating func next() throws(SinterError) -> Change? {
    guard !reader.isAtEnd else { return nil }
    let start = reader.offset
    guard let kind = ChangeKind(rawValue: reader.bytes[start]) else {
      throw SinterError(
        "StorageError.NewerFormat", "The store holds changes of a kind that this version does not know: use a newer Sinter.")
    }
    do {
      return try change(kind)
    } catch {
      throw SinterError(
        "StorageError.Damaged", "A patch block cannot be read from its byte \(start) on: restore a backup of the store.")
    }
  }

  private mutating func change(_ kind: ChangeKind) throws(DecodeFailure) -> Change {
    _ = try reader.read(UInt8.self)
    switch kind {
    case .addName: return .addName(try enumeration(Change.NameKind.self), try reader.readString())
    case .addLabelSet: return .addLabelSet(try labelSet())
    case .createNode: return .createNode(try id(), labelSet: try id())
    case .setLabelSet: return .setLabelSet(try id(), from: try id(), to: try id())
    case .deleteNode: return .deleteNode(try id(), labelSet: try id())
    case .createRelationship: return .createRelationship(try id(), try record())
    case .deleteRelationship: return .deleteRelationship(try id(), try record())
    case .setNodeProperty: return .setProperty(.node, try id(), KeyID(try id()), try ValueCodec.read(&reader))
    case .setRelationshipProperty:
      return .setProperty(.relationship, try id(), KeyID(try id()), try ValueCodec.read(&reader))
    case .addIndexEntry: return .addIndexEntry(index: try id(), key: try byteString(), element: try id())
    case .removeIndexEntry: return .removeIndexEntry(index: try id(), key: try byteString(), element: try id())
    case .createIndex: return .createIndex(try Catalog.readIndex(&reader), blocks: try id(), distinctKeys: try id())
    case .dropIndex: return .dropIndex(name: try reader.readString())
    case .createConstraint: return .createConstraint(try Catalog.readConstraint(&reader))
    case .dropConstraint: return .dropConstraint(name: try reader.readString())
    case .putBlob:
      return .putBlob(name: try reader.readString(), id: try id(), sizeBytes: try reader.readVarint(), chunks: try id())
    case .deleteBlob: return .deleteBlob(name: try reader.readString())
    case .createSearchIndex: return .createSearchIndex(try Catalog.readSearchIndex(&reader))
    case .dropSearchIndex: return .dropSearchIndex(name: try reader.readString())
    case .coverSearchIndex: return .coverSearchIndex(id: try reader.read(), sequence: try reader.read())
    }
  }

  // MARK: Parts

  private mutating func id() throws(DecodeFailure) -> UInt32 { try reader.readUInt32() }

  private mutating func byteString() throws(DecodeFailure) -> [UInt8] {
    let count = try reader.readCount()
    return Array(try reader.readBytes(count))
  }

  private mutating func labelSet() throws(DecodeFailure) -> [LabelID] {
    var result: [LabelID] = []
    for _ in 0..<(try reader.readCount()) { result.append(LabelID(try id())) }
    return result
  }

  private mutating func enumeration<T: RawRepresentable>(_ type: T.Type) throws(DecodeFailure) -> T where T.RawValue == UInt8 {
    guard let value = T(rawValue: try reader.read()) else { throw DecodeFailure() }
    return value
  }

  private mutating func record() throws(DecodeFailure) -> RelationshipRecord {
    RelationshipRecord(type: TypeID(try id()), start: NodeID(try id()), end: NodeID(try id()))
  }
}
