/// A set of small numbers; up to 64 of them need no memory of their own.
struct Bits: Hashable {
  private var low: UInt64 = 0
  private var high: [UInt64] = []

  mutating func insert(_ number: Int) {
    if number < 64 {
      low |= 1 << UInt64(number)
      return
    }
    let word = number / 64 - 1
    while high.count <= word { high.append(0) }
    high[word] |= 1 << UInt64(number % 64)
  }

  func contains(_ number: Int) -> Bool {
    if number < 64 { return low & (1 << UInt64(number)) != 0 }
    let word = number / 64 - 1
    return word < high.count && high[word] & (1 << UInt64(number % 64)) != 0
  }

  func intersects(_ other: Bits) -> Bool {
    low & other.low != 0 || zip(high, other.high).contains { $0 & $1 != 0 }
  }

  mutating func formUnion(_ other: Bits) {
    low |= other.low
    guard !other.high.isEmpty else { return }
    while high.count < other.high.count { high.append(0) }
    for word in other.high.indices { high[word] |= other.high[word] }
  }

  func isSubset(of other: Bits) -> Bool {
    guard low & ~other.low == 0 else { return false }
    for word in high.indices where high[word] & ~(word < other.high.count ? other.high[word] : 0) != 0 { return false }
    return true
  }

  mutating func subtract(_ other: Bits) {
    low &= ~other.low
    for word in high.indices where word < other.high.count { high[word] &= ~other.high[word] }
  }

  mutating func formIntersection(_ other: Bits) {
    low &= other.low
    for word in high.indices { high[word] &= word < other.high.count ? other.high[word] : 0 }
  }

  var isEmpty: Bool { low == 0 && high.allSatisfy { $0 == 0 } }

  // Words of zeros at the end say nothing.
  static func == (a: Bits, b: Bits) -> Bool { a.isSubset(of: b) && b.isSubset(of: a) }

  func hash(into hasher: inout Hasher) {
    hasher.combine(low)
    for word in high where word != 0 { hasher.combine(word) }
  }
}

/// A set of a statement's variables, by their ids.
package struct VariableSet: Hashable, ExpressibleByArrayLiteral {
  private var bits = Bits()

  package init() {}
  package init(arrayLiteral elements: Variable...) { self.init(elements) }
  package init(_ variables: some Sequence<Variable>) {
    for variable in variables { bits.insert(variable.id) }
  }

  package var isEmpty: Bool { bits.isEmpty }
  package func contains(_ variable: Variable) -> Bool { bits.contains(variable.id) }
  package func isSubset(of other: VariableSet) -> Bool { bits.isSubset(of: other.bits) }
  package func isDisjoint(with other: VariableSet) -> Bool { intersection(other).isEmpty }
  package mutating func insert(_ variable: Variable) { bits.insert(variable.id) }
  package mutating func formUnion(_ other: VariableSet) { bits.formUnion(other.bits) }

  package func union(_ other: VariableSet) -> VariableSet { changed { $0.formUnion(other.bits) } }
  package func subtracting(_ other: VariableSet) -> VariableSet { changed { $0.subtract(other.bits) } }
  package func intersection(_ other: VariableSet) -> VariableSet { changed { $0.formIntersection(other.bits) } }

  private func changed(_ change: (inout Bits) -> Void) -> VariableSet {
    var result = self
    change(&result.bits)
    return result
  }
}

extension [Variable] {
  /// Each variable where it stands first.
  var unique: [Variable] {
    var seen = VariableSet()
    return filter { variable in
      defer { seen.insert(variable) }
      return !seen.contains(variable)
    }
  }
}
