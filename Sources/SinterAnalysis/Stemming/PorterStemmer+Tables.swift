extension PorterStemmer {
  /// Words with a stem of their own.
  static func special(_ word: [UInt8]) -> [UInt8]? { word.count <= 6 ? specials[word] : nil }

  /// Words that keep what step 1a leaves of them.
  static func isFinalAfterPlurals(_ word: [UInt8]) -> Bool { (6...7).contains(word.count) && finals.contains(word) }

  private static let specials: [[UInt8]: [UInt8]] = Dictionary(
    uniqueKeysWithValues: [
      ("skis", "ski"), ("skies", "sky"), ("dying", "die"), ("lying", "lie"), ("tying", "tie"), ("idly", "idl"), ("gently", "gentl"),
      ("ugly", "ugli"), ("early", "earli"), ("only", "onli"), ("singly", "singl"), ("sky", "sky"), ("news", "news"), ("howe", "howe"),
      ("atlas", "atlas"), ("cosmos", "cosmos"), ("bias", "bias"), ("andes", "andes"),
    ].map { (Array($0.utf8), Array($1.utf8)) })

  private static let finals: Set<[UInt8]> = Set(
    ["inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"].map { Array($0.utf8) })

  /// Beginnings after which R1 begins, whatever the rule says.
  static let longBeginnings: [[UInt8]] = ["gener", "commun", "arsen"].map { Array($0.utf8) }

  static let doubles = Array("bdfgmnprt".utf8)
  static let beforeLi = Array("cdeghkmnrt".utf8)

  /// Longest first, so that the first that fits is the longest.
  static let doubleSuffixes: [(StaticString, StaticString)] = [
    ("ational", "ate"), ("fulness", "ful"), ("iveness", "ive"), ("ization", "ize"), ("ousness", "ous"), ("biliti", "ble"),
    ("lessli", "less"), ("tional", "tion"), ("alism", "al"), ("aliti", "al"), ("ation", "ate"), ("entli", "ent"), ("fulli", "ful"),
    ("iviti", "ive"), ("ousli", "ous"), ("abli", "able"), ("alli", "al"), ("anci", "ance"), ("ator", "ate"), ("enci", "ence"),
    ("izer", "ize"), ("bli", "ble"),
  ]

  static let singleSuffixes: [(StaticString, StaticString)] = [
    ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ical", "ic"), ("ness", ""), ("ful", ""),
  ]

  static let pastInR1: [StaticString] = ["eedly", "eed"]
  static let past: [StaticString] = ["ingly", "edly", "ing", "ed"]

  static let residues: [StaticString] = [
    "ement", "able", "ance", "ence", "ible", "ment", "ant", "ate", "ent", "ism", "iti", "ive", "ize", "ous", "al", "er", "ic",
  ]
}
