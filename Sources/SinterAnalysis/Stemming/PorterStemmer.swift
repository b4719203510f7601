/// Porter's second stemmer for English ("Porter2", the Snowball project's `english`): takes the endings off a word, so that
/// `connected`, `connection` and `connecting` are one term.
///
/// Works in place on lower-case ASCII at the end of a buffer. The regions R1 and R2 and the steps are those of the published
/// definition, <https://snowballstem.org/algorithms/english/stemmer.html>.
enum PorterStemmer {
  /// Takes a trailing `'s`, `'` or `'s'` away.
  static func removePossessive(_ bytes: inout [UInt8], from start: Int) {
    let apostrophe = UInt8(ascii: "'")
    if bytes.count > start, bytes[bytes.count - 1] == apostrophe { bytes.removeLast() }
    if bytes.count - start >= 2, bytes[bytes.count - 1] == UInt8(ascii: "s"), bytes[bytes.count - 2] == apostrophe {
      bytes.removeLast(2)
    }
  }

  /// Replaces the word that begins at `start` and ends with the buffer by its stem.
  /// - Complexity: O(bytes)
  static func stem(_ bytes: inout [UInt8], from start: Int) {
    guard bytes.count - start > 2, bytes.count - start <= 64, bytes[start...].allSatisfy({ isLetter($0) || $0 == UInt8(ascii: "'") })
    else { return }
    var word = Word(Array(bytes[start...]))
    word.stem()
    bytes.replaceSubrange(start..., with: word.letters)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { byte &- 97 < 26 }
}

extension PorterStemmer {
  /// A word on its way to its stem. `Y` is a y that is a consonant.
  struct Word {
    var letters: [UInt8]
    /// Where the regions begin; at or behind the end where they are empty.
    private var r1 = 0
    private var r2 = 0

    init(_ letters: [UInt8]) { self.letters = letters }

    private static func isVowel(_ letter: UInt8) -> Bool {
      switch letter {
      case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"), UInt8(ascii: "y"): true
      default: false
      }
    }

    mutating func stem() {
      if letters.first == UInt8(ascii: "'") { letters.removeFirst() }
      guard letters.count > 2 else { return }
      if let special = PorterStemmer.special(letters) {
        letters = special
        return
      }
      markConsonants()
      findRegions()
      plurals()
      guard !PorterStemmer.isFinalAfterPlurals(letters) else { return }
      pastAndGerund()
      finalY()
      doubleSuffixes()
      suffixes()
      residue()
      finalLetters()
      for index in letters.indices where letters[index] == UInt8(ascii: "Y") { letters[index] = UInt8(ascii: "y") }
    }

    private mutating func markConsonants() {
      for index in letters.indices where letters[index] == UInt8(ascii: "y") {
        if index == 0 || Word.isVowel(letters[index - 1]) { letters[index] = UInt8(ascii: "Y") }
      }
    }

    private mutating func findRegions() {
      r1 = regionAfter(0)
      for prefix in PorterStemmer.longBeginnings where letters.starts(with: prefix) { r1 = prefix.count }
      r2 = regionAfter(r1)
    }

    /// Behind the first non-vowel that follows a vowel, both from `start` on.
    private func regionAfter(_ start: Int) -> Int {
      var index = start
      while index < letters.count, !Word.isVowel(letters[index]) { index += 1 }
      while index < letters.count, Word.isVowel(letters[index]) { index += 1 }
      return min(index + 1, letters.count)
    }

    // MARK: Endings

    private func ends(_ suffix: StaticString) -> Bool {
      let count = suffix.utf8CodeUnitCount
      guard letters.count >= count else { return false }
      for index in 0..<count where letters[letters.count - count + index] != suffix.utf8Start[index] { return false }
      return true
    }

    /// Where an ending begins.
    private func begin(_ suffix: StaticString) -> Int { letters.count - suffix.utf8CodeUnitCount }

    private mutating func replace(_ suffix: StaticString, by new: StaticString) {
      letters.removeLast(suffix.utf8CodeUnitCount)
      for index in 0..<new.utf8CodeUnitCount { letters.append(new.utf8Start[index]) }
    }

