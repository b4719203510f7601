import SinterKernels
import SinterLearn
import Testing

/// The loops of complex vectors and matrix products, in every variant, against plain ones.
struct ModelKernelTests {
  private func random(_ count: Int, _ generator: inout SplitMix64) -> [Float] {
    (0..<count).map { _ in 2 * generator.unitFloat() - 1 }
  }

  private func everyVariant(_ body: () -> Void) {
    for variant in 0..<Kernels.variantCount { Kernels.withVariant(variant, body) }
  }

  private func isClose(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-4 * max(1, abs($1)) }
  }

  @Test(arguments: [
    (1, 1, 1), (3, 5, 7), (6, 64, 16), (7, 64, 33), (13, 130, 20), (12, 100, 600), (4, 31, 513), (5, 96, 2),
  ]) func products(_ rows: Int, _ columns: Int, _ depth: Int) {
    var generator = SplitMix64(seed: 1)
    let a = random(rows * depth, &generator)
    let b = random(depth * columns, &generator)
    let start = random(rows * columns, &generator)
    var expected = start
    for i in 0..<rows {
      for j in 0..<columns {
        let sum = (0..<depth).reduce(0.0) { $0 + Double(a[i * depth + $1]) * Double(b[$1 * columns + j]) }
        expected[i * columns + j] += Float(sum)
      }
    }
    var transposed = [Float](repeating: 0, count: a.count)
    Kernels.transpose(a, rows: rows, columns: depth, scale: 1, into: &transposed, stride: rows)
    everyVariant {
      var c = start
      Kernels.multiplyAdd(
        a: a, rowStride: depth, stepStride: 1, b: b, ldb: columns, c: &c, ldc: columns, rows: rows, columns: columns,
        depth: depth)
      #expect(isClose(c, expected), "\(Kernels.name)")
      c = start
      Kernels.multiplyAdd(
        a: transposed, rowStride: 1, stepStride: rows, b: b, ldb: columns, c: &c, ldc: columns, rows: rows,
        columns: columns, depth: depth)
      #expect(isClose(c, expected), "\(Kernels.name), transposed")
    }
  }

  @Test(arguments: [2, 6, 16, 32, 38, 128]) func complexVectors(_ dimension: Int) {
    var generator = SplitMix64(seed: 2)
    let half = dimension / 2
    let a = random(dimension, &generator)
    let b = random(dimension, &generator)
    everyVariant {
      var out = [Float](repeating: 0, count: dimension)
      for conjugating in [false, true] {
        Kernels.complexMultiply(a, b, conjugating: conjugating, scale: -2, into: &out, dimension)
        let sign: Float = conjugating ? -1 : 1
        let real = (0..<half).map { -2 * (a[$0] * b[$0] - sign * a[half + $0] * b[half + $0]) }
        let imaginary = (0..<half).map { -2 * (sign * a[$0] * b[half + $0] + a[half + $0] * b[$0]) }
        #expect(isClose(out, real + imaginary))
      }
      let modulus = (0..<half).reduce(Float(0)) {
        let (re, im) = (a[$1] - b[$1], a[half + $1] - b[half + $1])
        return $0 + (re * re + im * im).squareRoot()
      }
      #expect(isClose([Kernels.modulus(a, b, dimension)], [modulus]))
      var rows: [Float] = [0, 0]
      Kernels.modulus(a, rows: b + a, count: 2, dimension, into: &rows)
      #expect(rows == [Kernels.modulus(a, b, dimension), 0])
      Kernels.complexDirection(a, into: &out, dimension)
      for i in 0..<half { #expect(abs(out[i] * out[i] + out[half + i] * out[half + i] - 1) < 1e-5) }
      Kernels.multiply(a, b, scale: 3, into: &out, dimension)
      #expect(isClose(out, zip(a, b).map { 3 * $0 * $1 }))
      out = b
      Kernels.cubicGradient(a, scale: 2, isComplex: false, into: &out, dimension)
      #expect(isClose(out, zip(a, b).map { $1 + 2 * abs($0) * $0 }))
    }
  }

  @Test(arguments: [1, 7, 16, 50, 512]) func exponentialSums(_ count: Int) {
    var generator = SplitMix64(seed: 4)
    let x = random(count, &generator).map { 20 * $0 }
    let minimum = x.min() ?? 0
    everyVariant {
      var e = x
      let sum = Kernels.expSum(&e, count, minimum: minimum)
      #expect(abs(sum - e.reduce(0, +)) < 1e-4 * sum)
      #expect(e.max() == 1)
      #expect(zip(x, e).allSatisfy { $1 > 0 && $1 <= 1 && ($0 > minimum || $1 == 1) })
    }
  }
}
