import SinterFunctions
import SinterModel

/// A small evaluator of constant expressions, so that tests can be written as the query language writes them:
/// literals, lists, maps, calls, properties, elements, slices and the binary operators with their precedence.
struct Evaluator {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private let context: FunctionContext

  static let context = FunctionContext(
    transactionTime: Instant(epochSeconds: 1_500_000_000, nanosecond: 123_456_789))

  static func evaluate(_ text: String, _ context: FunctionContext = context) throws(SinterError) -> Value {
    var evaluator = Evaluator(text, context)
    let value = try evaluator.comparison()
    evaluator.skipSpace()
    precondition(evaluator.position == evaluator.scalars.count, "cannot read all of: \(text)")
    return value
  }

  private init(_ text: String, _ context: FunctionContext) {
    scalars = Array(text.unicodeScalars)
    self.context = context
  }

  private mutating func skipSpace() {
    while position < scalars.count, scalars[position].properties.isWhitespace { position += 1 }
  }

  private mutating func take(_ token: String) -> Bool {
    skipSpace()
    let wanted = Array(token.unicodeScalars)
    guard scalars[position...].starts(with: wanted) else { return false }
    if token.last?.isLetter == true, position + wanted.count < scalars.count {
      let next = scalars[position + wanted.count]
      if next.properties.isAlphabetic || next == "_" { return false }
    }
    position += wanted.count
    return true
  }

  private mutating func expect(_ token: String) {
    precondition(take(token), "'\(token)' expected at \(position) in \(String(String.UnicodeScalarView(scalars)))")
  }

  private mutating func comparison() throws(SinterError) -> Value {
    var left = try predicate()
    while true {
      if take("=~") {
        left = try Operators.matches(left, try predicate())
      } else if take("<>") {
        left = Operators.notEqual(left, try predicate())
      } else if take("<=") {
        left = Operators.lessOrEqual(left, try predicate())
      } else if take(">=") {
        left = Operators.greaterOrEqual(left, try predicate())
      } else if take("<") {
        left = Operators.less(left, try predicate())
      } else if take(">") {
        left = Operators.greater(left, try predicate())
      } else if take("=") {
        left = Operators.equal(left, try predicate())
      } else {
        return left
      }
    }
  }

  private mutating func predicate() throws(SinterError) -> Value {
    var left = try sum()
    while true {
      if take("IN") {
        left = try Operators.in(left, try sum())
      } else if take("STARTS WITH") {
        left = Operators.startsWith(left, try sum())
      } else if take("ENDS WITH") {
        left = Operators.endsWith(left, try sum())
      } else if take("CONTAINS") {
        left = Operators.contains(left, try sum())
      } else {
        return left
      }
    }
  }

  private mutating func sum() throws(SinterError) -> Value {
    var left = try product()
    while true {
      if take("+") {
        left = try Operators.add(left, try product())
      } else if take("-") {
        left = try Operators.subtract(left, try product())
      } else if take("||") {
        left = try Operators.concatenate(left, try product())
      } else {
        return left
      }
    }
  }

  private mutating func product() throws(SinterError) -> Value {
    var left = try power()
    while true {
      if take("*") {
        left = try Operators.multiply(left, try power())
      } else if take("/") {
        left = try Operators.divide(left, try power())
      } else if take("%") {
        left = try Operators.modulo(left, try power())
      } else {
        return left
      }
    }
  }

  private mutating func power() throws(SinterError) -> Value {
    var left = try postfix()
    while take("^") { left = try Operators.power(left, try postfix()) }
    return left
  }

  private mutating func postfix() throws(SinterError) -> Value {
    var value = try primary()
    while true {
      if position < scalars.count, scalars[position] == "." , position + 1 < scalars.count, scalars[position + 1] != "." {
        position += 1
        value = try Operators.property(of: value, name())
      } else if position < scalars.count, scalars[position] == "[" {
        position += 1
        value = try access(value)
      } else {
        return value
      }
    }
  }

  private mutating func access(_ value: Value) throws(SinterError) -> Value {
    var from: Value?
    if !take("..") {
      from = try comparison()
      if take("]") { return try Operators.element(value, from ?? .null) }
      expect("..")
    }
    if take("]") { return try Operators.slice(value, from: from, to: nil) }
    let to = try comparison()
    expect("]")
    return try Operators.slice(value, from: from, to: to)
  }

  private mutating func name() -> String {
    skipSpace()
    var text = ""
    while position < scalars.count,
      scalars[position].properties.isAlphabetic || scalars[position] == "_" || (48...57).contains(scalars[position].value)
    {
      text.unicodeScalars.append(scalars[position])
      position += 1
    }
    precondition(!text.isEmpty, "name expected at \(position) in \(String(String.UnicodeScalarView(scalars)))")
    return text
  }

  private mutating func primary() throws(SinterError) -> Value {
    if take("(") {
      let value = try comparison()
      expect(")")
      return value
    }
    if take("[") { return .list(try list(until: "]")) }
    if take("{") { return try map() }
    if take("-") { return try Operators.negate(try postfix()) }
    skipSpace()
    let next = scalars[position]
    if next == "'" { return .string(string()) }
    if (48...57).contains(next.value) { return number() }
    var name = name()
    switch name.lowercased() {
    case "null": return .null
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    default: break
    }
    while position < scalars.count, scalars[position] == "." {
      position += 1
      name += "." + self.name()
    }
    expect("(")
    guard let function = FunctionLibrary.standard.find(name) else { preconditionFailure("no function \(name)") }
    return try function.evaluate(try list(until: ")"), context)
  }

  private mutating func list(until end: String) throws(SinterError) -> [Value] {
    var values: [Value] = []
    if take(end) { return values }
    repeat { values.append(try comparison()) } while take(",")
    expect(end)
    return values
  }

  private mutating func map() throws(SinterError) -> Value {
    var entries: [String: Value] = [:]
    if take("}") { return .map(entries) }
    repeat {
      let key = name()
      expect(":")
      entries[key] = try comparison()
    } while take(",")
    expect("}")
    return .map(entries)
  }

  private mutating func string() -> String {
    position += 1
    var text = ""
    while scalars[position] != "'" {
      if scalars[position] == "\\" {
        position += 1
        switch scalars[position] {
        case "n": text += "\n"
        case "t": text += "\t"
        case let other: text.unicodeScalars.append(other)
        }
      } else {
        text.unicodeScalars.append(scalars[position])
      }
      position += 1
    }
    position += 1
    return text
  }

  private mutating func number() -> Value {
    var text = ""
    var isFloat = false
    while position < scalars.count {
      let scalar = scalars[position]
      let isFraction = scalar == "." && position + 1 < scalars.count && (48...57).contains(scalars[position + 1].value)
      let isExponent = scalar == "e" || scalar == "E"
      let isSign = (scalar == "-" || scalar == "+") && (text.last == "e" || text.last == "E")
      guard (48...57).contains(scalar.value) || isFraction || isExponent || isSign else { break }
      if isFraction || isExponent { isFloat = true }
      text.unicodeScalars.append(scalar)
      position += 1
    }
    if isFloat { return .float(Double(text) ?? .nan) }
    return .integer(Int64(text) ?? 0)
  }
}
