import SinterModel

enum StringFunctions {
  static let all: [FunctionDefinition] = pieces + cases + trimming + whole

  static func text(_ value: Value) -> String {
    if case .string(let text) = value { text } else { "" }
  }

  /// A count or position of code points.
  /// - Throws: `ArgumentError.NumberOutOfRange` when it is negative, `ArgumentError.InvalidArgumentValue` when it is
  ///   null: only a string that is unknown has unknown parts.
  private static func count(_ value: Value, _ function: String, _ name: String) throws(SinterError) -> Int {
    guard case .integer(let number) = value else {
      throw SinterError("ArgumentError.InvalidArgumentValue", "\(function)() takes an integer as \(name), not null.")
    }
    guard number >= 0 else {
      throw SinterError("ArgumentError.NumberOutOfRange", "\(function)() takes a \(name) from 0, not \(number).")
    }
    return Int(number)
  }

  private static func simple(
    _ name: String, aliases: [String] = [], _ summary: String, _ function: @escaping @Sendable (String) -> String
  ) -> FunctionDefinition {
    FunctionDefinition(
      name, aliases: aliases, .string, "\(name)(input :: STRING) :: STRING", summary, [.string], gives: .string
    ) { arguments, _ in .string(function(text(arguments[0]))) }
  }

  private static let pieces: [FunctionDefinition] = [
    FunctionDefinition(
      "left", .string, "left(original :: STRING, length :: INTEGER) :: STRING", "The first characters of a string.",
      [.string, .integer], gives: .string, propagatesNull: false
    ) { arguments, _ throws(SinterError) in
      if arguments[0].isNull { return .null }
      return .string(String(text(arguments[0]).unicodeScalars.prefix(try count(arguments[1], "left", "length"))))
    },
    FunctionDefinition(
      "right", .string, "right(original :: STRING, length :: INTEGER) :: STRING", "The last characters of a string.",
      [.string, .integer], gives: .string, propagatesNull: false
    ) { arguments, _ throws(SinterError) in
      if arguments[0].isNull { return .null }
      return .string(String(text(arguments[0]).unicodeScalars.suffix(try count(arguments[1], "right", "length"))))
    },
    FunctionDefinition(
      "substring", .string, "substring(original :: STRING, start :: INTEGER, length :: INTEGER) :: STRING",
      "The characters from a position on, the first being 0, up to a length if one is given.",
      [.string, .integer, .integer], minimum: 2, gives: .string, propagatesNull: false
    ) { arguments, _ throws(SinterError) in
      if arguments[0].isNull { return .null }
      let rest = text(arguments[0]).unicodeScalars.dropFirst(try count(arguments[1], "substring", "start"))
      if arguments.count == 2 { return .string(String(rest)) }
      return .string(String(rest.prefix(try count(arguments[2], "substring", "length"))))
    },
    FunctionDefinition(
      "split", .string, "split(original :: STRING, splitDelimiters :: STRING | LIST<STRING>) :: LIST<STRING>",
      "The pieces of a string between the delimiters.", [.string, [.string, .list]], gives: .list
    ) { arguments, _ throws(SinterError) in
      var separators: [String] = []
      switch arguments[1] {
      case .string(let separator): separators = [separator]
      case .list(let elements):
        for element in elements {
          guard case .string(let separator) = element else {
            throw SinterError("TypeError.InvalidArgumentValue", "split() takes strings as delimiters, not \(element.typePhrase).")
          }
          separators.append(separator)
        }
      default: break
      }
      return .list(TextSearch.split(text(arguments[0]), by: separators).map { .string($0) })
    },
    FunctionDefinition(
      "replace", .string,
      "replace(original :: STRING, search :: STRING, replace :: STRING, limit :: INTEGER) :: STRING",
      "The string with every occurrence of another, or the first `limit` of them, replaced.",
      [.string, .string, .string, .integer], minimum: 3, gives: .string
    ) { arguments, _ throws(SinterError) in
      let limit = arguments.count == 4 ? try count(arguments[3], "replace", "limit") : .max
      return .string(TextSearch.replace(text(arguments[0]), text(arguments[1]), with: text(arguments[2]), limit: limit))
    },
  ]

  private static let cases: [FunctionDefinition] = [
    simple("toUpper", aliases: ["upper"], "The string in upper case.") { $0.uppercased() },
    simple("toLower", aliases: ["lower"], "The string in lower case.") { $0.lowercased() },
  ]

  private enum Side { case leading, trailing, both }

  private static func trimmed(_ string: String, _ side: Side, _ isTrimmed: (Unicode.Scalar) -> Bool) -> String {
    var scalars = string.unicodeScalars[...]
    if side != .trailing { scalars = scalars.drop(while: isTrimmed) }
    if side != .leading {
      while let last = scalars.last, isTrimmed(last) { scalars.removeLast() }
    }
    return String(scalars)
  }

  private static func trimming(_ name: String, _ side: Side, _ what: String) -> FunctionDefinition {
    FunctionDefinition(
      name, .string, "\(name)(input :: STRING, trimCharacters :: STRING) :: STRING",
      "The string without the white space, or the given characters, at \(what).", [.string, .string], minimum: 1,
      gives: .string
    ) { arguments, _ in
      guard arguments.count == 2 else {
        return .string(trimmed(text(arguments[0]), side) { $0.properties.isWhitespace })
      }
      let characters = Set(text(arguments[1]).unicodeScalars)
      return .string(trimmed(text(arguments[0]), side) { characters.contains($0) })
    }
  }

  private static let trimming: [FunctionDefinition] = [
    trimming("trim", .both, "both ends"), trimming("bTrim", .both, "both ends"),
    trimming("lTrim", .leading, "its start"), trimming("rTrim", .trailing, "its end"),
  ]

  private static let whole: [FunctionDefinition] = [
    FunctionDefinition(
      "char_length", aliases: ["character_length"], .string, "char_length(input :: STRING) :: INTEGER",
      "The number of characters of a string.", [.string], gives: .integer
    ) { arguments, _ in .integer(Int64(text(arguments[0]).unicodeScalars.count)) },
    FunctionDefinition(
      "normalize", .string, "normalize(input :: STRING, normalForm :: STRING) :: STRING",
      "The string in a Unicode normal form: NFC (the default), NFD, NFKC or NFKD.", [.string, .string], minimum: 1,
      gives: .string
    ) { arguments, _ throws(SinterError) in
      let form = try NormalForm(name: arguments.count == 2 ? text(arguments[1]) : "NFC")
      return .string(form.normalize(text(arguments[0])))
    },
  ]
}
