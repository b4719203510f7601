import SinterModel

/// Reads a pattern and writes the automaton's program as it goes, by recursive descent.
struct RegularExpressionCompiler {
  typealias Instruction = RegularExpression.Instruction

  private struct Flags {
    var ignoresCase = false
    var dotMatchesAll = false
    var isMultiline = false
    var ignoresSpace = false
  }

  private static let maximumInstructions = 20_000
  private static let maximumDepth = 200
  private static let maximumRepeat = 1_000

  private let pattern: [Unicode.Scalar]
  private var position = 0
  private var flags = Flags()
  private var depth = 0
  private var program: [Instruction] = []
  private var sets: [ScalarSet] = []

  init(_ pattern: String) { self.pattern = Array(pattern.unicodeScalars) }

  mutating func compile() throws(SinterError) -> ([Instruction], [ScalarSet]) {
    try alternation()
    guard position == pattern.count else { throw failure("a ')' without a '('") }
    program.append(.match)
    return (program, sets)
  }

  private func failure(_ what: String) -> SinterError {
    let text = String(String.UnicodeScalarView(pattern.prefix(80)))
    return SinterError(
      "ArgumentError.InvalidArgumentValue", "The regular expression '\(text)' has \(what) at character \(position + 1).")
  }

  // MARK: Reading

  private var next: Unicode.Scalar? { position < pattern.count ? pattern[position] : nil }

  private mutating func take(_ text: String) -> Bool {
    guard pattern[position...].starts(with: text.unicodeScalars) else { return false }
    position += text.unicodeScalars.count
    return true
  }

  private mutating func skipSpace() {
    guard flags.ignoresSpace else { return }
    while let scalar = next {
      if ScalarSet.space.contains(scalar) {
        position += 1
      } else if scalar == "#" {
        while let scalar = next, scalar != "\n" { _ = scalar; position += 1 }
      } else {
        return
      }
    }
  }

  // MARK: Writing

  private mutating func emit(_ instruction: Instruction) throws(SinterError) {
    guard program.count < RegularExpressionCompiler.maximumInstructions else {
      throw SinterError("LimitError.PatternTooLarge", "The regular expression is too large; repeat less or shorter parts.")
    }
    program.append(instruction)
  }

  private mutating func emit(_ set: ScalarSet) throws(SinterError) {
    var set = set
    set.prepare()
    sets.append(set)
    try emit(.set(sets.count - 1))
  }

  /// Code that is moved when it is copied or shifted: its targets count from its own start.
  private func moved(_ code: [Instruction], by distance: Int) -> [Instruction] {
    code.map {
      switch $0 {
      case .split(let a, let b): .split(a + distance, b + distance)
      case .jump(let target): .jump(target + distance)
      default: $0
      }
    }
  }

  private mutating func append(_ code: [Instruction], from start: Int) throws(SinterError) {
    for instruction in moved(code, by: program.count - start) { try emit(instruction) }
  }

  // MARK: Grammar

