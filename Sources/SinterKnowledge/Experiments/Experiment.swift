package import SinterModel
package import SinterStorage

/// Strategies compared on live users, who are split by a hash.
package struct Experiment: Sendable, Equatable {
  package struct Variant: Sendable, Equatable {
    package let name: String
    /// A strategy's name; nil for the default one.
    package let strategy: String?
    /// Above 0; the weights of an experiment add up to 1.
    package let weight: Double
  }

  package let name: String
  /// The first is the control.
  package let variants: [Variant]
  /// What success is: that a user clicked, or bought.
  package let goal: FeedbackAction
  /// Sets this experiment's split apart from others'.
  package let seed: Int64
  /// The chance of seeing a difference where there is none that is accepted, for all looks together.
  package let significance: Double
  /// τ: the standard deviation of the differences in the rate of success that are expected before any are seen.
  package let expectedEffect: Double
  /// Date-times in UTC; null while it runs.
  package var startedAt: Value
  package var stoppedAt: Value
  /// After the end: the variant that everyone gets.
  package var winner: String?

  package var isRunning: Bool { stoppedAt.isNull }

  /// A user's variant: the same at every call and in every process.
  ///
  /// The user's `id` property (their node's number where there is none) is hashed with the experiment's name and seed;
  /// the hash as a number in 0…1 falls into a part as long as a variant's weight.
  package func variant(of user: NodeID, in view: GraphView) throws(SinterError) -> Variant {
    var key = "#\(user.rawValue)"
    if let id = view.keyID("id") {
      switch try view.column(id, of: .node).value(of: user.rawValue) {
      case .string(let text): key = "s" + text
      case .integer(let number): key = "i\(number)"
      default: break
      }
    }
    return variant(ofKey: key)
  }

  /// - Returns: the winner, or the control, once the experiment has ended.
  package func variant(ofKey key: String) -> Variant {
    guard isRunning else { return variants.first { $0.name == winner } ?? variants[0] }
    var point = Self.unit(of: "\(name)\u{0}\(seed)\u{0}\(key)")
    for variant in variants {
      if point < variant.weight { return variant }
      point -= variant.weight
    }
    return variants[variants.count - 1]
  }

  /// A text's hash as a number in 0..<1: FNV-1a, then the finaliser of SplitMix64 (Steele et al. 2014), since FNV alone
  /// leaves texts that differ in the last letter close together.
  static func unit(of text: String) -> Double {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
    hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
    hash ^= hash >> 31
    return Double(hash >> 11) * 0x1p-53
  }
}
