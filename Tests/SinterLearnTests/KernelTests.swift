import SinterKernels
import SinterLearn
import Testing

/// The kernels against loops that cannot be wrong, for lengths that use every tail.
struct KernelTests {
  static let dimensions = [1, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 64, 100, 128, 131]

  private func random(_ count: Int, _ generator: inout SplitMix64) -> [Float] {
    (0..<count).map { _ in 4 * generator.unitFloat() - 2 }
  }

  private func isClose(_ a: Float, _ b: Float, _ tolerance: Float = 1e-4) -> Bool {
    abs(a - b) <= tolerance * max(1, max(abs(a), abs(b)))
  }

  private func everyVariant(_ body: () -> Void) {
    for number in 0..<Kernels.variantCount { Kernels.withVariant(number, body) }
  }

  @Test func variantsAreOrdered() {
    let names = (0..<Kernels.variantCount).map { Kernels.withVariant($0) { Kernels.name } }
    #expect(names == Array(["baseline", "avx2", "avx512"].prefix(Kernels.variantCount)))
    #expect(Kernels.name == names.last)
  }

  @Test(arguments: dimensions) func distances(_ dimension: Int) {
    var generator = SplitMix64(seed: UInt64(dimension))
    let a = random(dimension, &generator)
    let rows = random(5 * dimension, &generator)
    everyVariant {
      var l1 = [Float](repeating: -1, count: 5)
      var l2 = l1
      var dot = l1
      Kernels.l1(a, rows: rows, count: 5, dimension, into: &l1)
      Kernels.l2Squared(a, rows: rows, count: 5, dimension, into: &l2)
      Kernels.dot(a, rows: rows, count: 5, dimension, into: &dot)
      for r in 0..<5 {
        let b = Array(rows[r * dimension..<(r + 1) * dimension])
        #expect(isClose(l1[r], zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) }))
        #expect(isClose(l2[r], zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }))
        #expect(isClose(dot[r], zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }, 1e-3))
        #expect(l1[r] == Kernels.l1(a, b, dimension), "the same bits alone and among rows")
        #expect(l2[r] == Kernels.l2Squared(a.span, b.span))
        #expect(dot[r] == Kernels.dot(a.span, b.span))
      }
    }
  }

  @Test(arguments: dimensions) func gradients(_ dimension: Int) {
    var generator = SplitMix64(seed: UInt64(dimension) + 1000)
    let query = random(dimension, &generator)
    let rows = random(9 * dimension, &generator)
    let index: [UInt32] = [8, 0, 3, 5, 1, 7]
    let weight = random(6, &generator)
    everyVariant {
      for isL1 in [true, false] {
        var gq = [Float](repeating: 0.5, count: dimension)
        var gr = [Float](repeating: 0.25, count: 9 * dimension)
        if isL1 {
          Kernels.l1Gradient(
            query: query, rows: rows, index: index, weight: weight, count: 6, dimension, queryGradient: &gq, rowGradient: &gr)
        } else {
          Kernels.l2Gradient(
            query: query, rows: rows, index: index, weight: weight, count: 6, dimension, queryGradient: &gq, rowGradient: &gr)
        }
        var expectedQuery = [Float](repeating: 0.5, count: dimension)
        var expectedRows = [Float](repeating: 0.25, count: 9 * dimension)
        for (k, row) in index.enumerated() {
          for i in 0..<dimension {
            let difference = query[i] - rows[Int(row) * dimension + i]
            let step = isL1 ? (difference < 0 ? -weight[k] : weight[k]) : weight[k] * difference
            expectedQuery[i] += step
            expectedRows[Int(row) * dimension + i] -= step
          }
        }
        #expect(zip(gq, expectedQuery).allSatisfy { isClose($0, $1) })
        #expect(zip(gr, expectedRows).allSatisfy { isClose($0, $1) })
      }
    }
  }

