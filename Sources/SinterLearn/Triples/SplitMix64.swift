/// A small seeded generator (Steele, Lea and Flood 2014): one 64-bit state, so that every chunk of work can have
/// its own and results do not depend on which thread does it.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// A generator for one of many streams of the same seed.
  package init(seed: UInt64, stream: UInt64) {
    state = seed &+ stream &* 0xd1b5_4a32_d192_ed03
    _ = next()
  }

  @inline(__always)
  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number below `bound`, by multiplication (Lemire 2019); its bias is below bound/2⁶⁴.
  @inline(__always)
  package mutating func next(below bound: UInt64) -> UInt64 { next().multipliedFullWidth(by: bound).high }

  /// A number in 0..<1.
  @inline(__always)
  package mutating func unitFloat() -> Float { Float(next() >> 40) * 0x1p-24 }
}
