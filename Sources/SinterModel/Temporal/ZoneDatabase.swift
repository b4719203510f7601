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
    guard isName(name), let bytes = read(directory + (mainNames[name] ?? name)), let rules = TimeZoneRules(tzif: bytes) else {
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

  /// The zones that share another's clocks since 1970, by name.
  ///
  /// The database's main form keeps one history for all of them; some systems install separate older histories.
  /// Following the main form makes a date before 1970 the same moment on every system. A zone is such a one when
  /// `zone1970.tab` does not list it and its country, by `zone.tab`, has a single zone there.
  private static let mainNames: [String: String] = {
    var mainZones: [Substring: [Substring]] = [:]
    var listed: Set<Substring> = []
    for row in table("zone1970.tab") {
      listed.insert(row[2])
      for country in row[0].split(separator: ",") { mainZones[country, default: []].append(row[2]) }
    }
    var names: [String: String] = [:]
    for row in table("zone.tab") where !listed.contains(row[2]) {
      if let zones = mainZones[row[0]], zones.count == 1 { names[String(row[2])] = String(zones[0]) }
    }
    return names
  }()

  /// The rows of at least three columns of one of the database's tables; none where it is not installed.
  private static func table(_ name: String) -> [[Substring]] {
    guard let bytes = read(directory + name) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: "\t") }
      .filter { $0.count >= 3 }
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
