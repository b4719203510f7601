import SinterModel

enum TemporalFunctions {
  static let all: [FunctionDefinition] = TemporalKind.allCases.flatMap { constructors(of: $0) } + epochs + durations + [format]

  private static let format = FunctionDefinition(
    "format", .temporal,
    "format(value :: DATE | LOCAL TIME | ZONED TIME | LOCAL DATETIME | ZONED DATETIME | DURATION, pattern :: STRING) :: STRING",
    "A temporal value or duration as text: by a pattern such as 'dd.MM.yyyy HH:mm', else as ISO 8601 has it.",
    [[.instant, .duration], .string], minimum: 1, gives: .string
  ) { arguments, _ throws(SinterError) in
    guard arguments.count == 2 else { return arguments[0].languageText.map { .string($0) } ?? .null }
    return .string(try TemporalPattern(StringFunctions.text(arguments[1])).text(of: arguments[0]))
  }

  /// The names that GQL gives to the constructors.
  private static func aliases(of kind: TemporalKind) -> [String] {
    switch kind {
    case .date: []
    case .localTime: ["local_time"]
    case .time: ["zoned_time"]
    case .localDateTime: ["local_datetime"]
    case .dateTime: ["zoned_datetime"]
    }
  }

  private static func kinds(_ kind: TemporalKind) -> (kinds: ValueKinds, type: String) {
    switch kind {
    case .date: (.date, "DATE")
    case .localTime: (.localTime, "LOCAL TIME")
    case .time: (.time, "ZONED TIME")
    case .localDateTime: (.localDateTime, "LOCAL DATETIME")
    case .dateTime: (.dateTime, "ZONED DATETIME")
    }
  }

  private static func constructors(of kind: TemporalKind) -> [FunctionDefinition] {
    let name = kind.rawValue
    let (result, type) = kinds(kind)
    var definitions = [
      FunctionDefinition(
        name, aliases: aliases(of: kind), .temporal, "\(name)(input :: ANY) :: \(type)",
        "A \(type) from text, from a map of components or from another temporal value; without argument, the current one.",
        [[.string, .map, .instant]], minimum: 0, gives: result, volatility: .statement
      ) { arguments, context throws(SinterError) in
        guard let argument = arguments.first else {
          return try current(kind, at: context.statementTime, in: context.defaultZone)
        }
        return try construct(kind, from: argument, context)
      },
      FunctionDefinition(
        "\(name).truncate", .temporal, "\(name).truncate(unit :: STRING, input :: ANY, fields :: MAP) :: \(type)",
        "A temporal value cut off to a unit, with smaller components set.", [.string, .instant, .map], minimum: 1,
        gives: result, volatility: .statement
      ) { arguments, context throws(SinterError) in
        let unitName = StringFunctions.text(arguments[0])
        guard let unit = TemporalUnit(name: unitName) else {
          let known = TemporalUnit.allCases.map(\.rawValue).joined(separator: ", ")
          throw SinterError(
            "ArgumentError.InvalidArgumentValue", "There is no unit '\(unitName.prefix(40))'; there are \(known).")
        }
        var fields: [String: Value] = [:]
        if arguments.count == 3, case .map(let given) = arguments[2] { fields = given }
        let input =
          arguments.count > 1
          ? arguments[1] : try current(.dateTime, at: context.statementTime, in: context.defaultZone)
        return try input.truncated(
          to: unit, as: kind, fields: fields, defaultZone: context.defaultZone, now: context.statementTime)
      },
    ]
    let clocks: [(String, FunctionDefinition.Volatility, String, @Sendable (FunctionContext) -> Instant)] = [
      ("transaction", .statement, "when the transaction began", { $0.transactionTime }),
      ("statement", .statement, "when the statement began", { $0.statementTime }),
      ("realtime", .volatile, "now", { _ in .now() }),
    ]
    for (clock, volatility, when, instant) in clocks {
      definitions.append(
        FunctionDefinition(
          "\(name).\(clock)", .temporal, "\(name).\(clock)(timezone :: STRING) :: \(type)",
          "The \(type) \(when), in the default time zone or a given one.", [.string], minimum: 0, gives: result,
          volatility: volatility
        ) { arguments, context throws(SinterError) in
          let zone = try arguments.first.map { name throws(SinterError) in try Zone(StringFunctions.text(name)) }
          return try current(kind, at: instant(context), in: zone ?? context.defaultZone)
        })
    }
    return definitions
  }

  private static func current(_ kind: TemporalKind, at instant: Instant, in zone: Zone) throws(SinterError) -> Value {
    let moment = try DateTime(epochSeconds: instant.epochSeconds, nanosecond: instant.nanosecond, in: zone)
    return select(kind, from: moment)
  }

  private static func select(_ kind: TemporalKind, from moment: DateTime) -> Value {
    switch kind {
    case .date: .date(moment.local.date)
    case .localTime: .localTime(moment.local.time)
    case .time: .time(Time(local: moment.local.time, offsetSeconds: moment.offsetSeconds))
    case .localDateTime: .localDateTime(moment.local)
    case .dateTime: .dateTime(moment)
    }
  }

