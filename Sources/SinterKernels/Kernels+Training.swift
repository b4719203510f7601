internal import CSinterKernels

extension Kernels {
  /// One Adagrad step (Duchi, Hazan and Singer 2011): `sum` += g², `parameters` −= rate·g/√sum.
  @inline(__always)
  package static func adagrad(
    _ parameters: UnsafeMutablePointer<Float>, sum: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    rate: Float, _ dimension: Int
  ) {
    sinter_adagrad(parameters, sum, gradient, rate, dimension)
  }

  /// One Adam step (Kingma and Ba 2015) with β₁ = 0.9 and β₂ = 0.999; `rate` already holds the bias correction.
  @inline(__always)
  package static func adam(
    _ parameters: UnsafeMutablePointer<Float>, first: UnsafeMutablePointer<Float>,
    second: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, rate: Float, _ dimension: Int
  ) {
    sinter_adam(parameters, first, second, gradient, rate, 0.9, 0.999, dimension)
  }

  /// Adds the gradient of Σₖ weightₖ·‖query − rows[indexₖ]‖₁ to the query's gradient and to the rows'.
  @inline(__always)
  package static func l1Gradient(
    query: UnsafePointer<Float>, rows: UnsafePointer<Float>, index: UnsafePointer<UInt32>,
    weight: UnsafePointer<Float>, count: Int, _ dimension: Int, queryGradient: UnsafeMutablePointer<Float>,
    rowGradient: UnsafeMutablePointer<Float>
  ) {
    sinter_l1_gradient(query, rows, index, weight, count, dimension, queryGradient, rowGradient)
  }

  /// Adds the gradient of Σₖ weightₖ/2·‖query − rows[indexₖ]‖₂² to the query's gradient and to the rows'.
  @inline(__always)
  package static func l2Gradient(
    query: UnsafePointer<Float>, rows: UnsafePointer<Float>, index: UnsafePointer<UInt32>,
    weight: UnsafePointer<Float>, count: Int, _ dimension: Int, queryGradient: UnsafeMutablePointer<Float>,
    rowGradient: UnsafeMutablePointer<Float>
  ) {
    sinter_l2_gradient(query, rows, index, weight, count, dimension, queryGradient, rowGradient)
  }

  /// `out[i]` = exp(`x[i]`) with `x` clamped to −87…88; relative error below 3·10⁻⁷. `out` may be `x`.
  @inline(__always)
  package static func exp(_ x: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>, _ count: Int) {
    sinter_exp(x, out, count)
  }

  /// −softmax(−temperature·d)ᵢ · σ(margin − dᵢ): the derivatives by distance of the self-adversarial loss
  /// (Sun et al. 2019, eq. 5 and 6). An infinite distance gets no weight.
  @inline(__always)
  package static func selfAdversarialWeights(
    _ distance: UnsafePointer<Float>, _ count: Int, margin: Float, temperature: Float, minimum: Float,
    into weight: UnsafeMutablePointer<Float>
  ) {
    sinter_self_adversarial(distance, count, margin, temperature, minimum, weight)
  }

  /// The smallest of `count` floats; +∞ for none.
  @inline(__always)
  package static func minimum(_ x: UnsafePointer<Float>, _ count: Int) -> Float { sinter_minimum(x, count) }

  /// Moves the weights of at least `least` in magnitude to the front, writes their positions, returns how many.
  @inline(__always)
  package static func compact(
    _ weight: UnsafeMutablePointer<Float>, index: UnsafeMutablePointer<UInt32>, count: Int, least: Float
  ) -> Int {
    sinter_compact(weight, index, count, least)
  }

  /// How many of `count` floats lie below and at a threshold. NaN counts as neither.
  @inline(__always)
  package static func countBelow(
    _ x: UnsafePointer<Float>, _ count: Int, threshold: Float
  ) -> (below: Int, equal: Int) {
    var below = 0
    var equal = 0
    sinter_count_below(x, count, threshold, &below, &equal)
    return (below, equal)
  }

  /// How many variants this processor can run. Number 0 is the baseline, the last the one in use.
  package static var variantCount: Int { Int(sinter_kernel_variants()) }

  /// Runs `body` with one of the variants, on this thread alone. For tests that compare them.
  package static func withVariant<Result>(_ number: Int, _ body: () throws -> Result) rethrows -> Result {
    sinter_kernel_force(Int32(number))
    defer { sinter_kernel_force(-1) }
    return try body()
  }
}
