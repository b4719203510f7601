/// A set of code points, as a character class writes it.
struct ScalarSet: Sendable {
  enum Property: Sendable {
    case letter, uppercase, lowercase, number, decimal, punctuation, symbol, separator, mark, whitespace, alphabetic,
      ideographic, control

    /// A name as in `\p{L}`, `\p{IsAlphabetic}`, `\p{Punct}`; nil for an unknown one.
    init?(name: String) {
      switch name {
      case "L", "IsL": self = .letter
      case "Lu", "Upper", "IsUppercase", "javaUpperCase": self = .uppercase
      case "Ll", "Lower", "IsLowercase", "javaLowerCase": self = .lowercase
      case "N": self = .number
      case "Nd", "Digit", "IsDigit": self = .decimal
      case "P", "Punct", "IsPunctuation": self = .punctuation
      case "S": self = .symbol
      case "Z", "Zs": self = .separator
      case "M", "Mn": self = .mark
      case "Space", "IsWhite_Space": self = .whitespace
      case "Alpha", "IsAlphabetic": self = .alphabetic
      case "IsIdeographic", "IsHan", "Han": self = .ideographic
      case "Cntrl", "Cc": self = .control
      default: return nil
      }
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
      let properties = scalar.properties
      switch (self, properties.generalCategory) {
      case (.letter, .uppercaseLetter), (.letter, .lowercaseLetter), (.letter, .titlecaseLetter),
        (.letter, .modifierLetter), (.letter, .otherLetter), (.uppercase, .uppercaseLetter),
        (.lowercase, .lowercaseLetter), (.number, .decimalNumber), (.number, .letterNumber), (.number, .otherNumber),
        (.decimal, .decimalNumber), (.punctuation, .connectorPunctuation), (.punctuation, .dashPunctuation),
        (.punctuation, .openPunctuation), (.punctuation, .closePunctuation), (.punctuation, .initialPunctuation),
        (.punctuation, .finalPunctuation), (.punctuation, .otherPunctuation), (.symbol, .mathSymbol),
        (.symbol, .currencySymbol), (.symbol, .modifierSymbol), (.symbol, .otherSymbol),
        (.separator, .spaceSeparator), (.separator, .lineSeparator), (.separator, .paragraphSeparator),
        (.mark, .nonspacingMark), (.mark, .spacingMark), (.mark, .enclosingMark), (.control, .control):
        return true
      case (.whitespace, _): return properties.isWhitespace
      case (.alphabetic, _): return properties.isAlphabetic
      case (.ideographic, _): return properties.isIdeographic
      default: return false
      }
    }
  }

  var ranges: [ClosedRange<UInt32>] = []
  var properties: [(property: Property, isNegated: Bool)] = []
  var subsets: [ScalarSet] = []
  var isNegated = false
  var ignoresCase = false
  /// Which of the code points 0 to 127 belong to the set, once ``prepare()`` was called.
  private var ascii: (low: UInt64, high: UInt64)?

  init(
    ranges: [ClosedRange<UInt32>] = [], properties: [(property: Property, isNegated: Bool)] = [],
    ignoresCase: Bool = false
  ) {
    self.ranges = ranges
    self.properties = properties
    self.ignoresCase = ignoresCase
  }

  /// Works out the answers for ASCII, so that they are a look-up afterwards. The set must not change any more.
  mutating func prepare() {
    var low: UInt64 = 0
    var high: UInt64 = 0
    for value in UInt8(0)..<128 where contains(Unicode.Scalar(value)) {
      if value < 64 { low |= 1 << UInt64(value) } else { high |= 1 << UInt64(value - 64) }
    }
    ascii = (low, high)
  }

  static let digit = ScalarSet(ranges: [48...57])
  static let word = ScalarSet(ranges: [48...57, 65...90, 95...95, 97...122])
  static let space = ScalarSet(ranges: [9...13, 32...32])
  static let lineTerminators = ScalarSet(ranges: [10...10, 13...13, 0x85...0x85, 0x2028...0x2029])
  static let everything = ScalarSet(ranges: [0...0x10_FFFF])

  var negated: ScalarSet {
    var set = self
    set.isNegated.toggle()
    set.ascii = nil
    return set
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    if let ascii, scalar.value < 128 {
      return (scalar.value < 64 ? ascii.low >> UInt64(scalar.value) : ascii.high >> UInt64(scalar.value - 64)) & 1 == 1
    }
    var isMember = holds(scalar)
    if !isMember, ignoresCase {
      isMember = holds(ScalarSet.lowered(scalar)) || holds(ScalarSet.raised(scalar))
    }
    return isMember != isNegated
  }

  private func holds(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar.value) }
      || properties.contains { $0.property.contains(scalar) != $0.isNegated }
      || subsets.contains { $0.contains(scalar) }
  }

  /// The code point's lower case where that is one code point, else itself.
  static func lowered(_ scalar: Unicode.Scalar) -> Unicode.Scalar { single(scalar.properties.lowercaseMapping) ?? scalar }
  static func raised(_ scalar: Unicode.Scalar) -> Unicode.Scalar { single(scalar.properties.uppercaseMapping) ?? scalar }

  private static func single(_ text: String) -> Unicode.Scalar? {
    text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
  }
}