  @Test(arguments: dimensions) func updates(_ dimension: Int) {
    var generator = SplitMix64(seed: UInt64(dimension) + 2000)
    let start = random(dimension, &generator)
    let gradient = random(dimension, &generator)
    let state = random(dimension, &generator).map { abs($0) + 0.1 }
    everyVariant {
      var p = start
      var sum = state
      Kernels.adagrad(&p, sum: &sum, gradient: gradient, rate: 0.1, dimension)
      for i in 0..<dimension {
        let expected = state[i] + gradient[i] * gradient[i]
        #expect(isClose(sum[i], expected))
        #expect(isClose(p[i], start[i] - 0.1 * gradient[i] / expected.squareRoot()))
      }
      p = start
      var first = state
      var second = state
      Kernels.adam(&p, first: &first, second: &second, gradient: gradient, rate: 0.1, dimension)
      for i in 0..<dimension {
        let m = 0.9 * state[i] + 0.1 * gradient[i]
        let v = 0.999 * state[i] + 0.001 * gradient[i] * gradient[i]
        #expect(isClose(p[i], start[i] - 0.1 * m / v.squareRoot()))
      }
      var y = start
      Kernels.axpy(0.5, gradient, &y, dimension)
      #expect(zip(y, zip(start, gradient)).allSatisfy { isClose($0, $1.0 + 0.5 * $1.1) })
    }
  }

  @Test(arguments: [1, 5, 16, 37, 128]) func weights(_ count: Int) {
    var generator = SplitMix64(seed: UInt64(count) + 3000)
    var distances = random(count, &generator).map { 8 + 3 * $0 }
    distances[count / 2] = count > 1 ? .infinity : distances[0]
    everyVariant {
      let minimum = Kernels.minimum(distances, count)
      #expect(minimum == distances.min())
      var weights = [Float](repeating: 0, count: count)
      Kernels.selfAdversarialWeights(distances, count, margin: 9, temperature: 0.7, minimum: minimum, into: &weights)
      let total = distances.reduce(0.0) { $0 + exponential(0.7 * Double(minimum - $1)) }
      for (d, w) in zip(distances, weights) {
        let expected = -exponential(0.7 * Double(minimum - d)) / total / (1 + exponential(Double(d) - 9))
        #expect(abs(Double(w) - expected) < 1e-6, "distance \(d)")
      }
      var index = [UInt32](repeating: 0, count: count)
      let all = weights
      let kept = Kernels.compact(&weights, index: &index, count: count, least: 0.02)
      #expect(Array(index[..<kept]) == all.indices.filter { abs(all[$0]) >= 0.02 }.map { UInt32($0) })
      #expect(Array(weights[..<kept]) == all.filter { abs($0) >= 0.02 })
      let (below, equal) = Kernels.countBelow(distances, count, threshold: distances[0])
      #expect(below == distances.count { $0 < distances[0] })
      #expect(equal == distances.count { $0 == distances[0] })
    }
  }

  /// eˣ by its series, halved until it converges fast, so that no library function is asked.
  private func exponential(_ x: Double) -> Double {
    if x < -700 { return 0 }
    if x > 700 { return .infinity }
    if abs(x) > 0.5 { return exponential(x / 2) * exponential(x / 2) }
    var term = 1.0
    var sum = 1.0
    for n in 1..<20 {
      term *= x / Double(n)
      sum += term
    }
    return sum
  }

  @Test func exponentialsAreExactEnough() {
    let x: [Float] = [-200, -87, -20, -1.5, -0.001, 0, 0.34, 0.35, 1, 20, 80, .infinity, -.infinity]
    everyVariant {
      var out = [Float](repeating: 0, count: x.count)
      Kernels.exp(x, into: &out, x.count)
      for (value, result) in zip(x, out) {
        let expected = exponential(Double(max(-87, min(88, value))))
        #expect(abs(Double(result) - expected) <= 4e-7 * expected, "exp(\(value)) = \(result)")
      }
    }
  }

  @Test(arguments: [0, 1, 2, 10, 100, 1000]) func topKIsTheFrontOfASort(_ k: Int) {
    var generator = SplitMix64(seed: UInt64(k) + 4000)
    var best = TopK(k)
    var all: [TopK.Entry] = []
    for id in 0..<500 as Range<UInt32> {
      // Few distinct scores, so that ties are common.
      let score = Float(generator.next(below: 60))
      all.append(TopK.Entry(id: id, score: score))
    }
    for entry in all.shuffled(using: &generator) { best.insert(entry.id, score: entry.score) }
    best.insert(1000, score: .nan)
    let sorted = all.sorted { $0.score > $1.score || ($0.score == $1.score && $0.id < $1.id) }
    #expect(best.sorted() == Array(sorted.prefix(k)))
    #expect(best.count == min(k, 500))
  }
}