  private mutating func alternation() throws(SinterError) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= RegularExpressionCompiler.maximumDepth else { throw failure("too many nested groups") }
    // Flags set inside a group end with it.
    let outer = flags
    defer { flags = outer }
    let start = program.count
    try sequence()
    while take("|") {
      let left = Array(program[start...])
      program.removeSubrange(start...)
      // split → left, jump to the end; right
      try emit(.split(start + 1, start + left.count + 2))
      try append(left, from: start)
      let jump = program.count
      try emit(.jump(jump))
      try sequence()
      program[jump] = .jump(program.count)
    }
  }

  private mutating func sequence() throws(SinterError) {
    skipSpace()
    while let scalar = next, scalar != "|", scalar != ")" {
      let start = program.count
      if try atom() { try quantifiers(from: start) }
      skipSpace()
    }
  }

  /// Whether what was read can be repeated.
  private mutating func atom() throws(SinterError) -> Bool {
    guard let scalar = next else { return false }
    position += 1
    switch scalar {
    case "(": return try group()
    case "[": try emit(try characterClass())
    case ".": try emit(flags.dotMatchesAll ? .everything : ScalarSet.lineTerminators.negated)
    case "^": try emit(flags.isMultiline ? .lineStart : .textStart)
    case "$": try emit(flags.isMultiline ? .lineEnd : .textEnd)
    case "\\": try escape()
    case "*", "+", "?": 
      position -= 1
      throw failure("nothing to repeat")
    default: try literal(scalar)
    }
    return true
  }

  private mutating func literal(_ scalar: Unicode.Scalar) throws(SinterError) {
    if flags.ignoresCase, ScalarSet.lowered(scalar) != scalar || ScalarSet.raised(scalar) != scalar {
      try emit(ScalarSet(ranges: [scalar.value...scalar.value], ignoresCase: true))
    } else {
      try emit(.scalar(scalar))
    }
  }

  private mutating func group() throws(SinterError) -> Bool {
    var inner = flags
    if take("?") {
      if take("<") {
        guard next != "=", next != "!" else { throw failure("a look-behind, which is not supported,") }
        while let scalar = next, scalar != ">" { _ = scalar; position += 1 }
        guard take(">") else { throw failure("a group name without '>'") }
      } else if next == "=" || next == "!" {
        throw failure("a look-ahead, which is not supported,")
      } else if next == ">" {
        throw failure("an atomic group, which is not supported,")
      } else {
        var value = true
        while let scalar = next, scalar != ":", scalar != ")" {
          position += 1
          switch scalar {
          case "-": value = false
          case "i": inner.ignoresCase = value
          case "s": inner.dotMatchesAll = value
          case "m": inner.isMultiline = value
          case "x": inner.ignoresSpace = value
          case "u", "U", "d": break
          default: throw failure("an unknown flag")
          }
        }
        if take(")") {
          flags = inner
          return false
        }
        guard take(":") else { throw failure("a group that is not closed") }
      }
    }
    let outer = flags
    flags = inner
    try alternation()
    flags = outer
    guard take(")") else { throw failure("a group that is not closed") }
    return true
  }

  private mutating func quantifiers(from start: Int) throws(SinterError) {
    while true {
      skipSpace()
      var low = 0
      var high: Int?
      if take("*") {
      } else if take("+") {
        low = 1
      } else if take("?") {
        high = 1
      } else if next == "{" {
        position += 1
        guard let least = number() else { throw failure("a '{' without a number") }
        low = least
        high = least
        if take(",") { high = number() }
        guard take("}") else { throw failure("a '{' that is not closed") }
        guard low <= RegularExpressionCompiler.maximumRepeat, (high ?? 0) <= RegularExpressionCompiler.maximumRepeat,
          high.map({ $0 >= low }) ?? true
        else { throw failure("a wrong or too large number of repetitions") }
      } else {
        return
      }
      // Whether a quantifier is greedy makes no difference to whether a whole text matches.
      if !take("?"), next == "+" { throw failure("a possessive quantifier, which is not supported,") }
      try repeatCode(from: start, low, high)
    }
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let scalar = next, (48...57).contains(scalar.value), (value ?? 0) < 1_000_000 {
      value = (value ?? 0) * 10 + Int(scalar.value - 48)
      position += 1
    }
    return value
  }

  private mutating func repeatCode(from start: Int, _ low: Int, _ high: Int?) throws(SinterError) {
    let code = Array(program[start...])
    program.removeSubrange(start...)
    for _ in 0..<low { try append(code, from: start) }
    if let high {
      // Each further copy may be the first to be left out.
      var exits: [Int] = []
      for _ in low..<max(low, high) {
        exits.append(program.count)
        try emit(.split(program.count + 1, 0))
        try append(code, from: start)
      }
      for exit in exits { program[exit] = .split(exit + 1, program.count) }
    } else {
      let loop = program.count
      try emit(.split(loop + 1, loop + code.count + 2))
      try append(code, from: start)
      try emit(.jump(loop))
    }
  }

  // MARK: Escapes and classes

  private mutating func escape() throws(SinterError) {
    guard let scalar = next else { throw failure("a '\\' with nothing after it") }
    switch scalar {
    case "b", "B":
      position += 1
      try emit(scalar == "b" ? .wordBoundary : .notWordBoundary)
    case "A", "z", "Z":
      position += 1
      try emit(scalar == "A" ? .textStart : .textEnd)
    case "1"..."9", "k": throw failure("a back reference, which is not supported,")
    case "Q":
      position += 1
      while position < pattern.count, !take("\\E") {
        try literal(pattern[position])
        position += 1
      }
    default:
      if let set = try escapedSet() {
        try emit(set)
      } else {
        try literal(try escapedScalar())
      }
    }
  }

  /// `\d`, `\W`, `\p{L}` …, after the backslash; nil where a single character follows.
  private mutating func escapedSet() throws(SinterError) -> ScalarSet? {
    guard let scalar = next else { return nil }
    let set: ScalarSet
    switch scalar {
    case "d": set = .digit
    case "D": set = ScalarSet.digit.negated
    case "w": set = .word
    case "W": set = ScalarSet.word.negated
    case "s": set = .space
    case "S": set = ScalarSet.space.negated
    case "h": set = ScalarSet(ranges: [9...9, 32...32, 0xA0...0xA0, 0x2000...0x200A, 0x3000...0x3000])
    case "R": set = .lineTerminators
    case "p", "P":
      position += 1
      var name = ""
      if take("{") {
        while let scalar = next, scalar != "}" {
          name.unicodeScalars.append(scalar)
          position += 1
        }
      } else if let letter = next {
        name = String(letter)
      }
      guard next != nil, let property = ScalarSet.Property(name: name) else {
        throw failure("an unknown character property '\(name)'")
      }
      set = ScalarSet(properties: [(property, scalar == "P")])
    default: return nil
    }
    position += 1
    return set
  }

  private mutating func escapedScalar() throws(SinterError) -> Unicode.Scalar {
    guard let scalar = next else { throw failure("a '\\' with nothing after it") }
    position += 1
    switch scalar {
    case "t": return "\t"
    case "n": return "\n"
    case "r": return "\r"
    case "f": return "\u{C}"
    case "a": return "\u{7}"
    case "e": return "\u{1B}"
    case "x":
      if take("{") {
        var digits = ""
        while let scalar = next, scalar != "}" {
          digits.unicodeScalars.append(scalar)
          position += 1
        }
        position += 1
        return try scalar16(digits)
      }
      return try hexadecimal(2)
    case "u": return try hexadecimal(4)
    default:
      guard !scalar.properties.isAlphabetic || scalar.value > 127 else { throw failure("an unknown escape '\\\(scalar)'") }
      return scalar
    }
  }

  private mutating func hexadecimal(_ count: Int) throws(SinterError) -> Unicode.Scalar {
    let end = min(position + count, pattern.count)
    let digits = String(String.UnicodeScalarView(pattern[position..<end]))
    position = end
    return try scalar16(digits)
  }

  private func scalar16(_ digits: String) throws(SinterError) -> Unicode.Scalar {
    guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
      throw failure("a wrong hexadecimal character")
    }
    return scalar
  }

  /// After the `[`.
  private mutating func characterClass() throws(SinterError) -> ScalarSet {
    depth += 1
    defer { depth -= 1 }
    guard depth <= RegularExpressionCompiler.maximumDepth else { throw failure("too many nested classes") }
    var set = ScalarSet(ignoresCase: flags.ignoresCase)
    set.isNegated = take("^")
    var isFirst = true
    while true {
      guard let scalar = next else { throw failure("a '[' that is not closed") }
      if scalar == "]", !isFirst {
        position += 1
        return set
      }
      isFirst = false
      if take("&&") { throw failure("an intersection of classes, which is not supported,") }
      position += 1
      if scalar == "[" {
        set.subsets.append(try characterClass())
        continue
      }
      var low = scalar
      if scalar == "\\" {
        if let escaped = try escapedSet() {
          set.subsets.append(escaped)
          continue
        }
        low = try escapedScalar()
      }
      var high = low
      if next == "-", position + 1 < pattern.count, pattern[position + 1] != "]", pattern[position + 1] != "[" {
        position += 1
        high = pattern[position]
        position += 1
        if high == "\\" { high = try escapedScalar() }
        guard low <= high else { throw failure("a range from a later to an earlier character") }
      }
      set.ranges.append(low.value...high.value)
    }
  }
}
