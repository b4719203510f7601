import SinterModel

/// Lists of floats that all have one length, as embeddings do.
struct FloatLists {
  private let length: Int
  private var numbers: [Double] = []
  /// 32 bits hold every number exactly.
  private var isNarrow = true

  /// nil when a value is anything else, or the lists are empty.
  init?(_ values: [Value], length: Int) {
    guard length > 0, length <= Int(Int32.max) / (8 * max(values.count, 1)) else { return nil }
    self.length = length
    numbers.reserveCapacity(values.count * length)
    for value in values {
      guard case .list(let items) = value, items.count == length else { return nil }
      for item in items {
        guard case .float(let number) = item else { return nil }
        isNarrow = isNarrow && Double(Float(number)).bitPattern == number.bitPattern
        numbers.append(number)
      }
    }
  }

  func encode(rows: [UInt16]?, rowCount: Int, key: SegmentKey) -> [SegmentValue] {
    let count = numbers.count / length
    var payload = PropertyPayload(rows: rows, valueCount: count, rowCount: rowCount)
    // The list of each slot; rows without a value have one of zeros.
    let slots = payload.spread(Array(0..<count), absent: -1)
    payload.append([UInt32(length), 0])
    if isNarrow {
      payload.append(slots.flatMap { slot in list(slot).map { Float($0) } })
    } else {
      payload.append(slots.flatMap { slot in Array(list(slot)) })
    }
    return payload.finish(isNarrow ? .floatLists : .doubleLists, key: key)
  }

  private func list(_ number: Int) -> [Double] {
    number < 0 ? [Double](repeating: 0, count: length) : Array(numbers[number * length..<(number + 1) * length])
  }
}
