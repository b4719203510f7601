/// Folding of case and accents, scalar by scalar, into UTF-8.
///
/// Case folding is the lower-case mapping. Accent folding also takes away what combines with letters of the scripts where such
/// marks are accents (Latin, Greek, Cyrillic), and the points of Hebrew and Arabic; in other scripts (Devanagari, Thai, kana)
/// marks are vowels or consonants, and stay.
enum CharacterFolding {
  /// UTF-8 of what a scalar becomes, by scalar, where accents fold.
  private static let accents: [UInt32: [UInt8]] = {
    var result: [UInt32: [UInt8]] = [:]
    // Single spaces part a target from its sources, and groups from each other where lines were joined.
    let words = table.split(whereSeparator: { $0 == " " || $0 == "\n" })
    for pair in stride(from: 0, to: words.count - 1, by: 2) {
      let target = Array(words[pair].utf8)
      for scalar in words[pair + 1].unicodeScalars { result[scalar.value] = target }
    }
    return result
  }()

  /// UTF-8 lengths and bytes of scalars below 0x2000, both ways of folding: most non-ASCII text is of these.
  private struct Page {
    /// Four bytes a scalar; 0 in the first where the slow way must be taken.
    var bytes: [UInt32]

    init(stripping: Bool) {
      bytes = [UInt32](repeating: 0, count: Page.limit)
      var buffer: [UInt8] = []
      for value in 0x80..<UInt32(Page.limit) {
        guard let scalar = Unicode.Scalar(value) else { continue }
        buffer.removeAll(keepingCapacity: true)
        CharacterFolding.foldSlowly(scalar, stripping: stripping, into: &buffer)
        guard !buffer.isEmpty, buffer.count <= 4, buffer[0] != 0 else { continue }
        for (index, byte) in buffer.enumerated() { bytes[Int(value)] |= UInt32(byte) << (8 * UInt32(index)) }
      }
    }

    static let limit = 0x2000
  }

  private static let plainPage = Page(stripping: false)
  private static let strippedPage = Page(stripping: true)

  /// Appends what `scalar` becomes.
  @inline(__always)
  static func fold(_ scalar: UInt32, stripping: Bool, into bytes: inout [UInt8]) {
    if scalar < 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: scalar &- 65 < 26 ? scalar | 0x20 : scalar))
      return
    }
    if scalar < UInt32(Page.limit) {
      var packed = stripping ? strippedPage.bytes[Int(scalar)] : plainPage.bytes[Int(scalar)]
      if packed != 0 {
        repeat {
          bytes.append(UInt8(truncatingIfNeeded: packed))
          packed >>= 8
        } while packed != 0
        return
      }
    }
    if let scalar = Unicode.Scalar(scalar) { foldSlowly(scalar, stripping: stripping, into: &bytes) }
  }

  private static func foldSlowly(_ scalar: Unicode.Scalar, stripping: Bool, into bytes: inout [UInt8]) {
    if isIgnored(scalar.value) { return }
    if !stripping {
      bytes.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
      return
    }
    for lower in scalar.properties.lowercaseMapping.unicodeScalars where !isAccent(lower.value) {
      // The typographic apostrophe inside a word is the plain one.
      if lower == "\u{2019}" || lower == "\u{FF07}" {
        bytes.append(UInt8(ascii: "'"))
      } else if let folded = accents[lower.value] {
        bytes.append(contentsOf: folded)
      } else {
        bytes.append(contentsOf: UTF8.encode(lower)!)
      }
    }
  }

  /// Marks that only change how a letter is written, in scripts where leaving them out is common.
  static func isAccent(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x0300...0x036F, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F: true
    case 0x0591...0x05BD, 0x05BF, 0x05C1...0x05C2, 0x05C4...0x05C5, 0x05C7, 0x064B...0x065F, 0x0670: true
    default: false
    }
  }

  /// Soft hyphens, joiners, variation selectors and the like never make a difference between words.
  static func isIgnored(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x00AD, 0x034F, 0x061C, 0x180B...0x180F, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0xFE00...0xFE0F, 0xFEFF,
      0xE0100...0xE01EF:
      true
    default: false
    }
  }
}