  private static func construct(
    _ kind: TemporalKind, from value: Value, _ context: FunctionContext
  ) throws(SinterError) -> Value {
    switch value {
    case .string(let text): return try parse(kind, text, context)
    case .map(let map):
      if map.count == 1, case .string(let zone)? = map["timezone"] {
        return try current(kind, at: context.statementTime, in: try Zone(zone))
      }
      return try build(kind, try TemporalFields(map, for: kind), context)
    default:
      // Another temporal value is the one it selects from.
      let hasTime = kind != .date
      let hasDate = kind == .date || kind == .localDateTime || kind == .dateTime
      var map: [String: Value] = [:]
      if hasDate { map["date"] = value }
      if hasTime {
        // A date alone stands for its midnight where both are asked for.
        if case .date = value, hasDate { map["hour"] = 0 } else { map["time"] = value }
      }
      return try build(kind, try TemporalFields(map, for: kind), context)
    }
  }

  private static func parse(
    _ kind: TemporalKind, _ text: String, _ context: FunctionContext
  ) throws(SinterError) -> Value {
    switch kind {
    case .date: return .date(try Date(text))
    case .localTime: return .localTime(try LocalTime(text))
    case .time:
      let offset = context.defaultZone.offset(at: context.statementTime.epochSeconds)
      return .time(try Time(text, defaultOffsetSeconds: offset))
    case .localDateTime: return .localDateTime(try LocalDateTime(text))
    case .dateTime: return .dateTime(try DateTime(text, defaultZone: context.defaultZone))
    }
  }

  private static func build(
    _ kind: TemporalKind, _ fields: TemporalFields, _ context: FunctionContext
  ) throws(SinterError) -> Value {
    switch kind {
    case .date: .date(try fields.date())
    case .localTime: .localTime(try fields.localTime())
    case .time: .time(try fields.time(defaultZone: context.defaultZone, now: context.statementTime))
    case .localDateTime: .localDateTime(try fields.localDateTime())
    case .dateTime: .dateTime(try fields.dateTime(defaultZone: context.defaultZone))
    }
  }

  private static let epochs: [FunctionDefinition] = [
    FunctionDefinition(
      "datetime.fromEpoch", .temporal,
      "datetime.fromEpoch(seconds :: INTEGER | FLOAT, nanoseconds :: INTEGER | FLOAT) :: ZONED DATETIME",
      "The moment some seconds and nanoseconds after 1970-01-01T00:00Z.", [.number, .number], gives: .dateTime
    ) { arguments, _ throws(SinterError) in
      let seconds = try whole(arguments[0], "datetime.fromEpoch")
      let nanoseconds = try whole(arguments[1], "datetime.fromEpoch")
      let carried = seconds.addingReportingOverflow(Calendar.floorDivide(nanoseconds, 1_000_000_000))
      guard !carried.overflow else { throw tooFar("datetime.fromEpoch") }
      return .dateTime(
        try DateTime(
          epochSeconds: carried.partialValue, nanosecond: Calendar.floorModulo(nanoseconds, 1_000_000_000),
          offsetSeconds: 0))
    },
    FunctionDefinition(
      "datetime.fromEpochMillis", .temporal,
      "datetime.fromEpochMillis(milliseconds :: INTEGER | FLOAT) :: ZONED DATETIME",
      "The moment some milliseconds after 1970-01-01T00:00Z.", [.number], gives: .dateTime
    ) { arguments, _ throws(SinterError) in
      let milliseconds = try whole(arguments[0], "datetime.fromEpochMillis")
      return .dateTime(
        try DateTime(
          epochSeconds: Calendar.floorDivide(milliseconds, 1_000),
          nanosecond: Calendar.floorModulo(milliseconds, 1_000) * 1_000_000, offsetSeconds: 0))
    },
  ]

  private static func tooFar(_ function: String) -> SinterError {
    SinterError("ArgumentError.NumberOutOfRange", "\(function)(): the moment is outside the supported years.")
  }

  private static func whole(_ value: Value, _ function: String) throws(SinterError) -> Int64 {
    switch value {
    case .integer(let number): return number
    case .float(let number):
      if let integer = Int64(exactly: number.rounded(.towardZero)) { return integer }
      throw tooFar(function)
    default: return 0
    }
  }

  private static func measure(_ name: String, _ measure: Duration.Measure, _ summary: String) -> FunctionDefinition {
    FunctionDefinition(
      "duration.\(name)", aliases: name == "between" ? ["duration_between"] : [], .temporal, "duration.\(name)(from :: ANY, to :: ANY) :: DURATION", summary,
      [.instant, .instant], gives: .duration
    ) { arguments, _ throws(SinterError) in
      guard let duration = try Duration.between(arguments[0], arguments[1], in: measure) else { return .null }
      return .duration(duration)
    }
  }

  private static let durations: [FunctionDefinition] = [
    FunctionDefinition(
      "duration", .temporal, "duration(input :: STRING | MAP) :: DURATION",
      "A duration from ISO 8601 text or from a map of amounts by unit.", [[.string, .map, .duration]], gives: .duration
    ) { arguments, _ throws(SinterError) in
      switch arguments[0] {
      case .string(let text): .duration(try Duration(text))
      case .map(let map): .duration(try Duration(fields: map))
      default: arguments[0]
      }
    },
    measure("between", .mixed, "The time between two values in months, days and seconds."),
    measure("inMonths", .months, "The whole months between two values."),
    measure("inDays", .days, "The whole days between two values."),
    measure("inSeconds", .seconds, "The time between two values in seconds."),
  ]
}
