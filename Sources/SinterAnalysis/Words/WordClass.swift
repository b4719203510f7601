/// What a scalar is to word boundaries: the classes of Unicode Standard Annex #29 that matter to words, with scripts written
/// without spaces put together in one.
enum WordClass: UInt8 {
  case other
  case letter
  case digit
  /// Between letters it does not end a word.
  case midLetter
  /// Between digits it does not end a number.
  case midNumber
  /// Both.
  case midBoth
  /// `_` and its like: joins whatever stands beside it.
  case connector
  /// Marks and format characters, which belong to what is before them.
  case extend
  /// Han, kana, Hangul, and the scripts of South-East Asia: words are not marked off by spaces, or only loosely.
  case unspaced
  case emoji
  /// Half a flag.
  case regional

  /// The class of a scalar.
  @inline(__always)
  static func of(_ scalar: UInt32) -> WordClass {
    scalar < 0x10000 ? WordClass(rawValue: table[Int(scalar)]).unsafelyUnwrapped : beyond(scalar)
  }

  private static let table: [UInt8] = (0..<UInt32(0x10000)).map { value in
    Unicode.Scalar(value).map { classify($0).rawValue } ?? WordClass.other.rawValue
  }

  private static func beyond(_ value: UInt32) -> WordClass {
    if (0x20000...0x323AF).contains(value) { return .unspaced }
    return Unicode.Scalar(value).map(classify) ?? .other
  }

  private static func classify(_ scalar: Unicode.Scalar) -> WordClass {
    let value = scalar.value
    switch value {
    case 0x2E, 0x27, 0x2018, 0x2019, 0x2024, 0xFE52, 0xFF07, 0xFF0E: return .midBoth
    case 0xB7, 0x387, 0x55F, 0x5F4, 0x2027: return .midLetter
    case 0x2C, 0x37E, 0x589, 0x60C, 0x60D, 0x66C, 0x7F8, 0x2044, 0xFE10, 0xFE14, 0xFE50, 0xFE54, 0xFF0C: return .midNumber
    case 0x5F, 0x203F, 0x2040, 0x2054, 0xFE33, 0xFE34, 0xFE4D...0xFE4F, 0xFF3F: return .connector
    case 0x1F1E6...0x1F1FF: return .regional
    case 0x1F3FB...0x1F3FF: return .extend
    default: break
    }
    if value < 0x80 {
      return scalar.properties.isAlphabetic ? .letter : (48...57).contains(value) ? .digit : .other
    }
    if isUnspaced(value) { return .unspaced }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .spacingMark, .format: return .extend
    case .decimalNumber: return .digit
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber: return .letter
    // Superscripts, fractions and encircled digits: ², ½.
    case .otherNumber: return .digit
    default: return scalar.properties.isEmojiPresentation || (0x1F000...0x1FAFF).contains(value) ? .emoji : .other
    }
  }

  private static func isUnspaced(_ value: UInt32) -> Bool {
    switch value {
    // Hiragana, katakana, Bopomofo, Hangul, Han.
    case 0x3005...0x3007, 0x3031...0x3035, 0x303B, 0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF,
      0x3105...0x312F, 0x31A0...0x31BF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAD9, 0xFF66...0xFF9F,
      0x1100...0x11FF, 0x3131...0x318E, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xD7B0...0xD7FB, 0xFFA0...0xFFDC:
      true
    // Thai, Lao, Myanmar, Khmer: letters; their marks attach by the general rule, leading vowels are letters.
    case 0x0E01...0x0E30, 0x0E32...0x0E33, 0x0E40...0x0E46, 0x0E81...0x0EB0, 0x0EB2...0x0EB3, 0x0EC0...0x0EC6, 0x0EDC...0x0EDF,
      0x1000...0x102A, 0x103F, 0x1050...0x1055, 0x1780...0x17B3:
      true
    default: false
    }
  }
}
