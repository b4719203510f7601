import SinterModel
import TestSupport
import Testing

@Suite struct CalendarTests {
  @Test func everyDayHasTheFieldsThatMakeIt() throws {
    var random = SeededGenerator()
    for _ in 0..<2_000 {
      let date = random.date()
      let comment: Comment = "seed \(random.seed): \(date)"
      let (year, month, day) = date.civil
      #expect(try Date(year: year, month: Int64(month), day: Int64(day)) == date, comment)
      #expect(try Date(year: year, ordinalDay: Int64(date.ordinalDay)) == date, comment)
      #expect(
        try Date(year: year, quarter: Int64(date.quarter), dayOfQuarter: Int64(date.dayOfQuarter)) == date, comment)
      let week = date.isoWeek
      if abs(week.year) < 999_999_999 {
        #expect(
          try Date(weekYear: week.year, week: Int64(week.week), dayOfWeek: Int64(date.dayOfWeek)) == date, comment)
      }
    }
  }

  @Test func daysFollowEachOther() {
    var previous = Calendar.civil(-200_000)
    for day in Int64(-199_999)...200_000 {
      let next = Calendar.civil(day)
      let isSameMonth = next.year == previous.year && next.month == previous.month && next.day == previous.day + 1
      let isNextMonth = next.day == 1 && previous.day == Calendar.daysInMonth(previous.month, of: previous.year)
      guard isSameMonth || isNextMonth else {
        Issue.record("day \(day): \(next) after \(previous)")
        return
      }
      previous = next
    }
  }

  @Test func knownDays() {
    #expect(Date(daysSinceEpoch: 0).description == "1970-01-01")
    #expect(Date(daysSinceEpoch: 0).dayOfWeek == 4)
    #expect(Date(daysSinceEpoch: -719_528).description == "0000-01-01")
    #expect(Date(daysSinceEpoch: Calendar.minimumDay).description == "-999999999-01-01")
    #expect(Date(daysSinceEpoch: Calendar.maximumDay).description == "+999999999-12-31")
  }

  @Test func damagedDayNumbersDoNotTrap() {
    for day in [Int64.min, .min + 1, .max, .max - 1] {
      _ = Date(daysSinceEpoch: day).description
      _ = Value.date(Date(daysSinceEpoch: day)).orderability(.date(Date(daysSinceEpoch: 0)))
      _ = LocalTime(nanosecondOfDay: day).description
      _ = DateTime(local: LocalDateTime(date: Date(daysSinceEpoch: day), time: .midnight), offsetSeconds: 3, zone: nil)
        .epochSeconds
      _ = Duration(months: day, days: day, seconds: day, nanoseconds: 1).description
    }
  }
}

@Suite struct TemporalTextTests {
  @Test func textReadsBack() throws {
    var random = SeededGenerator()
    for _ in 0..<2_000 {
      let comment: Comment = "seed \(random.seed)"
      let date = random.date()
      #expect(try Date(date.description) == date, comment)
      let time = random.localTime()
      #expect(try LocalTime(time.description) == time, comment)
      let zoned = Time(local: time, offsetSeconds: random.offset())
      #expect(try Time(zoned.description) == zoned, comment)
      let local = LocalDateTime(date: date, time: time)
      #expect(try LocalDateTime(local.description) == local, comment)
      let moment = DateTime(local: local, offsetSeconds: random.offset(), zone: nil)
      #expect(try DateTime(moment.description) == moment, comment)
      let duration = random.duration()
      #expect(try Duration(duration.description) == duration, comment)
    }
  }

  @Test(arguments: [
    "", "2015-13-01", "2015-02-29", "2015-07-21T", "15", "2015-W54", "2015-366", "20150732", "2015-7-", "x", "+15-01-01",
    "9999999999-01-01", "2015-07-21 ", "2015--21", "２０１５-01-01",
  ])
  func wrongDates(_ text: String) {
    #expect(throws: SinterError.self) { try Date(text) }
  }

  @Test(arguments: ["", "24:00", "12:60", "12:00:61", "1:00", "12:00:00.", "12:00:00.1234567890", "12:0", "12.5", "12:00Z"])
  func wrongTimes(_ text: String) {
    #expect(throws: SinterError.self) { try LocalTime(text) }
  }

  @Test(arguments: [
    "", "P", "PT", "P1", "1D", "P1H", "PT1D", "P1DT", "P-", "PT1.S", "P99999999999999999999Y", "P1D ", "PT1H1", "P1X",
  ])
  func wrongDurations(_ text: String) {
    #expect(throws: SinterError.self) { try Duration(text) }
  }

  @Test(arguments: [
    ("P1Y2M3W4DT5H6M7.008S", "P1Y2M25DT5H6M7.008S"), ("-P1D", "P-1D"), ("-PT-1S", "PT1S"), ("P0.5D", "PT12H"),
    ("P1.5M", "P1M15DT5H14M33S"), ("PT0.000000001S", "PT0.000000001S"), ("PT-0.5S", "PT-0.5S"), ("P0D", "PT0S"),
    ("P2012-02-02T14:37:21.545", "P2012Y2M2DT14H37M21.545S"), ("pt1h", "PT1H"), ("PT1.1S", "PT1.1S"),
  ])
  func durations(_ text: String, _ expected: String) throws {
    #expect(try Duration(text).description == expected)
  }
}

