internal import Foundation

/// Brings letters that are written with separate marks to the form in which most text has them (NFC), so that both ways of
/// writing `é` are one term where accents are kept. Called for words with such marks only.
enum CanonicalComposition {
  static func compose(_ bytes: inout [UInt8], from start: Int) {
    let composed = String(decoding: bytes[start...], as: UTF8.self).precomposedStringWithCanonicalMapping
    bytes.removeSubrange(start...)
    bytes.append(contentsOf: composed.utf8)
  }
}
