import SinterModel

/// The types that fit a column of plain numbers.
enum FixedType {
  case integer, float, boolean
}

extension PropertySegment {
  /// The type of all of the segment's values; nil for other types.
  var fixedType: FixedType? {
    switch header.encoding {
    case .int8, .int16, .int32, .int64: header.element == .integer ? .integer : nil
    case .double: .float
    case .boolean: .boolean
    case .constant:
      switch constant {
      case .integer: .integer
      case .float: .float
      case .boolean: .boolean
      default: nil
      }
    default: nil
    }
  }

  var isString: Bool { header.encoding == .string || header.encoding == .stringDictionary }

  /// Writes the values of `ids[range]` to the same positions of `target`.
  /// - Returns: false when one is not an integer.
  func copyIntegers(_ ids: [UInt32], _ range: Range<Int>, to target: inout [Int64]) -> Bool {
    guard fixedType == .integer else { return false }
    switch header.encoding {
    case .int8: return copy(ids, range, to: &target) { Int64($0 as Int8) }
    case .int16: return copy(ids, range, to: &target) { Int64($0 as Int16) }
    case .int32: return copy(ids, range, to: &target) { Int64($0 as Int32) }
    case .int64: return copy(ids, range, to: &target) { $0 as Int64 }
    default:
      guard case .integer(let number) = constant else { return false }
      return fill(ids, range, to: &target, with: number)
    }
  }

  func copyDoubles(_ ids: [UInt32], _ range: Range<Int>, to target: inout [Double]) -> Bool {
    guard fixedType == .float else { return false }
    if header.encoding == .double { return copy(ids, range, to: &target) { $0 as Double } }
    guard case .float(let number) = constant else { return false }
    return fill(ids, range, to: &target, with: number)
  }

  func copyBooleans(_ ids: [UInt32], _ range: Range<Int>, to target: inout [UInt8]) -> Bool {
    guard fixedType == .boolean else { return false }
    if case .boolean(let flag) = constant { return fill(ids, range, to: &target, with: flag ? 1 : 0) }
    for position in range {
      guard let slot = slot(row(ids[position])) else { return false }
      target[position] = boolean(slot) ? 1 : 0
    }
    return true
  }

  @inline(__always)
  private func row(_ id: UInt32) -> Int { Int(id & (UInt32(segmentLength) - 1)) }

  @inline(__always)
  private func copy<Stored: BitwiseCopyable, T>(
    _ ids: [UInt32], _ range: Range<Int>, to target: inout [T], _ convert: (Stored) -> T
  ) -> Bool {
    let stored = values.assumingMemoryBound(to: Stored.self)
    return ids.withUnsafeBufferPointer { ids in
      target.withUnsafeMutableBufferPointer { target in
        if isDense {
          for position in range {
            let row = row(ids[position])
            guard row < rowCount else { return false }
            target[position] = convert(stored[row])
          }
          return true
        }
        for position in range {
          guard let slot = slot(row(ids[position])) else { return false }
          target[position] = convert(stored[slot])
        }
        return true
      }
    }
  }

  private func fill<T>(_ ids: [UInt32], _ range: Range<Int>, to target: inout [T], with value: T) -> Bool {
    for position in range {
      guard isPresent(row(ids[position])) else { return false }
      target[position] = value
    }
    return true
  }
}

extension PropertySegment {
  /// Copies a row's list of floats without making a value of it.
  /// - Returns: false for a row without such a list of this length; nil where only the value tells.
  func copyFloats(_ row: Int, count: Int, to out: UnsafeMutablePointer<Float>) -> Bool? {
    guard let slot = slot(row) else { return false }
    switch header.encoding {
    case .floatLists:
      guard listLength == count else { return false }
      out.update(from: values.assumingMemoryBound(to: Float.self) + slot * count, count: count)
      return true
    case .doubleLists:
      guard listLength == count else { return false }
      let numbers = values.assumingMemoryBound(to: Double.self) + slot * count
      for i in 0..<count { out[i] = Float(numbers[i]) }
      return true
    default: break
    }
    guard header.encoding == .mixed, let doubles = ValueCodec.floats(utf8(slot)) else { return nil }
    guard doubles.count == count * 8 else { return false }
    for i in 0..<count { out[i] = Float(Double(bitPattern: doubles.load64(i * 8))) }
    return true
  }
}
