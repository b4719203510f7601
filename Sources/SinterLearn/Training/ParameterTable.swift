internal import SinterKernels

/// A matrix of parameters with its optimiser state, at fixed addresses for the length of a training.
///
/// `@unchecked Sendable`: threads race on rows on purpose (Hogwild!, Recht et al. 2011). A lost or torn update of
/// a 32-bit float is one step among millions, every address stays valid until `deinit`, and the object outlives
/// the threads.
final class ParameterTable: @unchecked Sendable {
  let rowCount: Int
  let dimension: Int
  let optimiser: TrainingOptimiser
  let values: UnsafeMutablePointer<Float>
  /// Adagrad's sum of squares or Adam's first moment; SGD has none.
  let first: UnsafeMutablePointer<Float>?
  /// Adam's second moment.
  let second: UnsafeMutablePointer<Float>?

  /// Rows with entries uniform in ±`range`.
  init(rowCount: Int, dimension: Int, optimiser: TrainingOptimiser, range: Float, seed: UInt64) {
    self.rowCount = rowCount
    self.dimension = dimension
    self.optimiser = optimiser
    let count = rowCount * dimension
    values = .allocate(capacity: count)
    first = optimiser == .sgd ? nil : .allocate(capacity: count)
    first?.initialize(repeating: 0, count: count)
    second = optimiser == .adam ? .allocate(capacity: count) : nil
    second?.initialize(repeating: 0, count: count)
    var generator = SplitMix64(seed: seed)
    for i in 0..<count { (values + i).initialize(to: (2 * generator.unitFloat() - 1) * range) }
  }

  deinit {
    values.deallocate()
    first?.deallocate()
    second?.deallocate()
  }

  /// Parameters in each part.
  var count: Int { rowCount * dimension }

  /// The parameters and what the optimiser remembers of them.
  var parts: [UnsafeMutablePointer<Float>] { [values] + [first, second].compactMap { $0 } }

  @inline(__always)
  func row(_ index: Int) -> UnsafeMutablePointer<Float> { values + index * dimension }

  /// One step of the optimiser on one row. `rate` holds Adam's bias correction.
  @inline(__always)
  func update(_ index: Int, gradient: UnsafePointer<Float>, rate: Float) {
    let offset = index * dimension
    if let first, let second {
      Kernels.adam(
        values + offset, first: first + offset, second: second + offset, gradient: gradient, rate: rate, dimension)
    } else if let first {
      Kernels.adagrad(values + offset, sum: first + offset, gradient: gradient, rate: rate, dimension)
    } else {
      Kernels.axpy(-rate, gradient, values + offset, dimension)
    }
  }

  /// Shortens a row that is longer than `limit` to it; 0 lets it be.
  @inline(__always)
  func constrain(_ index: Int, to limit: Float) {
    guard limit > 0 else { return }
    let row = row(index)
    let squared = Kernels.dot(row, row, dimension)
    guard squared > limit * limit else { return }
    let scale = limit / squared.squareRoot()
    for i in 0..<dimension { row[i] *= scale }
  }

  /// The parameters as one array.
  func copyValues() -> [Float] { Array(UnsafeBufferPointer(start: values, count: rowCount * dimension)) }

  /// Takes over the parameters of an array of the same size.
  func restore(_ saved: [Float]) {
    saved.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress, buffer.count == rowCount * dimension else { return }
      values.update(from: base, count: buffer.count)
    }
  }

  /// Whether every parameter is a number.
  var isFinite: Bool {
    var zero: Float = 0
    for i in 0..<rowCount * dimension { zero += values[i] * 0 }
    return zero == 0
  }
}
