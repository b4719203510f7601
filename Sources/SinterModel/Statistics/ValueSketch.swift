/// What is known of the values of one property among the elements of one label or type.
package struct ValueSketch: Sendable, Equatable {
  /// A value that comes often, by its hash.
  package struct Common: Sendable, Equatable {
    package var hash: UInt64
    /// Of the elements that have the property.
    package var share: Double
    package init(hash: UInt64, share: Double) {
      self.hash = hash
      self.share = share
    }
  }

  /// Elements that have the property.
  package var count = 0.0
  /// Different values, an estimate.
  package var distinct = 0.0
  /// Where the values lie on a line; of kind `.none` where they are of several kinds or have no order.
  package var scale = ValueScale(.none)
  /// Places between which equally many values lie, the smallest and the largest one included.
  package var bounds: [Double] = []
  /// The most frequent first.
  package var common: [Common] = []

  package init() {}

  package static let commonLimit = 16
  package static let boundCount = 33

  /// A sketch of a sample.
  /// - Parameter total: elements that have the property, of which `values` are some, taken evenly.
  package init(sample values: [Value], total: Double) {
    guard !values.isEmpty else { return }
    count = max(total, Double(values.count))
    var hashes = values.map(\.sketchHash)
    hashes.sort()
    let sampled = Double(hashes.count)
    var (different, once, start) = (0.0, 0.0, 0)
    var runs: [(hash: UInt64, count: Double)] = []
    for end in 1...hashes.count where end == hashes.count || hashes[end] != hashes[start] {
      different += 1
      if end - start == 1 { once += 1 } else { runs.append((hashes[start], Double(end - start))) }
      start = end
    }
    // Haas and Stokes, 1998: the estimator Duj1; what came once stands for what was not seen.
    if once == sampled {
      distinct = count
    } else {
      distinct = sampled * different / (sampled - once + once * sampled / count)
    }
    distinct = min(max(distinct, different), count)
    let usual = sampled / different
    common = runs.filter { $0.count > 1.25 * usual || different <= Double(ValueSketch.commonLimit) }
      .sorted { ($0.count, $1.hash) > ($1.count, $0.hash) }.prefix(ValueSketch.commonLimit)
      .map { Common(hash: $0.hash, share: $0.count / sampled) }
    place(values)
  }

  private mutating func place(_ values: [Value]) {
    let kind = ValueScale.kind(of: values[0])
    guard kind != .none, values.allSatisfy({ ValueScale.kind(of: $0) == kind }) else { return }
    let step = max(1, values.count / 1024)
    let some = stride(from: 0, to: values.count, by: step).map { values[$0] }
    scale = ValueScale(kind, prefix: kind == .string ? ValueSketch.prefix(of: some) : [])
    bounds = ValueSketch.quantiles(some.compactMap(scale.position).sorted())
  }

  private static func prefix(of values: [Value]) -> [UInt8] {
    guard case .string(let first) = values[0] else { return [] }
    var prefix = Array(first.utf8.prefix(64))
    for value in values {
      guard case .string(let text) = value else { return [] }
      var shared = 0
      for (a, b) in zip(prefix, text.utf8) {
        if a != b { break }
        shared += 1
      }
      if shared < prefix.count { prefix.removeSubrange(shared...) }
      if prefix.isEmpty { break }
    }
    return prefix
  }

  /// Places that cut sorted ones into parts of equal size.
  private static func quantiles(_ places: [Double]) -> [Double] {
    guard places.count > 1 else { return places + places }
    let parts = boundCount - 1
    return (0...parts).map { places[$0 * (places.count - 1) / parts] }
  }

  // MARK: Shares, of the elements that have the property

  /// The share whose value equals one that is known, or any one.
  package func share(equalTo value: Value?) -> Double {
    guard count > 0 else { return 0 }
    let often = common.reduce(0) { $0 + $1.share }
    let rest = max(1 - often, 0) / max(distinct - Double(common.count), 1)
    guard let value else { return 1 / max(distinct, 1) }
    if value.isNull { return 0 }
    let hash = value.sketchHash
    if let known = common.first(where: { $0.hash == hash }) { return known.share }
    if let place = scale.position(value), let low = bounds.first, let high = bounds.last, place < low || place > high { return 0.5 / count }
    if scale.kind != .none, ValueScale.kind(of: value) != scale.kind { return 0.5 / count }
    return max(rest, 0.5 / count)
  }

  /// The share whose values lie between two; nil for no bound on that side. nil where the values have no order.
  package func share(from low: Value?, to high: Value?) -> Double? {
    guard bounds.count > 1, count > 0 else { return nil }
    func below(_ value: Value?, _ none: Double) -> Double? {
      guard let value else { return none }
      return scale.position(value).map(share(below:))
    }
    guard let from = below(low, 0), let to = below(high, 1) else { return 0 }
    return min(max(to - from, 0.5 / count), 1)
  }

  private func share(below place: Double) -> Double {
    let parts = Double(bounds.count - 1)
    guard place > bounds[0] else { return 0 }
    guard place < bounds[bounds.count - 1] else { return 1 }
    // The last bound that is not above the place.
    var (low, high) = (0, bounds.count - 1)
    while low + 1 < high {
      let middle = (low + high) / 2
      if bounds[middle] <= place { low = middle } else { high = middle }
    }
    let width = bounds[low + 1] - bounds[low]
    let inside = width > 0 && width.isFinite ? (place - bounds[low]) / width : 0.5
    return (Double(low) + inside) / parts
  }

  /// The share of texts with a prefix.
  package func share(startingWith text: String) -> Double? {
    guard scale.kind == .string, bounds.count > 1 else { return nil }
    let bytes = Array(text.utf8)
    if scale.prefix.starts(with: bytes) { return 1 }
    guard bytes.starts(with: scale.prefix), let low = scale.position(.string(text)) else { return 0.5 / count }
    let known = min(bytes.count - scale.prefix.count, 6)
    var width = 1.0
    for _ in known..<6 { width *= 256 }
    return max(share(below: low + width) - share(below: low), 0.5 / count)
  }
}
