public import SinterModel
public import Synchronization

/// One column of a generation: where its segments are, and what they were verified to be.
///
/// `@unchecked Sendable`: `locations` and `firsts` never change after `init`; slots are atomic and
/// written once, under the lock, with a descriptor that is complete by then.
@usableFromInline
package final class ColumnTable: @unchecked Sendable {
  private struct Location {
    var key: SegmentKey
    var bytes: UnsafeRawBufferPointer
  }

  package let key: ColumnKey
  /// Every segment is below this.
  @usableFromInline package let segmentLimit: UInt32
  /// By segment, the address of its descriptor; 0 until it is resolved.
  @usableFromInline package let slots: UnsafeMutablePointer<Atomic<UInt>>
  private let name: String
  private let path: String
  private var locations: [Location] = []
  /// By segment, its first location; a segment has those up to the next one's first.
  private var firsts: [UInt32] = []
  /// Copies of short values.
  private var copies: UnsafeMutableRawPointer?
  private let resolved = Mutex<Resolved>(Resolved())

  private struct Resolved: ~Copyable {
    var allocations: [UnsafeMutableRawPointer] = []
    var properties: [PropertySegment] = []
    /// Segments that were asked for when those before them were resolved.
    var asked = 0..<UInt32(0)
    deinit { for allocation in allocations { allocation.deallocate() } }
  }

  package var isEmpty: Bool { locations.isEmpty }

  /// More segments than ids can fill.
  private static let segmentBound: UInt32 = 1 << 21

  /// - Parameter mayBeElsewhere: an empty table is no damage: the column is in a transaction that is not committed yet.
  init(
    _ key: ColumnKey, _ entry: Catalog.ColumnEntry, name: String, mayBeElsewhere: Bool, _ source: any SegmentSource
  ) throws(SinterError) {
    self.key = key
    self.name = name
    path = source.path
    segmentLimit = min(entry.segmentLimit, ColumnTable.segmentBound)
    slots = .allocate(capacity: Int(segmentLimit))
    for segment in 0..<Int(segmentLimit) { (slots + segment).initialize(to: Atomic(0)) }
    firsts.reserveCapacity(Int(segmentLimit) + 1)
    let copyLimit = source.movingValueLimitBytes
    let copiedByteCount = try list(source, copyLimit)
    guard locations.count == entry.valueCount || (mayBeElsewhere && locations.isEmpty), entry.segmentLimit <= ColumnTable.segmentBound else {
      throw damaged("\(entry.valueCount) segment values are expected and \(locations.count) are there")
    }
    copyShortValues(copiedByteCount, copyLimit)
    if let empty = ColumnTable.emptyDescriptor(key.kind) {
      for segment in 0..<Int(segmentLimit) where firsts[segment] == firsts[segment + 1] {
        slots[segment].store(empty, ordering: .relaxed)
      }
    }
  }

  deinit {
    slots.deinitialize(count: Int(segmentLimit))
    slots.deallocate()
    copies?.deallocate()
  }

  private func list(_ source: any SegmentSource, _ copyLimit: Int) throws(SinterError) -> Int {
    var copied = 0
    try source.forEach(in: key.keys) { (storeKey, bytes) throws(SinterError) -> Bool in
      guard let segmentKey = SegmentKey(storeKey), segmentKey.kind == key.kind, segmentKey.column == key.column,
        segmentKey.segment < segmentLimit
      else { throw damaged("there is a segment value with a bad key") }
      while firsts.count <= Int(segmentKey.segment) { firsts.append(UInt32(locations.count)) }
      locations.append(Location(key: segmentKey, bytes: bytes))
      if bytes.count <= copyLimit { copied += (bytes.count + 15) & ~15 }
      return true
    }
    while firsts.count <= Int(segmentLimit) { firsts.append(UInt32(locations.count)) }
    return copied
  }

  private func copyShortValues(_ byteCount: Int, _ copyLimit: Int) {
    guard byteCount > 0 else { return }
    let room = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 16)
    copies = room
    var used = 0
    for index in locations.indices where locations[index].bytes.count <= copyLimit {
      let bytes = locations[index].bytes
      let target = UnsafeMutableRawBufferPointer(start: room + used, count: bytes.count)
      target.copyMemory(from: bytes)
      locations[index].bytes = UnsafeRawBufferPointer(target)
      used += (bytes.count + 15) & ~15
    }
  }

  // MARK: Resolving

  /// The address of a segment's descriptor; nil for a property or index segment that does not exist.
  @usableFromInline
  package func resolve(_ segment: UInt32) throws(SinterError) -> UInt {
    try resolved.withLock { (resolved) throws(SinterError) -> UInt in
      let known = slots[Int(segment)].load(ordering: .acquiring)
      if known != 0 { return known }
      let address = try describe(segment, &resolved)
      slots[Int(segment)].store(address, ordering: .releasing)
      return address
    }
  }

  private func describe(_ segment: UInt32, _ resolved: inout Resolved) throws(SinterError) -> UInt {
    let range = Int(firsts[Int(segment)])..<Int(firsts[Int(segment) + 1])
    askFor(segment, &resolved.asked)
    var parts: [(SegmentHeader, UnsafeRawBufferPointer)] = []
    for (part, location) in locations[range].enumerated() {
      guard Int(location.key.part) == part, let header = SegmentHeader(verifying: location.bytes, key: location.key) else {
        throw damaged(segment: segment)
      }
      parts.append((header, location.bytes))
    }
    guard let first = parts.first else { throw damaged(segment: segment) }
    switch key.kind {
    case .labelSets, .relationshipTypes, .starts, .ends:
      guard parts.count == 1, let descriptor = UInt32Segment(first.0, first.1) else { throw damaged(segment: segment) }
      return ColumnTable.keep(descriptor, &resolved)
    case .outgoing, .incoming:
      guard let descriptor = AdjacencySegment(parts) else { throw damaged(segment: segment) }
      if let chunks = descriptor.chunks { resolved.allocations.append(UnsafeMutableRawPointer(chunks)) }
      return ColumnTable.keep(descriptor, &resolved)
    case .nodeProperty, .relationshipProperty:
      guard let whole = ColumnTable.join(parts, &resolved), let descriptor = PropertySegment(first.0, whole) else {
        throw damaged(segment: segment)
      }
      resolved.properties.append(descriptor)
      return UInt(bitPattern: Unmanaged.passUnretained(descriptor).toOpaque())
    case .index:
      guard parts.count == 1, let descriptor = IndexBlock(first.0, first.1) else { throw damaged(segment: segment) }
      return ColumnTable.keep(descriptor, &resolved)
    case .blob:
      throw damaged(segment: segment)
    }
  }

  /// Segments asked for together where one is resolved after the other.
  private static let segmentsAhead: UInt32 = 32
  /// Values further apart than this are not asked for together.
  private static let askLimitBytes = 16 << 20

  /// Asks the system for the pages of a segment at once, where the map alone would bring them in one by one as they
  /// are touched; for those behind it too, when the two before it are in use.
  private func askFor(_ segment: UInt32, _ asked: inout Range<UInt32>) {
    guard !asked.contains(segment) else { return }
    let isScan = segment >= 2 && isInUse(segment - 1) && isInUse(segment - 2)
    let end = isScan ? min(segmentLimit, segment + ColumnTable.segmentsAhead) : segment + 1
    let range = Int(firsts[Int(segment)])..<Int(firsts[Int(end)])
    guard let first = range.first, let start = locations[first].bytes.baseAddress else { return }
    var last = locations[range.last!].bytes
    if last.baseAddress! < start || last.baseAddress! - start > ColumnTable.askLimitBytes { last = locations[first].bytes }
    asked = segment..<end
    MappedPages.willRead(UnsafeRawBufferPointer(start: start, count: last.baseAddress! + last.count - start))
  }

  private func isInUse(_ segment: UInt32) -> Bool {
    firsts[Int(segment)] < firsts[Int(segment) + 1] && slots[Int(segment)].load(ordering: .relaxed) != 0
  }

  private static func keep<T: BitwiseCopyable>(_ descriptor: T, _ resolved: inout Resolved) -> UInt {
    let pointer = UnsafeMutablePointer<T>.allocate(capacity: 1)
    pointer.initialize(to: descriptor)
    resolved.allocations.append(UnsafeMutableRawPointer(pointer))
    return UInt(bitPattern: pointer)
  }

  /// A segment that was cut into parts, put together again in memory.
  private static func join(
    _ parts: [(SegmentHeader, UnsafeRawBufferPointer)], _ resolved: inout Resolved
  ) -> UnsafeRawBufferPointer? {
    for (index, part) in parts.enumerated() {
      guard (part.0.flags & SegmentHeader.continues != 0) == (index < parts.count - 1) else { return nil }
    }
    if parts.count == 1 { return parts[0].1 }
    let byteCount = SegmentHeader.byteCount + parts.reduce(0) { $0 + $1.0.payloadByteCount }
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 16)
    resolved.allocations.append(room.baseAddress!)
    var used = SegmentHeader.byteCount
    UnsafeMutableRawBufferPointer(rebasing: room[..<used]).copyMemory(from: UnsafeRawBufferPointer(rebasing: parts[0].1[..<used]))
    for part in parts {
      let payload = UnsafeRawBufferPointer(rebasing: part.1[SegmentHeader.byteCount...])
      UnsafeMutableRawBufferPointer(rebasing: room[used..<used + payload.count]).copyMemory(from: payload)
      used += payload.count
    }
    return UnsafeRawBufferPointer(room)
  }

  /// The bytes of one chunk of a blob, verified.
  func blobChunk(_ number: UInt32) throws(SinterError) -> UnsafeRawBufferPointer {
    guard number < segmentLimit, firsts[Int(number)] + 1 == firsts[Int(number) + 1] else { throw damaged(segment: number) }
    let location = locations[Int(firsts[Int(number)])]
    guard let header = SegmentHeader(verifying: location.bytes, key: location.key), header.encoding == .bytes else {
      throw damaged(segment: number)
    }
    return UnsafeRawBufferPointer(rebasing: location.bytes[SegmentHeader.byteCount...])
  }

  private func damaged(segment: UInt32) -> SinterError { damaged("segment \(segment) does not match its checksum or address") }

  func damaged(_ what: String) -> SinterError {
    SinterError(
      "StorageError.Damaged",
      "\(path) is damaged in \(name): \(what). Run `sinter check` to see the extent, and restore a backup.")
  }

  // MARK: Segments of nothing

  private static func emptyDescriptor(_ kind: SegmentKind) -> UInt? {
    switch kind {
    case .labelSets, .relationshipTypes, .starts, .ends: emptyUInt32
    case .outgoing, .incoming: emptyAdjacency
    case .nodeProperty, .relationshipProperty: absent
    case .index, .blob: nil
    }
  }

  /// Marks a property segment in which no row has a value.
  @usableFromInline package static let absent: UInt = 1

  private static let emptyUInt32: UInt = {
    let pointer = UnsafeMutablePointer<UInt32Segment>.allocate(capacity: 1)
    pointer.initialize(to: .empty)
    return UInt(bitPattern: pointer)
  }()

  private static let emptyAdjacency: UInt = {
    let offsets = UnsafeMutablePointer<UInt32>.allocate(capacity: segmentLength + 1)
    offsets.initialize(repeating: 0, count: segmentLength + 1)
    let pointer = UnsafeMutablePointer<AdjacencySegment>.allocate(capacity: 1)
    pointer.initialize(
      to: AdjacencySegment(offsets: offsets, neighbors: UnsafePointer(offsets), relationships: UnsafePointer(offsets), chunks: nil))
    return UInt(bitPattern: pointer)
  }()

  // MARK: Reading

  /// The address of the segment's descriptor.
  @inlinable @inline(__always)
  package func address(_ segment: UInt32) throws(SinterError) -> UInt {
    let known = slots[Int(segment)].load(ordering: .acquiring)
    return known != 0 ? known : try resolve(segment)
  }

  /// The address of the segment's descriptor where it was looked up before, else 0.
  @inlinable @inline(__always)
  package func knownAddress(_ segment: UInt32) -> UInt { slots[Int(segment)].load(ordering: .acquiring) }

  /// A row of a `u32` column; ``UInt32Segment/absent`` where there is none.
  @inlinable @inline(__always)
  package func uint32(_ id: UInt32) throws(SinterError) -> UInt32 {
    let segment = id >> segmentShift
    guard segment < segmentLimit else { return UInt32Segment.absent }
    return try uint32Segment(segment).pointee[id & (UInt32(segmentLength) - 1)]
  }

  @inlinable @inline(__always)
  package func uint32Segment(_ segment: UInt32) throws(SinterError) -> UnsafePointer<UInt32Segment> {
    UnsafePointer(bitPattern: try address(segment)).unsafelyUnwrapped
  }

  @inlinable @inline(__always)
  package func adjacencySegment(_ segment: UInt32) throws(SinterError) -> UnsafePointer<AdjacencySegment> {
    UnsafePointer(bitPattern: try address(segment)).unsafelyUnwrapped
  }

  /// nil when no row of the segment has a value.
  package func propertySegment(_ segment: UInt32) throws(SinterError) -> PropertySegment? {
    guard segment < segmentLimit else { return nil }
    let address = try address(segment)
    guard address != ColumnTable.absent else { return nil }
    return Unmanaged<PropertySegment>.fromOpaque(UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped).takeUnretainedValue()
  }

  func indexBlock(_ block: UInt32) throws(SinterError) -> UnsafePointer<IndexBlock> {
    UnsafePointer(bitPattern: try address(block)).unsafelyUnwrapped
  }
}