@Suite struct TimeZoneTests {
  @Test(arguments: [
    ("2015-07-21T21:40:32.142[Europe/Stockholm]", "2015-07-21T21:40:32.142+02:00[Europe/Stockholm]"),
    ("1818-07-21T21:40:32.142[Europe/Stockholm]", "1818-07-21T21:40:32.142+00:53:28[Europe/Stockholm]"),
    // Far beyond the file's transitions the recurring rule holds, on both hemispheres.
    ("2150-07-01T12:00[Europe/Berlin]", "2150-07-01T12:00+02:00[Europe/Berlin]"),
    ("2150-01-01T12:00[Europe/Berlin]", "2150-01-01T12:00+01:00[Europe/Berlin]"),
    ("2150-01-01T12:00[Australia/Sydney]", "2150-01-01T12:00+11:00[Australia/Sydney]"),
    ("2150-07-01T12:00[Australia/Sydney]", "2150-07-01T12:00+10:00[Australia/Sydney]"),
    ("2150-07-01T12:00[America/New_York]", "2150-07-01T12:00-04:00[America/New_York]"),
    ("2020-07-01T12:00[Asia/Kolkata]", "2020-07-01T12:00+05:30[Asia/Kolkata]"),
    // A clock reading that is skipped moves on, one that occurs twice is the first unless the offset says otherwise.
    ("2017-03-26T02:30[Europe/Berlin]", "2017-03-26T03:30+02:00[Europe/Berlin]"),
    ("2017-10-29T02:30[Europe/Berlin]", "2017-10-29T02:30+02:00[Europe/Berlin]"),
    ("2017-10-29T02:30+01:00[Europe/Berlin]", "2017-10-29T02:30+01:00[Europe/Berlin]"),
    ("2020-01-01T00:00[UTC]", "2020-01-01T00:00Z[UTC]"),
  ])
  func offsets(_ text: String, _ expected: String) throws {
    #expect(try DateTime(text).description == expected)
  }

  @Test(arguments: ["Nowhere/City", "../../etc/passwd", "/etc/passwd", "", "Europe", "+25:00", "Europe/Berlin "])
  func unknownZones(_ name: String) {
    #expect(throws: SinterError.self) { try Zone(name) }
  }

  @Test func instantsSurviveEveryZone() throws {
    var random = SeededGenerator()
    let zones = try ["Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "Africa/Cairo", "+05:45"]
      .map { name throws(SinterError) in try Zone(name) }
    for _ in 0..<2_000 {
      let seconds = Int64.random(in: -5_000_000_000...10_000_000_000, using: &random)
      for zone in zones {
        let moment = try DateTime(epochSeconds: seconds, nanosecond: 5, in: zone)
        #expect(moment.epochSeconds == seconds, "seed \(random.seed)")
        let again = try DateTime(moment.local, in: zone, preferredOffsetSeconds: moment.offsetSeconds)
        #expect(again == moment, "seed \(random.seed): \(moment)")
      }
    }
  }
}

@Suite struct DurationTests {
  @Test func subtractingUndoesAdding() throws {
    var random = SeededGenerator()
    for _ in 0..<2_000 {
      let duration = random.duration()
      let other = random.duration()
      #expect(try duration.adding(other).adding(other.negated()) == duration, "seed \(random.seed)")
      #expect(try duration.multiplied(by: Int64(3)).divided(by: Int64(3)) == duration, "seed \(random.seed)")
      let clock = Duration(months: 0, days: duration.days, seconds: duration.seconds, nanoseconds: duration.nanoseconds)
      let moment = LocalDateTime(
        date: Date(daysSinceEpoch: Int64.random(in: -500_000...500_000, using: &random)), time: random.localTime())
      #expect(try moment.adding(clock).adding(clock.negated()) == moment, "seed \(random.seed)")
    }
  }

  @Test func betweenLeadsFromStartToEnd() throws {
    var random = SeededGenerator()
    for _ in 0..<2_000 {
      let start = LocalDateTime(
        date: Date(daysSinceEpoch: Int64.random(in: -50_000...50_000, using: &random)), time: random.localTime())
      let end = LocalDateTime(
        date: Date(daysSinceEpoch: Int64.random(in: -50_000...50_000, using: &random)), time: random.localTime())
      for measure in [Duration.Measure.mixed, .seconds] {
        let duration = try #require(try Duration.between(.localDateTime(start), .localDateTime(end), in: measure))
        #expect(try start.adding(duration) == end, "seed \(random.seed): \(start) to \(end) is \(duration)")
      }
    }
  }

  @Test func overflowIsAnError() throws {
    let longest = Duration(months: .max, days: .max, seconds: .max, nanoseconds: 999_999_999)
    #expect(throws: SinterError.self) { try longest.adding(longest) }
    #expect(throws: SinterError.self) { try longest.multiplied(by: Int64(2)) }
    #expect(throws: SinterError.self) { try longest.multiplied(by: 1e300) }
    #expect(throws: SinterError.self) { try longest.divided(by: Int64(0)) }
    #expect(throws: SinterError.self) { try longest.multiplied(by: Double.nan) }
    #expect(throws: SinterError.self) { try Date("2000-01-01").adding(longest) }
    #expect(throws: SinterError.self) { try LocalDateTime("2000-01-01").adding(longest) }
    #expect(throws: SinterError.self) {
      try LocalDateTime("2000-01-01").adding(Duration(months: 0, days: 0, seconds: .max, nanoseconds: 0))
    }
    #expect(throws: SinterError.self) {
      try DateTime("2000-01-01T00[Europe/Berlin]").adding(Duration(months: 0, days: 0, seconds: .max, nanoseconds: 0))
    }
    #expect(throws: SinterError.self) { try Date("+999999999-12-31").adding(days: 1) }
    #expect(throws: SinterError.self) { try DateTime("+999999999-12-31T23:00Z").inZone(.offset(7_200)) }
    _ = LocalTime.midnight.adding(longest)
    _ = try longest.negated()
  }
}
