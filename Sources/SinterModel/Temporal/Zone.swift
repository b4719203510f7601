/// A rule that gives the offset from UTC: a fixed offset or a named zone of the time zone database.
package enum Zone: Sendable {
  case offset(Int32)
  case named(String, TimeZoneRules)

  /// Reads `Z`, `+01:00` or a zone's name, `Europe/Stockholm`.
  /// - Throws: `ArgumentError.InvalidArgumentValue` for a name the time zone database does not have.
  package init(_ text: String) throws(SinterError) {
    var parser = TemporalParser(text)
    if let first = text.utf8.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") || text == "Z" || text == "z" {
      guard let offset = try parser.offset(), parser.isAtEnd else {
        throw .temporalText(text, "time zone", "+01:00")
      }
      self = .offset(offset)
    } else {
      // A name may be written with spaces: 'America/Los Angeles'.
      let name = String(text.map { $0 == " " ? "_" : $0 })
      self = .named(name, try ZoneDatabase.rules(named: name))
    }
  }

  var name: String? {
    if case .named(let name, _) = self { name } else { nil }
  }

  /// The offset in force at an instant, in seconds east of UTC.
  package func offset(at epochSeconds: Int64) -> Int32 {
    switch self {
    case .offset(let offset): offset
    case .named(_, let rules): rules.offset(at: epochSeconds)
    }
  }
}

extension DateTime {
  /// The zone that gives this value's offset.
  var zoneRules: Zone {
    get throws(SinterError) {
      if let zone { try Zone(zone) } else { .offset(offsetSeconds) }
    }
  }

  /// A clock reading in a zone.
  ///
  /// Where clocks are put back and the reading occurs twice, it is the one at the preferred offset, else the first.
  /// A reading that clocks skip moves on by the length of the gap.
  package init(_ local: LocalDateTime, in zone: Zone, preferredOffsetSeconds: Int32? = nil) throws(SinterError) {
    switch zone {
    case .offset(let offset): self.init(local: local, offsetSeconds: offset, zone: nil)
    case .named(let name, let rules):
      let reading = local.epochSeconds
      let before = rules.offset(at: reading &- Calendar.secondsPerDay)
      let after = rules.offset(at: reading &+ Calendar.secondsPerDay)
      func isValid(_ offset: Int32) -> Bool { rules.offset(at: reading &- Int64(offset)) == offset }
      if let preferred = preferredOffsetSeconds, isValid(preferred) {
        self.init(local: local, offsetSeconds: preferred, zone: name)
      } else if isValid(before) {
        self.init(local: local, offsetSeconds: before, zone: name)
      } else if isValid(after) {
        self.init(local: local, offsetSeconds: after, zone: name)
      } else {
        try self.init(
          epochSeconds: reading &- Int64(before), nanosecond: local.time.nanosecondOfSecond, in: zone)
      }
    }
  }

  /// An instant on the clocks of a zone.
  package init(epochSeconds: Int64, nanosecond: Int64, in zone: Zone) throws(SinterError) {
    try self.init(epochSeconds: epochSeconds, nanosecond: nanosecond, offsetSeconds: zone.offset(at: epochSeconds))
    self.zone = zone.name
  }

  /// The same instant on the clocks of another zone.
  package func inZone(_ zone: Zone) throws(SinterError) -> DateTime {
    try DateTime(epochSeconds: epochSeconds, nanosecond: local.time.nanosecondOfSecond, in: zone)
  }
}
