package import SinterModel

extension Catalog {
  /// The version of the file format that this code writes, and the newest that it reads.
  package static let formatVersion: UInt32 = 3
  private static let magic: [UInt8] = Array("SINTERDB".utf8)
  private static let prefixByteCount = 20

  /// The bytes to be put under ``StoreKey/catalog``: magic, format version `u32`, xxh3-64 of what
  /// follows, then the payload.
  package func encode() -> [UInt8] {
    var writer = ByteWriter()
    writer.append(generation)
    writer.append(foldedSequence)
    writer.append(nodeIDLimit)
    writer.append(relationshipIDLimit)
    for table in [labels, types, keys] { write(table.names, to: &writer) { $1.append($0) } }
    write(labelSets, to: &writer) { set, writer in
      write(set, to: &writer) { $1.appendVarint($0.rawValue) }
    }
    writer.appendVarint(nodeCount)
    writer.appendVarint(relationshipCount)
    for counts in [nodesByLabel, relationshipsByType, startNodesByType, endNodesByType] {
      write(counts, to: &writer) { $1.appendVarint($0) }
    }
    write(indexEntries, to: &writer) { entry, writer in
      Catalog.append(entry.descriptor, to: &writer)
      writer.appendVarint(entry.distinctKeys)
    }
    write(constraints, to: &writer) { Catalog.append($0, to: &$1) }
    writer.append(nextIndexID)
    write(blobs.sorted { $0.key < $1.key }, to: &writer) { blob, writer in
      writer.append(blob.key)
      writer.append(blob.value.id)
      writer.appendVarint(blob.value.sizeBytes)
      writer.appendVarint(blob.value.chunks)
    }
    writer.append(nextBlobID)
    write(columns.sorted { $0.key < $1.key }, to: &writer) { column, writer in
      writer.append(column.key.kind.rawValue)
      writer.append(column.key.column)
      writer.appendVarint(column.value.valueCount)
      writer.append(column.value.segmentLimit)
    }
    writer.append(UInt8(statistics == nil ? 0 : 1))
    if let statistics { writer.bytes += statistics.encode(self) }
    appendSearchIndexes(to: &writer)
    var whole = ByteWriter(reserving: writer.bytes.count + Catalog.prefixByteCount)
    whole.bytes = Catalog.magic
    whole.append(Catalog.formatVersion)
    whole.append(writer.bytes.withUnsafeBytes { checksum64($0) })
    whole.bytes += writer.bytes
    return whole.bytes
  }

  private func write<T>(_ items: [T], to writer: inout ByteWriter, _ body: (T, inout ByteWriter) -> Void) {
    writer.appendVarint(items.count)
    for item in items { body(item, &writer) }
  }

  /// Reads a catalogue; `bytes` are nil when the store has none.
  /// - Throws: `StorageError.NotAStore`, `.NewerFormat`, `.Damaged`.
  package static func decode(_ bytes: UnsafeRawBufferPointer?, path: String) throws(SinterError) -> Catalog {
    let payload = try verified(bytes, path: path)
    do {
      var reader = ByteReader(payload)
      let catalog = try read(&reader)
      guard reader.isAtEnd else { throw DecodeFailure() }
      return catalog
    } catch {
      throw damaged(path)
    }
  }

  /// The generation of an encoded catalogue, without reading all of it.
  package static func generation(of bytes: UnsafeRawBufferPointer?, path: String) throws(SinterError) -> UInt64 {
    let payload = try verified(bytes, path: path)
    guard payload.count >= 8 else { throw damaged(path) }
    return payload.load64(0)
  }

  private static func verified(_ bytes: UnsafeRawBufferPointer?, path: String) throws(SinterError) -> UnsafeRawBufferPointer {
    guard let bytes, bytes.count >= prefixByteCount, bytes.prefix(magic.count).elementsEqual(magic) else {
      throw SinterError(
        "StorageError.NotAStore", "\(path) is a database file, but not a Sinter store. Choose another path, or move the file away.")
    }
    let version = bytes.load32(8)
    guard version <= formatVersion else {
      throw SinterError(
        "StorageError.NewerFormat",
        "\(path) has format version \(version); this program reads versions up to \(formatVersion). Open it with a newer Sinter.")
    }
    let payload = UnsafeRawBufferPointer(rebasing: bytes[prefixByteCount...])
    guard version > 0, bytes.load64(12) == checksum64(payload) else { throw damaged(path) }
    return payload
  }

  /// Generation and last folded commit of an encoded catalogue, which is not verified; nil for too few bytes.
  static func encodedGeneration(_ bytes: UnsafeRawBufferPointer) -> (generation: UInt64, foldedSequence: UInt64)? {
    guard bytes.count >= prefixByteCount + 16 else { return nil }
    return (bytes.load64(prefixByteCount), bytes.load64(prefixByteCount + 8))
  }

  private static func damaged(_ path: String) -> SinterError {
    SinterError("StorageError.Damaged", "The store's catalogue is damaged (\(path)). Restore a backup; `sinter check` says what else is.")
  }

