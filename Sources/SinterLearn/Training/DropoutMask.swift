/// Which numbers of a chunk's queries take part in a step (Srivastava et al. 2014).
struct DropoutMask {
  private let share: Float
  private var factors: [Float] = []

  init(share: Float) { self.share = share }

  /// Draws anew for `count` numbers.
  mutating func draw(_ count: Int, _ generator: inout SplitMix64) {
    let kept = 1 / (1 - share)
    // Four decisions of 16 bits from each draw.
    let limit = UInt64(share * 65536)
    factors.removeAll(keepingCapacity: true)
    factors.reserveCapacity(count + 3)
    while factors.count < count {
      var bits = generator.next()
      for _ in 0..<4 {
        factors.append(bits & 0xffff < limit ? 0 : kept)
        bits >>= 16
      }
    }
    factors.removeLast(factors.count - count)
  }

  /// Multiplies as many numbers as were drawn.
  func apply(to numbers: UnsafeMutablePointer<Float>) {
    for i in factors.indices { numbers[i] *= factors[i] }
  }
}
