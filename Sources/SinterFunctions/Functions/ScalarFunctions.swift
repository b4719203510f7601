import SinterModel

enum ScalarFunctions {
  static let all: [FunctionDefinition] = [
    FunctionDefinition(
      "coalesce", .scalar, "coalesce(input :: ANY, …) :: ANY", "The first argument that is not null.", [.any],
      isVariadic: true, gives: .any, propagatesNull: false
    ) { arguments, _ in arguments.first { !$0.isNull } ?? .null },
    FunctionDefinition(
      "nullIf", .scalar, "nullIf(v1 :: ANY, v2 :: ANY) :: ANY", "Null when both arguments are equal, else the first.",
      [.any, .any], gives: .any, propagatesNull: false
    ) { arguments, _ in arguments[0].isEqual(arguments[1]) == true ? .null : arguments[0] },
    FunctionDefinition(
      "valueType", .scalar, "valueType(input :: ANY) :: STRING", "The most precise type of a value.", [.any],
      gives: .string, propagatesNull: false
    ) { arguments, _ in .string(ValueType(of: arguments[0]).text) },
    FunctionDefinition(
      "randomUUID", .scalar, "randomUUID() :: STRING", "A random UUID (version 4).", [], gives: .string,
      volatility: .volatile
    ) { _, context in .string(uuid(context.random(), context.random())) },
    FunctionDefinition(
      "timestamp", .scalar, "timestamp() :: INTEGER",
      "The milliseconds from 1970-01-01T00:00Z to the start of the statement.", [], gives: .integer,
      volatility: .statement
    ) { _, context in
      .integer(context.statementTime.epochSeconds &* 1_000 &+ context.statementTime.nanosecond / 1_000_000)
    },
  ]

  /// RFC 9562: 122 random bits, version 4, variant 10.
  private static func uuid(_ high: UInt64, _ low: UInt64) -> String {
    let high = high & ~0xF000 | 0x4000
    let low = low & ~(0b11 << 62) | 0b10 << 62
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for nibble in 0..<32 {
      if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 { text.append(UInt8(ascii: "-")) }
      let word = nibble < 16 ? high : low
      text.append(digits[Int(word >> UInt64(60 - nibble % 16 * 4) & 0xF)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
