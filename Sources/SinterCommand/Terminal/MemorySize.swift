import ArgumentParser

/// A size in bytes as people write it: `512MB`, `2g`, `1048576`.
enum MemorySize {
  /// Nil where the text is no size above 0; units are powers of 1,024.
  static func bytes(_ text: String) -> Int? {
    let lowered = text.lowercased()
    let digits = lowered.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let number = Double(digits), number > 0 else { return nil }
    let scale: Double
    switch lowered.dropFirst(digits.count).drop(while: { $0 == " " }) {
    case "", "b": scale = 1
    case "k", "kb", "kib": scale = 0x1p10
    case "m", "mb", "mib": scale = 0x1p20
    case "g", "gb", "gib": scale = 0x1p30
    case "t", "tb", "tib": scale = 0x1p40
    default: return nil
    }
    return Int(exactly: (number * scale).rounded())
  }

  static func parse(_ text: String) throws -> Int {
    guard let bytes = bytes(text) else { throw ValidationError("`\(text)` is no size; write 512MB or 2GB.") }
    return bytes
  }
}
