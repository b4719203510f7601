/// A ``Filter`` bound to the columns of one file; one per thread, since patterns are not shareable.
struct RowFilter {
  private indirect enum Node {
    case and(Node, Node)
    case or(Node, Node)
    case not(Node)
    case isNull(Operand, negated: Bool)
    case compare(Operand, Filter.Comparison, Operand)
    case text(Operand, Filter.TextTest, Operand)
    case isIn(Operand, [Operand])
    case matches(Operand, Regex<AnyRegexOutput>)
  }
  fileprivate enum Operand {
    case column(Int)
    case text([UInt8])
    case number(Double)
    case boolean(Bool)
  }

  private let root: Node
  private let nulls: NullTexts

  /// - Parameter index: a column's position; every column of the filter exists.
  init(_ filter: Filter, nulls: NullTexts, index: (String) -> Int) {
    self.nulls = nulls
    func bind(_ operand: Filter.Operand) -> Operand {
      switch operand {
      case .column(let name): .column(index(name))
      case .text(let text): .text(text)
      case .number(let number): .number(number)
      case .boolean(let value): .boolean(value)
      }
    }
    func bind(_ node: Filter.Node) -> Node {
      switch node {
      case .and(let a, let b): return .and(bind(a), bind(b))
      case .or(let a, let b): return .or(bind(a), bind(b))
      case .not(let a): return .not(bind(a))
      case .isNull(let a, let negated): return .isNull(bind(a), negated: negated)
      case .compare(let a, let comparison, let b): return .compare(bind(a), comparison, bind(b))
      case .text(let a, let test, let b): return .text(bind(a), test, bind(b))
      case .isIn(let a, let list): return .isIn(bind(a), list.map(bind))
      case .matches(let a, let pattern):
        guard let regex = try? Regex(pattern) else { preconditionFailure("the parser has read this pattern before") }
        return .matches(bind(a), regex)
      }
    }
    root = bind(filter.root)
  }

  /// Whether the row passes.
  func passes(_ fields: UnsafePointer<Field>) -> Bool { evaluate(root, fields) == true }

  /// Three-valued: nil is unknown.
  private func evaluate(_ node: Node, _ fields: UnsafePointer<Field>) -> Bool? {
    switch node {
    case .and(let a, let b):
      let left = evaluate(a, fields)
      if left == false { return false }
      let right = evaluate(b, fields)
      return right == false ? false : (left == nil ? nil : right)
    case .or(let a, let b):
      let left = evaluate(a, fields)
      if left == true { return true }
      let right = evaluate(b, fields)
      return right == true ? true : (left == nil ? nil : right)
    case .not(let a): return evaluate(a, fields).map { !$0 }
    case .isNull(let a, let negated): return (bytes(a, fields) == nil) != negated
    case .compare(let a, let comparison, let b): return compare(a, comparison, b, fields)
    case .text(let a, let test, let b): return testText(a, test, b, fields)
    case .isIn(let a, let list):
      guard bytes(a, fields) != nil else { return nil }
      return list.contains { compare(a, .equal, $0, fields) == true }
    case .matches(let a, let regex):
      guard let text = bytes(a, fields) else { return nil }
      return (try? regex.firstMatch(in: text)) != nil
    }
  }

  private func bytes(_ operand: Operand, _ fields: UnsafePointer<Field>) -> String? {
    switch operand {
    case .column(let index):
      nulls.contains(fields[index]) ? nil : String(decoding: fields[index].bytes, as: UTF8.self)
    case .text(let text): String(decoding: text, as: UTF8.self)
    case .number(let number): String(number)
    case .boolean(let value): value ? "true" : "false"
    }
  }

  private func number(_ operand: Operand, _ fields: UnsafePointer<Field>) -> Double? {
    switch operand {
    case .column(let index): nulls.contains(fields[index]) ? nil : NumberText.float(fields[index].bytes)
    case .text(let text): text.withUnsafeBufferPointer { NumberText.float($0) }
    case .number(let number): number
    case .boolean: nil
    }
  }

  private func boolean(_ operand: Operand, _ fields: UnsafePointer<Field>) -> Bool? {
    switch operand {
    case .column(let index): nulls.contains(fields[index]) ? nil : NumberText.boolean(fields[index].bytes)
    case .boolean(let value): value
    case .text, .number: nil
    }
  }

  private func compare(_ a: Operand, _ comparison: Filter.Comparison, _ b: Operand, _ fields: UnsafePointer<Field>) -> Bool? {
    if a.isBoolean || b.isBoolean {
      guard let left = boolean(a, fields), let right = boolean(b, fields) else { return nil }
      return comparison == .equal ? left == right : comparison == .notEqual ? left != right : nil
    }
    if a.isNumber || b.isNumber {
      guard let left = number(a, fields), let right = number(b, fields) else { return nil }
      return holds(comparison, left, right)
    }
    if !a.isText, !b.isText, let left = number(a, fields), let right = number(b, fields) { return holds(comparison, left, right) }
    guard let left = bytes(a, fields), let right = bytes(b, fields) else { return nil }
    return holds(comparison, left, right)
  }

  private func holds<T: Comparable>(_ comparison: Filter.Comparison, _ a: T, _ b: T) -> Bool {
    switch comparison {
    case .equal: a == b
    case .notEqual: a != b
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    }
  }

  private func testText(_ a: Operand, _ test: Filter.TextTest, _ b: Operand, _ fields: UnsafePointer<Field>) -> Bool? {
    guard let text = bytes(a, fields), let part = bytes(b, fields) else { return nil }
    switch test {
    case .startsWith: return text.utf8.starts(with: part.utf8)
    case .endsWith: return text.utf8.reversed().starts(with: part.utf8.reversed())
    case .contains: return containsBytes(Array(text.utf8), Array(part.utf8))
    }
  }

  private func containsBytes(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    guard part.count <= text.count else { return false }
    return (0...(text.count - part.count)).contains { text[$0...].starts(with: part) }
  }
}

extension RowFilter.Operand {
  fileprivate var isNumber: Bool { if case .number = self { true } else { false } }
  fileprivate var isText: Bool { if case .text = self { true } else { false } }
  fileprivate var isBoolean: Bool { if case .boolean = self { true } else { false } }
}

/// The texts that read as null.
struct NullTexts: Sendable {
  private let texts: [[UInt8]]
  private let longest: Int
  private let hasEmpty: Bool
  private let quotedIsNeverNull: Bool

  init(_ source: SourcePlan) {
    texts = source.nullTexts.filter { !$0.isEmpty }
    longest = texts.map(\.count).max() ?? 0
    hasEmpty = source.nullTexts.contains([])
    quotedIsNeverNull = source.quotedIsNeverNull
  }

  @inline(__always)
  func contains(_ field: Field) -> Bool {
    if field.flags.contains(.null) { return true }
    if field.flags.contains(.list) || (quotedIsNeverNull && field.flags.contains(.quoted)) { return false }
    let length = Int(field.length)
    if length == 0 { return hasEmpty }
    if length > longest { return false }
    return texts.contains { $0.elementsEqual(field.bytes) }
  }
}
