import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The system's time zone database, read file by file on demand and kept.
enum ZoneDatabase {
  private static let directory = "/usr/share/zoneinfo/"
  /// Larger than any file of the database.
  private static let maximumFileBytes = 1 << 20
  private static let cache = Mutex<[String: TimeZoneRules]>([:])

  /// - Throws: `ArgumentError.InvalidArgumentValue` when there is no such zone.
  static func rules(named name: String) throws(SinterError) -> TimeZoneRules {
    if let known = cache.withLock({ $0[name] }) { return known }
    guard isName(name), let bytes = read(directory + name), let rules = TimeZoneRules(tzif: bytes) else {
      // UTC must work on a system without the database too.
      if name == "UTC" || name == "GMT" || name == "Etc/UTC" { return TimeZoneRules(fixedOffset: 0) }
      let hint = access(directory, R_OK) == 0
        ? "Use a name such as 'Europe/Stockholm' or an offset such as '+01:00'."
        : "This system has no time zone database in \(directory); install tzdata or use an offset such as '+01:00'."
      throw .temporalField("There is no time zone '\(name.prefix(80))'. \(hint)")
    }
    cache.withLock { $0[name] = rules }
    return rules
  }

  /// Whether a name can only lead to a file below the database's directory.
  private static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, (65...90).contains(first) || (97...122).contains(first), name.utf8.count <= 64
    else { return false }
    return name.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "/")
        || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+")
    }
  }

  private static func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 8_192)
    while true {
      let count = fread(&block, 1, block.count, file)
      if count == 0 { break }
      bytes.append(contentsOf: block[..<count])
      if bytes.count > maximumFileBytes { return nil }
    }
    return ferror(file) == 0 ? bytes : nil
  }
}
