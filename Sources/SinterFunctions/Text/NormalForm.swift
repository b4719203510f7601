// The only use of Foundation here: the standard library does not offer Unicode normalisation.
import Foundation
import SinterModel

/// A Unicode normal form.
enum NormalForm: String, Sendable {
  case nfc = "NFC", nfd = "NFD", nfkc = "NFKC", nfkd = "NFKD"

  /// - Throws: `ArgumentError.InvalidArgumentValue` for an unknown form.
  init(name: String) throws(SinterError) {
    guard let form = NormalForm(rawValue: name.uppercased()) else {
      throw SinterError(
        "ArgumentError.InvalidArgumentValue",
        "There is no Unicode normal form '\(name.prefix(20))'; there are NFC, NFD, NFKC and NFKD.")
    }
    self = form
  }

  func normalize(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 128 }) { return text }
    return switch self {
    case .nfc: text.precomposedStringWithCanonicalMapping
    case .nfd: text.decomposedStringWithCanonicalMapping
    case .nfkc: text.precomposedStringWithCompatibilityMapping
    case .nfkd: text.decomposedStringWithCompatibilityMapping
    }
  }
}