  private static func read(_ reader: inout ByteReader) throws(DecodeFailure) -> Catalog {
    var catalog = Catalog()
    catalog.generation = try reader.read()
    catalog.foldedSequence = try reader.read()
    catalog.nodeIDLimit = try reader.read()
    catalog.relationshipIDLimit = try reader.read()
    for _ in 0..<(try reader.readCount()) { catalog.addLabel(try reader.readString()) }
    for _ in 0..<(try reader.readCount()) { catalog.addType(try reader.readString()) }
    for _ in 0..<(try reader.readCount()) { catalog.addKey(try reader.readString()) }
    for number in 0..<(try reader.readCount()) {
      var set: [LabelID] = []
      for _ in 0..<(try reader.readCount()) { set.append(LabelID(try reader.readUInt32())) }
      guard set.allSatisfy({ Int($0.rawValue) < catalog.labelNames.count }), catalog.addLabelSet(set) == number else {
        throw DecodeFailure()
      }
    }
    catalog.nodeCount = try reader.readInt()
    catalog.relationshipCount = try reader.readInt()
    catalog.nodesByLabel = try readCounts(&reader, catalog.labelNames.count)
    catalog.relationshipsByType = try readCounts(&reader, catalog.typeNames.count)
    catalog.startNodesByType = try readCounts(&reader, catalog.typeNames.count)
    catalog.endNodesByType = try readCounts(&reader, catalog.typeNames.count)
    for _ in 0..<(try reader.readCount()) {
      let descriptor = try readIndex(&reader)
      catalog.indexEntries.append(IndexEntry(descriptor: descriptor, distinctKeys: try reader.readInt()))
    }
    for _ in 0..<(try reader.readCount()) { catalog.constraints.append(try readConstraint(&reader)) }
    catalog.nextIndexID = try reader.read()
    for _ in 0..<(try reader.readCount()) {
      let name = try reader.readString()
      let id = try reader.read(UInt32.self)
      catalog.blobs[name] = BlobEntry(id: id, sizeBytes: try reader.readInt(), chunks: try reader.readInt())
    }
    catalog.nextBlobID = try reader.read()
    for _ in 0..<(try reader.readCount()) {
      guard let kind = SegmentKind(rawValue: try reader.read()) else { throw DecodeFailure() }
      let column = ColumnKey(kind, try reader.read())
      catalog.columns[column] = ColumnEntry(valueCount: try reader.readInt(), segmentLimit: try reader.read())
    }
    // Version 1 ends here.
    if !reader.isAtEnd, try reader.read(UInt8.self) == 1 { catalog.statistics = try SampledStatistics(&reader, catalog) }
    // Version 2 ends here.
    if !reader.isAtEnd { try catalog.readSearchIndexes(&reader) }
    return catalog
  }

  private static func readCounts(_ reader: inout ByteReader, _ expected: Int) throws(DecodeFailure) -> [Int] {
    guard try reader.readCount() == expected else { throw DecodeFailure() }
    var counts: [Int] = []
    for _ in 0..<expected { counts.append(try reader.readInt()) }
    return counts
  }

  // MARK: Schema, as patches write it too

  package static func append(_ index: IndexDescriptor, to writer: inout ByteWriter) {
    writer.append(index.id)
    writer.append(index.name)
    writer.append(index.entity.rawValue)
    writer.append(index.label)
    writer.appendVarint(index.keys.count)
    for key in index.keys { writer.append(key) }
    writer.append(UInt8(index.isUnique ? 1 : 0))
    appendOptional(index.constraint, to: &writer)
  }

  package static func readIndex(_ reader: inout ByteReader) throws(DecodeFailure) -> IndexDescriptor {
    let id = try reader.read(UInt32.self)
    let name = try reader.readString()
    let entity = try readEntity(&reader)
    let label = try reader.readString()
    let keys = try readStrings(&reader)
    let isUnique = try reader.read(UInt8.self) == 1
    return IndexDescriptor(
      id: id, name: name, entity: entity, label: label, keys: keys, isUnique: isUnique, constraint: try readOptional(&reader))
  }

  package static func append(_ constraint: ConstraintDescriptor, to writer: inout ByteWriter) {
    writer.append(constraint.name)
    writer.append(constraint.kind.rawValue)
    writer.append(constraint.entity.rawValue)
    writer.append(constraint.label)
    writer.appendVarint(constraint.keys.count)
    for key in constraint.keys { writer.append(key) }
    appendOptional(constraint.typeName, to: &writer)
  }

  package static func readConstraint(_ reader: inout ByteReader) throws(DecodeFailure) -> ConstraintDescriptor {
    let name = try reader.readString()
    guard let kind = ConstraintDescriptor.Kind(rawValue: try reader.read()) else { throw DecodeFailure() }
    let entity = try readEntity(&reader)
    let label = try reader.readString()
    let keys = try readStrings(&reader)
    return ConstraintDescriptor(
      name: name, kind: kind, entity: entity, label: label, keys: keys, typeName: try readOptional(&reader))
  }

  private static func appendOptional(_ string: String?, to writer: inout ByteWriter) {
    writer.append(UInt8(string == nil ? 0 : 1))
    if let string { writer.append(string) }
  }

  private static func readOptional(_ reader: inout ByteReader) throws(DecodeFailure) -> String? {
    try reader.read(UInt8.self) == 1 ? try reader.readString() : nil
  }

  private static func readEntity(_ reader: inout ByteReader) throws(DecodeFailure) -> EntityKind {
    guard let entity = EntityKind(rawValue: try reader.read()) else { throw DecodeFailure() }
    return entity
  }

  private static func readStrings(_ reader: inout ByteReader) throws(DecodeFailure) -> [String] {
    var strings: [String] = []
    for _ in 0..<(try reader.readCount()) { strings.append(try reader.readString()) }
    return strings
  }
}