    private func hasVowel(before end: Int) -> Bool { letters[..<end].contains(where: Word.isVowel) }

    /// Whether the letters before `end` close with a short syllable.
    private func endsShort(_ end: Int) -> Bool {
      guard end >= 2 else { return false }
      let last = letters[end - 1]
      guard Word.isVowel(letters[end - 2]), !Word.isVowel(last) else { return false }
      if end == 2 { return true }
      return !Word.isVowel(letters[end - 3]) && last != UInt8(ascii: "w") && last != UInt8(ascii: "x") && last != UInt8(ascii: "Y")
    }

    private var isShort: Bool { r1 >= letters.count && endsShort(letters.count) }

    // MARK: Steps

    /// Step 1a.
    private mutating func plurals() {
      if ends("sses") {
        replace("sses", by: "ss")
      } else if ends("ied") || ends("ies") {
        let keepsE = letters.count <= 4
        letters.removeLast(keepsE ? 1 : 2)
      } else if ends("us") || ends("ss") {
        return
      } else if ends("s"), letters.count > 2, hasVowel(before: letters.count - 2) {
        letters.removeLast()
      }
    }

    /// Step 1b.
    private mutating func pastAndGerund() {
      for suffix in PorterStemmer.pastInR1 where ends(suffix) {
        if begin(suffix) >= r1 { replace(suffix, by: "ee") }
        return
      }
      for suffix in PorterStemmer.past where ends(suffix) {
        guard hasVowel(before: begin(suffix)) else { return }
        letters.removeLast(suffix.utf8CodeUnitCount)
        if ends("at") || ends("bl") || ends("iz") {
          letters.append(UInt8(ascii: "e"))
        } else if endsDouble {
          letters.removeLast()
        } else if isShort {
          letters.append(UInt8(ascii: "e"))
        }
        return
      }
    }

    private var endsDouble: Bool {
      guard letters.count >= 2, letters[letters.count - 1] == letters[letters.count - 2] else { return false }
      return PorterStemmer.doubles.contains(letters[letters.count - 1])
    }

    /// Step 1c.
    private mutating func finalY() {
      guard letters.count > 2, ends("y") || ends("Y"), !Word.isVowel(letters[letters.count - 2]) else { return }
      letters[letters.count - 1] = UInt8(ascii: "i")
    }

    /// Step 2.
    private mutating func doubleSuffixes() {
      for (suffix, new) in PorterStemmer.doubleSuffixes where ends(suffix) {
        if begin(suffix) >= r1 { replace(suffix, by: new) }
        return
      }
      if ends("ogi") {
        if begin("ogi") >= r1, letters.count > 3, letters[letters.count - 4] == UInt8(ascii: "l") { letters.removeLast() }
      } else if ends("li"), begin("li") >= r1, letters.count > 2, PorterStemmer.beforeLi.contains(letters[letters.count - 3]) {
        letters.removeLast(2)
      }
    }

    /// Step 3.
    private mutating func suffixes() {
      for (suffix, new) in PorterStemmer.singleSuffixes where ends(suffix) {
        if begin(suffix) >= r1 { replace(suffix, by: new) }
        return
      }
      if ends("ative"), begin("ative") >= r2, begin("ative") >= r1 { letters.removeLast(5) }
    }

    /// Step 4.
    private mutating func residue() {
      for suffix in PorterStemmer.residues where ends(suffix) {
        if begin(suffix) >= r2 { letters.removeLast(suffix.utf8CodeUnitCount) }
        return
      }
      if ends("ion"), begin("ion") >= r2, letters.count > 3 {
        let before = letters[letters.count - 4]
        if before == UInt8(ascii: "s") || before == UInt8(ascii: "t") { letters.removeLast(3) }
      }
    }

    /// Step 5.
    private mutating func finalLetters() {
      let last = letters.count - 1
      if ends("e") {
        if last >= r2 || (last >= r1 && !endsShort(last)) { letters.removeLast() }
      } else if ends("l"), last >= r2, last > 0, letters[last - 1] == UInt8(ascii: "l") {
        letters.removeLast()
      }
    }
  }
}
