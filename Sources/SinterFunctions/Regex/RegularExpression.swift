import Synchronization
package import SinterModel

/// A regular expression in the common subset of Java's notation, compiled to a nondeterministic automaton.
///
/// Matching follows all alternatives at once (Thompson's construction, run as in Pike's virtual machine), so its time
/// is bounded by pattern length × text length whatever the pattern: there is no backtracking to blow up. What only
/// backtracking can do is refused: back references, look-around, possessive and atomic groups.
package struct RegularExpression: Sendable {
  enum Instruction: Sendable {
    case scalar(Unicode.Scalar)
    case set(Int)
    case split(Int, Int)
    case jump(Int)
    case lineStart, lineEnd, textStart, textEnd, wordBoundary, notWordBoundary
    case match
  }

  let program: [Instruction]
  let sets: [ScalarSet]
  /// A text that every match contains; empty where none is known.
  private let requiredText: String

  /// - Throws: `ArgumentError.InvalidArgumentValue` for a pattern that is wrong or uses what is not supported,
  ///   `LimitError.PatternTooLarge` for one that would compile to too large an automaton.
  package init(_ pattern: String) throws(SinterError) {
    var compiler = RegularExpressionCompiler(pattern)
    (program, sets) = try compiler.compile()
    requiredText = RegularExpression.requiredText(of: pattern)
  }

  /// The longest run of plain characters in a pattern such as `.*phone.*case`, which has no other operators than the
  /// dot and the star: most patterns in queries are of this kind, and most rows can be told not to match by it.
  private static func requiredText(of pattern: String) -> String {
    guard !pattern.unicodeScalars.contains(where: { "|()[]{}\\^$?+".unicodeScalars.contains($0) }) else { return "" }
    // By code point: a combining mark must not hide an operator.
    return pattern.unicodeScalars.split(separator: ".").flatMap { piece in
      let runs = piece.split(separator: "*", omittingEmptySubsequences: false)
      // The character before a star may be absent; a star at the start belongs to the dot.
      return runs.enumerated().map { index, run in String(index == runs.count - 1 ? run : run.dropLast()) }
    }.max { $0.utf8.count < $1.utf8.count } ?? ""
  }

  private static let cacheCapacity = 64
  private static let cache = Mutex<[String: RegularExpression]>([:])

  /// The compiled form of a pattern, kept for the next call.
  static func cached(_ pattern: String) throws(SinterError) -> RegularExpression {
    if let known = cache.withLock({ $0[pattern] }) { return known }
    let compiled = try RegularExpression(pattern)
    cache.withLock { cache in
      if cache.count >= cacheCapacity { cache.removeAll(keepingCapacity: true) }
      cache[pattern] = compiled
    }
    return compiled
  }

  /// Whether the whole text matches.
  /// - Parameter limits: looked at now and then, as a long text may take long.
  /// - Complexity: O(pattern × text)
  package func matches(_ text: String, _ limits: QueryLimits? = nil) throws(SinterError) -> Bool {
    if !requiredText.isEmpty, !TextSearch.contains(text, requiredText) { return false }
    if text.utf8.count > 1024 { try limits?.checkRoom(text.utf8.count * 4) }
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      scalars.append(scalar)
      if scalars.count & 0xFFFF == 0 { try limits?.checkInterrupts() }
    }
    var current = ThreadList(capacity: program.count)
    var next = ThreadList(capacity: program.count)
    var stack: [Int] = []
    follow(0, at: 0, in: scalars, &current, &stack)
    for (position, scalar) in scalars.enumerated() {
      if current.isEmpty { return false }
      try limits?.countSteps(current.threads.count)
      next.removeAll()
      for thread in current.threads {
        let isTaken: Bool =
          switch program[thread] {
          case .scalar(let wanted): wanted == scalar
          case .set(let index): sets[index].contains(scalar)
          default: false
          }
        if isTaken { follow(thread + 1, at: position + 1, in: scalars, &next, &stack) }
      }
      swap(&current, &next)
    }
    return current.threads.contains { if case .match = program[$0] { true } else { false } }
  }

  /// Adds a thread and all that it reaches without reading.
  private func follow(
    _ start: Int, at position: Int, in scalars: [Unicode.Scalar], _ list: inout ThreadList, _ stack: inout [Int]
  ) {
    stack.append(start)
    while let thread = stack.popLast() {
      guard list.insert(thread) else { continue }
      switch program[thread] {
      case .split(let a, let b):
        stack.append(b)
        stack.append(a)
      case .jump(let target): stack.append(target)
      case .scalar, .set, .match: break
      case let assertion:
        if holds(assertion, at: position, in: scalars) { stack.append(thread + 1) }
      }
    }
  }

  private func holds(_ assertion: Instruction, at position: Int, in scalars: [Unicode.Scalar]) -> Bool {
    func isLineEnd(_ index: Int) -> Bool { ScalarSet.lineTerminators.contains(scalars[index]) }
    func isWord(_ index: Int) -> Bool { scalars.indices.contains(index) && ScalarSet.word.contains(scalars[index]) }
    return switch assertion {
    case .textStart: position == 0
    // Java's `$` also holds before a line terminator that ends the text.
    case .textEnd: position == scalars.count || (position == scalars.count - 1 && isLineEnd(position))
    case .lineStart: position == 0 || isLineEnd(position - 1)
    case .lineEnd: position == scalars.count || isLineEnd(position)
    case .wordBoundary: isWord(position - 1) != isWord(position)
    case .notWordBoundary: isWord(position - 1) == isWord(position)
    default: false
    }
  }
}

/// A set of program positions that keeps the order of insertion and empties in constant time.
private struct ThreadList {
  var threads: [Int] = []
  private var marks: [UInt32]
  private var generation: UInt32 = 1

  init(capacity: Int) { marks = Array(repeating: 0, count: capacity) }

  var isEmpty: Bool { threads.isEmpty }

  mutating func insert(_ thread: Int) -> Bool {
    guard marks[thread] != generation else { return false }
    marks[thread] = generation
    threads.append(thread)
    return true
  }

  mutating func removeAll() {
    threads.removeAll(keepingCapacity: true)
    generation &+= 1
  }
}
