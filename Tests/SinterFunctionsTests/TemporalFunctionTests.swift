import SinterFunctions
import SinterModel
import Testing

private func outcome(_ expression: String) -> String {
  do { return try Evaluator.evaluate(expression).description } catch { return "!" + error.code.rawValue }
}

@Suite struct TemporalFunctionTests {
  @Test(arguments: [
    ("date({year: 2020, week: 1})", "2019-12-30"), ("date({year: 2020, ordinalDay: 60})", "2020-02-29"),
    ("date({year: 2020, quarter: 2, dayOfQuarter: 1})", "2020-04-01"),
    ("date({date: date('2020-01-31'), month: 2})", "2020-02-29"), ("date({date: date('2020-05-20'), quarter: 1})", "2020-02-20"),
    ("date({date: date('2016-12-31'), week: 2})", "2016-01-16"),
    ("date({year: 2020, day: 3})", "!ArgumentError.InvalidArgumentValue"),
    ("date({month: 3})", "!ArgumentError.InvalidArgumentValue"),
    ("date({year: 2020, month: 13})", "!ArgumentError.NumberOutOfRange"),
    ("date({year: 2020, bananas: 1})", "!ArgumentError.InvalidArgumentValue"),
    ("date({year: 2020, week: 1, month: 1})", "!ArgumentError.InvalidArgumentValue"),
    ("date({year: 'x'})", "!ArgumentError.InvalidArgumentValue"),
    ("date('2020-02-30')", "!ArgumentError.NumberOutOfRange"), ("date('next week')", "!ArgumentError.InvalidArgumentValue"),
    ("date(5)", "!TypeError.InvalidArgumentValue"),
    ("localtime({hour: 1, second: 2})", "!ArgumentError.InvalidArgumentValue"),
    ("localtime({hour: 1, minute: 2, second: 3, millisecond: 4, microsecond: 5, nanosecond: 6})", "01:02:03.004005006"),
    ("localtime({hour: 1, minute: 2, second: 3, millisecond: 4, nanosecond: 1000000})", "!ArgumentError.NumberOutOfRange"),
    ("time({hour: 12, timezone: '-02:05:07'})", "12:00-02:05:07"), ("time({time: time('12:00+01:00'), timezone: 'Z'})", "11:00Z"),
    ("datetime({year: 2020, timezone: 'America/New_York'})", "2020-01-01T00:00-05:00[America/New_York]"),
    ("datetime({datetime: datetime('2020-06-01T12:00Z'), timezone: 'Europe/Berlin'})", "2020-06-01T14:00+02:00[Europe/Berlin]"),
    ("datetime({epochSeconds: 1, nanosecond: 5})", "1970-01-01T00:00:01.000000005Z"),
    ("datetime({epochMillis: -1})", "1969-12-31T23:59:59.999Z"),
    ("datetime.fromEpoch(-1, 1500000000)", "1970-01-01T00:00:00.5Z"),
    ("datetime.fromEpochMillis(9223372036854775807)", "+292278994-08-17T07:12:55.807Z"),
    ("date(datetime('2020-06-01T12:00Z'))", "2020-06-01"), ("localdatetime(date('2020-06-01'))", "2020-06-01T00:00"),
    ("datetime(date('2020-06-01'))", "2020-06-01T00:00Z"),
    ("localtime(date('2020-06-01'))", "!ArgumentError.InvalidArgumentValue"),
    ("date(localtime('12:00'))", "!ArgumentError.InvalidArgumentValue"),
    ("datetime()", "2017-07-14T02:40:00.123456789Z"), ("date.statement()", "2017-07-14"),
    ("localtime.transaction()", "02:40:00.123456789"),
    ("datetime.statement('Europe/Berlin')", "2017-07-14T04:40:00.123456789+02:00[Europe/Berlin]"),
    ("datetime({timezone: '+01:00'})", "2017-07-14T03:40:00.123456789+01:00"),
    ("datetime.realtime() > datetime.statement()", "true"),
    ("datetime.realtime('Nowhere/City')", "!ArgumentError.InvalidArgumentValue"), ("date(null)", "null"),
  ])
  func construction(_ expression: String, _ expected: String) { #expect(outcome(expression) == expected) }

  @Test(arguments: [
    ("date.truncate('quarter', date('2020-05-20'), {day: 2})", "2020-04-02"),
    ("date.truncate('week', date('2020-05-20'), {dayOfWeek: 3})", "2020-05-20"),
    ("date.truncate('millennium', date('-0001-05-20'))", "-1000-01-01"),
    ("datetime.truncate('hour', localdatetime('2020-05-20T12:34:56.789'))", "2020-05-20T12:00Z"),
    ("localdatetime.truncate('millisecond', localdatetime('2020-05-20T12:34:56.789123'), {nanosecond: 7})",
      "2020-05-20T12:34:56.789000007"),
    ("time.truncate('minute', time('12:34:56+01:00'))", "12:34+01:00"),
    ("date.truncate('hour', date('2020-05-20'))", "!ArgumentError.InvalidArgumentValue"),
    ("localtime.truncate('year', localtime('12:00'))", "!ArgumentError.InvalidArgumentValue"),
    ("date.truncate('fortnight', date('2020-05-20'))", "!ArgumentError.InvalidArgumentValue"),
    ("date.truncate('DAY')", "2017-07-14"),
    ("localtime.truncate('hour', date('2020-05-20'))", "!ArgumentError.InvalidArgumentValue"),
    ("datetime.truncate('day', datetime('2017-10-29T12:00[Europe/Berlin]'))", "2017-10-29T00:00+02:00[Europe/Berlin]"),
  ])
  func truncation(_ expression: String, _ expected: String) { #expect(outcome(expression) == expected) }

  @Test(arguments: [
    ("date('2020-01-31') + duration('P1M')", "2020-02-29"), ("date('2020-01-31') + duration('PT25H')", "2020-02-01"),
    ("date('2020-03-31') - duration('P1M')", "2020-02-29"),
    ("duration('P1D') + date('2020-01-01')", "2020-01-02"), ("localtime('23:00') + duration('PT2H')", "01:00"),
    ("time('00:30+02:00') - duration('PT1H')", "23:30+02:00"),
    // A day on the calendar is not 24 hours when clocks change.
    ("datetime('2017-10-28T12:00[Europe/Berlin]') + duration('P1D')", "2017-10-29T12:00+01:00[Europe/Berlin]"),
    ("datetime('2017-10-28T12:00[Europe/Berlin]') + duration('PT24H')", "2017-10-29T11:00+01:00[Europe/Berlin]"),
    ("duration('P1D') * 2.5", "P2DT12H"), ("2 * duration('P1DT1H')", "P2DT2H"), ("duration('P1M') / 2", "P15DT5H14M33S"),
    ("duration('PT1S') / 0", "!ArithmeticError.DivisionByZero"),
    ("date('2020-01-01') + 1", "!TypeError.InvalidArgumentType"),
    ("date('2020-01-02') - date('2020-01-01')", "!TypeError.InvalidArgumentType"),
    ("duration.between(date('2020-01-31'), date('2020-03-01'))", "P1M1D"),
    ("duration.inDays(date('2020-01-01'), date('2021-01-01'))", "P366D"),
    ("duration.inMonths(date('2020-01-31'), date('2020-02-29'))", "PT0S"),
    ("duration.inSeconds(time('12:00+01:00'), time('12:00Z'))", "PT1H"),
    ("duration({hours: 1.5, minutes: -30})", "PT1H"), ("duration({years: 'x'})", "!ArgumentError.InvalidArgumentValue"),
    ("duration({day: 1})", "!ArgumentError.InvalidArgumentValue"),
    ("duration('P1Y2M10DT2H30M5.25S').minutesOfHour", "30"), ("duration('PT-0.5S').seconds", "-1"),
    ("duration('PT-0.5S').nanosecondsOfSecond", "500000000"),
    ("datetime('2020-05-20T12:34:56.789+02:00').epochMillis", "1589970896789"), ("date('2020-12-31').week", "53"),
    ("date('2021-01-01').weekYear", "2020"),
    ("time('12:00+01:30').offsetMinutes", "90"), ("datetime('2020-01-01T00[Europe/Berlin]').timezone", "'Europe/Berlin'"),
    ("date('2020-01-01').hour", "!TypeError.InvalidArgumentValue"),
    ("datetime('+999999999-01-01').epochMillis", "!ArgumentError.NumberOutOfRange"),
    ("datetime('2020-01-01T12:00+01:00') = datetime('2020-01-01T11:00Z')", "false"),
    ("datetime('2020-01-01T12:00+01:00') < datetime('2020-01-01T11:30Z')", "true"),
    ("date('2020-01-01') < localdatetime('2020-01-01')", "null"), ("duration('P1D') < duration('P2D')", "null"),
    ("duration('P1D') = duration('PT24H')", "false"),
  ])
  func arithmetic(_ expression: String, _ expected: String) { #expect(outcome(expression) == expected) }
}
