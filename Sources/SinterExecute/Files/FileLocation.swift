import SinterModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a file is: a path, or a `file:` URL.
struct FileLocation {
  /// As the system takes it; a relative one is relative to the current directory.
  let path: String

  /// - Throws: `LoadError.UnsupportedSource` for what is no file of this machine.
  init(_ text: String) throws(SinterError) {
    guard !text.isEmpty, !text.utf8.contains(0) else {
      throw SinterError("LoadError.UnsupportedSource", "LOAD CSV needs the path of a file, or a file:/// URL.")
    }
    guard let scheme = Self.scheme(of: text) else {
      path = text
      return
    }
    guard scheme == "file" else {
      throw SinterError(
        "LoadError.UnsupportedSource",
        "LOAD CSV reads files of this machine, and `\(text)` is none; fetch it first, then name it by its path or as file:///….")
    }
    var rest = text.dropFirst("file:".count)
    if rest.hasPrefix("//") {
      rest = rest.dropFirst(2)
      if rest.lowercased().hasPrefix("localhost/") { rest = rest.dropFirst("localhost".count) }
      guard rest.hasPrefix("/") else {
        throw SinterError(
          "LoadError.UnsupportedSource",
          "`\(text)` names the host `\(rest.prefix { $0 != "/" })`; a file of this machine has three slashes: file:///…, or is "
            + "named by its path.")
      }
    }
    path = try Self.decoded(String(rest), of: text)
  }

  /// The word before `:` where one stands that no path begins with: at least two letters, and a slash behind the colon.
  private static func scheme(of text: String) -> String? {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let word = text[..<colon].lowercased()
    let isName = word.utf8.count > 1 && word.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    guard isName, word == "file" || text[colon...].hasPrefix("://") else { return nil }
    return word
  }

  /// The path of a URL, its `%20` and the like turned back.
  private static func decoded(_ path: String, of url: String) throws(SinterError) -> String {
    guard path.utf8.contains(UInt8(ascii: "%")) else { return path }
    var bytes: [UInt8] = []
    var rest = Array(path.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), code != 0 else {
        throw SinterError(
          "LoadError.UnsupportedSource",
          "`\(url)` is no URL: a % in it stands before two hexadecimal digits; write %25 for a percent sign.")
      }
      bytes.append(code)
      rest = rest.dropFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The path from the root, as `file()` gives it.
  var absolutePath: String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
