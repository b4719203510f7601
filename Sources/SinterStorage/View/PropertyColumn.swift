package import SinterModel

/// The values of one property key over all nodes or all relationships.
///
/// A handle sees what a writer changes through the view. `@unchecked Sendable`: all stored
/// properties are immutable; see ``GraphView`` for the view.
package final class PropertyColumn: @unchecked Sendable {
  let view: GraphView
  let key: KeyID
  let entity: EntityKind
  private let kind: SegmentKind
  private let table: ColumnTable?
  /// Why there is no table; thrown by whatever reads.
  private let failure: SinterError?
  /// The base is all there is, for the view's whole life.
  private let isClean: Bool

  init(_ view: GraphView, _ key: KeyID, _ entity: EntityKind) {
    self.view = view
    self.key = key
    self.entity = entity
    kind = .property(entity)
    do {
      table = try view.table(ColumnKey(kind, key.rawValue))
      failure = nil
    } catch {
      table = nil
      failure = error
    }
    isClean = failure == nil && view.isClean(kind, key.rawValue)
  }

  /// No element has a value, for the view's whole life.
  package var isEmptyForGood: Bool { isClean && table == nil }

  package func value(of id: UInt32) throws(SinterError) -> Value {
    if !isClean {
      if let failure { throw failure }
      if let changed = view.overlay.propertyValue(entity, key: key, id: id) { return changed }
    }
    guard let segment = try table?.propertySegment(id >> segmentShift) else { return .null }
    return try value(segment, id)
  }

  @inline(__always)
  private func value(_ segment: PropertySegment, _ id: UInt32) throws(SinterError) -> Value {
    do {
      return try segment.value(at: Int(id & (UInt32(segmentLength) - 1)))
    } catch {
      throw table!.damaged("the value of element \(id) cannot be read")
    }
  }

  /// The values of `ids` (`Vector.nullID` gives null): `.integers`, `.floats` or `.booleans` when
  /// every value is of that type and none is null, else `.values`.
  package func gather(_ ids: [UInt32]) throws(SinterError) -> Vector {
    if let failure { throw failure }
    if isClean || !view.overlay.touches(kind, column: key.rawValue) {
      guard let table else { return .constant(.null, count: ids.count) }
      if let typed = try gatherTyped(ids, table) { return typed }
    }
    return .values(try gatherValues(ids))
  }

  /// The segment of `ids[start]` and the end of the run of ids that lie in it.
  private func run(_ ids: [UInt32], from start: Int) -> (segment: UInt32, end: Int) {
    let segment = ids[start] >> segmentShift
    var end = start + 1
    while end < ids.count, ids[end] >> segmentShift == segment { end += 1 }
    return (segment, end)
  }

  /// nil when the values are of no single fixed-size type, or some are null.
  private func gatherTyped(_ ids: [UInt32], _ table: ColumnTable) throws(SinterError) -> Vector? {
    guard let first = ids.first, let segment = try table.propertySegment(first >> segmentShift) else { return nil }
    switch segment.fixedType {
    case .integer:
      var values = [Int64](repeating: 0, count: ids.count)
      let isWhole = try gather(ids, table) { segment, range in segment.copyIntegers(ids, range, to: &values) }
      return isWhole ? .integers(values) : nil
    case .float:
      var values = [Double](repeating: 0, count: ids.count)
      let isWhole = try gather(ids, table) { segment, range in segment.copyDoubles(ids, range, to: &values) }
      return isWhole ? .floats(values) : nil
    case .boolean:
      var values = [UInt8](repeating: 0, count: ids.count)
      let isWhole = try gather(ids, table) { segment, range in segment.copyBooleans(ids, range, to: &values) }
      return isWhole ? .booleans(values) : nil
    case nil: return nil
    }
  }

  /// Calls `copy` for each run of ids in one segment; false as soon as it returns false.
  private func gather(
    _ ids: [UInt32], _ table: ColumnTable, _ copy: (PropertySegment, Range<Int>) -> Bool
  ) throws(SinterError) -> Bool {
    var start = 0
    while start < ids.count {
      let (number, end) = run(ids, from: start)
      guard let segment = try table.propertySegment(number), copy(segment, start..<end) else { return false }
      start = end
    }
    return true
  }

  private func gatherValues(_ ids: [UInt32]) throws(SinterError) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(ids.count)
    var start = 0
    while start < ids.count {
      let (number, end) = run(ids, from: start)
      let segment = try table?.propertySegment(number)
      if !isClean, view.overlay.touches(kind, column: key.rawValue, segment: Int(number)) {
        for id in ids[start..<end] {
          if let changed = view.overlay.propertyValue(entity, key: key, id: id) {
            values.append(changed)
          } else if let segment {
            values.append(try value(segment, id))
          } else {
            values.append(.null)
          }
        }
      } else if let segment {
        for id in ids[start..<end] { values.append(try value(segment, id)) }
      } else {
        values.append(contentsOf: repeatElement(.null, count: end - start))
      }
      start = end
    }
    return values
  }

  /// Calls `body` with each id's position and its string's UTF-8 bytes, without making a `String`;
  /// ids whose value is null or not a string are left out.
  package func forEachString(_ ids: [UInt32], _ body: (Int, UnsafeRawBufferPointer) throws -> Void) throws {
    if let failure { throw failure }
    let isClean = isClean || !view.overlay.touches(kind, column: key.rawValue)
    var start = 0
    while start < ids.count {
      let (number, end) = run(ids, from: start)
      let segment = try table?.propertySegment(number)
      if isClean, let segment, segment.isString {
        for position in start..<end {
          guard let slot = segment.slot(Int(ids[position] & (UInt32(segmentLength) - 1))) else { continue }
          try body(position, segment.utf8(slot))
        }
      } else {
        for position in start..<end {
          guard case .string(var string) = try value(of: ids[position]) else { continue }
          try string.withUTF8 { try body(position, UnsafeRawBufferPointer($0)) }
        }
      }
      start = end
    }
  }

  /// The smallest and the largest value of a segment of ids, so that a scan may skip it; nil when
  /// that is not known: the segment is not numeric, or has changes.
  package func range(ofSegment number: Int) throws(SinterError) -> (lowest: Value, highest: Value)? {
    guard let table, number >= 0, number < Int(table.segmentLimit),
      isClean || !view.overlay.touches(kind, column: key.rawValue, segment: number)
    else { return nil }
    return try table.propertySegment(UInt32(number))?.range
  }

  /// Whether an element of a segment may have a value of which `fits` says that it may be looked for, given the smallest and the
  /// largest one. Patches over the segment, and values without an order, may be anything.
  package func mayHold(inSegment number: Int, _ fits: (_ lowest: Value, _ highest: Value) -> Bool) throws(SinterError) -> Bool {
    if let failure { throw failure }
    if !isClean, view.overlay.touches(kind, column: key.rawValue, segment: number) { return true }
    guard let segment = try table?.propertySegment(UInt32(number)) else { return false }
    return segment.extent.map { fits($0.lowest, $0.highest) } ?? true
  }

  /// Copies an element's list of numbers as 32-bit floats.
  /// - Returns: false unless the value is a list of `count` numbers; what lies at `out` may have changed then.
  package func copyFloats(of id: UInt32, count: Int, to out: UnsafeMutablePointer<Float>) throws(SinterError) -> Bool {
    if let failure { throw failure }
    if isClean || !view.overlay.touches(kind, column: key.rawValue, segment: Int(id >> segmentShift)) {
      guard let segment = try table?.propertySegment(id >> segmentShift) else { return false }
      if let copied = segment.copyFloats(Int(id & (UInt32(segmentLength) - 1)), count: count, to: out) { return copied }
    }
    guard case .list(let items) = try value(of: id), items.count == count else { return false }
    for (position, item) in items.enumerated() {
      switch item {
      case .float(let x): out[position] = Float(x)
      case .integer(let n): out[position] = Float(n)
      default: return false
      }
    }
    return true
  }
}
