import SinterFunctions
import SinterModel
import SinterPlan

extension Evaluator {
  func compare(_ comparison: Scalar.Comparison, _ a: Scalar, _ b: Scalar, _ batch: Batch) throws -> Vector {
    // id(a) = id(b) is a = b, without making integers of the ids.
    if comparison == .equal || comparison == .notEqual, case .function("id", let x, _) = a, case .function("id", let y, _) = b {
      let (left, right) = (try evaluate(x[0], batch), try evaluate(y[0], batch))
      if let result = compareIDs(comparison, left, right) { return result }
    }
    let (left, right) = (try evaluate(a, batch), try evaluate(b, batch))
    if let result = compareIDs(comparison, left, right) { return result }
    if let result = compareNumbers(comparison, left, right) { return result }
    return try map(left, right) { x, y in
      switch comparison {
      case .equal: Operators.equal(x, y)
      case .notEqual: Operators.notEqual(x, y)
      case .less: Operators.less(x, y)
      case .lessOrEqual: Operators.lessOrEqual(x, y)
      case .greater: Operators.greater(x, y)
      case .greaterOrEqual: Operators.greaterOrEqual(x, y)
      }
    }
  }

  /// Equality of two columns of ids of one kind; nil when they are something else.
  private func compareIDs(_ comparison: Scalar.Comparison, _ a: Vector, _ b: Vector) -> Vector? {
    let ids: ([UInt32], [UInt32])
    switch (a, b) {
    case (.nodes(let x), .nodes(let y)), (.relationships(let x), .relationships(let y)): ids = (x, y)
    case (.nodes(let x), .constant(.node(let y), let count)): ids = (x, [UInt32](repeating: y.id.rawValue, count: count))
    case (.constant(.node(let x), let count), .nodes(let y)): ids = ([UInt32](repeating: x.id.rawValue, count: count), y)
    default: return nil
    }
    let yes: UInt8
    switch comparison {
    case .equal: yes = 1
    case .notEqual: yes = 0
    default: return nil
    }
    let no = 1 - yes
    return .booleans(
      [UInt8](unsafeUninitializedCapacity: ids.0.count) { buffer, count in
        ids.0.withUnsafeBufferPointer { x in
          ids.1.withUnsafeBufferPointer { y in
            for i in 0..<x.count {
              buffer[i] = x[i] == Vector.nullID || y[i] == Vector.nullID ? 2 : x[i] == y[i] ? yes : no
            }
          }
        }
        count = ids.0.count
      })
  }

  /// Comparison of integers with integers and floats with floats; nil for anything else.
  private func compareNumbers(_ comparison: Scalar.Comparison, _ a: Vector, _ b: Vector) -> Vector? {
    switch (a, b) {
    case (.integers(let x), .integers(let y)): return .booleans(loop(comparison, x.count, { x[$0] }, { y[$0] }))
    case (.integers(let x), .constant(.integer(let y), _)): return .booleans(loop(comparison, x.count, { x[$0] }, { _ in y }))
    case (.constant(.integer(let x), _), .integers(let y)): return .booleans(loop(comparison, y.count, { _ in x }, { y[$0] }))
    case (.floats(let x), .floats(let y)): return .booleans(loop(comparison, x.count, { x[$0] }, { y[$0] }))
    case (.floats(let x), .constant(.float(let y), _)): return .booleans(loop(comparison, x.count, { x[$0] }, { _ in y }))
    case (.floats(let x), .constant(.integer(let y), _)) where y.magnitude < 1 << 53:
      return .booleans(loop(comparison, x.count, { x[$0] }, { _ in Double(y) }))
    default: return nil
    }
  }

  @inline(__always)
  private func loop<T: Comparable>(_ comparison: Scalar.Comparison, _ count: Int, _ x: (Int) -> T, _ y: (Int) -> T) -> [UInt8] {
    @inline(__always) func fill(_ test: (T, T) -> Bool) -> [UInt8] {
      [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        for i in 0..<count { buffer[i] = test(x(i), y(i)) ? 1 : 0 }
        initialized = count
      }
    }
    switch comparison {
    case .equal: return fill { $0 == $1 }
    case .notEqual: return fill { $0 != $1 }
    case .less: return fill { $0 < $1 }
    case .lessOrEqual: return fill { $0 <= $1 }
    case .greater: return fill { $0 > $1 }
    case .greaterOrEqual: return fill { $0 >= $1 }
    }
  }

  // MARK: Arithmetic

  func arithmetic(_ operation: Scalar.Arithmetic, _ a: Vector, _ b: Vector) throws -> Vector {
    if let result = integerArithmetic(operation, a, b) { return result }
    if let result = floatArithmetic(operation, a, b) { return result }
    let limits = context.limits
    return try map(a, b) { x, y in
      switch operation {
      case .add: try joined(x, y, limits) ?? Operators.add(x, y)
      case .subtract: try Operators.subtract(x, y)
      case .multiply: try Operators.multiply(x, y)
      case .divide: try Operators.divide(x, y)
      case .modulo: try Operators.modulo(x, y)
      case .power: try Operators.power(x, y)
      case .concatenate: try joined(x, y, limits) ?? Operators.concatenate(x, y)
      }
    }
  }

  /// Two strings or lists joined, once there is known to be room for the result; nil for anything else.
  private func joined(_ x: Value, _ y: Value, _ limits: QueryLimits) throws -> Value? {
    switch (x, y) {
    case (.string(let a), .string(let b)):
      let count = a.utf8.count + b.utf8.count
      if count <= 1024 { return .string(a + b) }
      try limits.checkString(count)
      let text = count <= 1 << 20 ? a + b : try limits.joining(a, b)
      try limits.note(.string(text))
      return .string(text)
    case (.list(let a), .list(let b)):
      if a.count + b.count <= 32 { return .list(a + b) }
      return try joined(lists: a, b, limits)
    case (.list(let a), let single) where a.count > 32 && !single.isNull: return try joined(lists: a, [single], limits)
    case (let single, .list(let b)) where b.count > 32 && !single.isNull: return try joined(lists: [single], b, limits)
    default: return nil
    }
  }

  private func joined(lists a: [Value], _ b: [Value], _ limits: QueryLimits) throws -> Value {
    try limits.checkRoom((a.count + b.count) * MemoryLayout<Value>.stride)
    let list = Value.list(try limits.joining(a, b))
    try limits.note(list)
    return list
  }

  /// nil on overflow too: the general way reports it.
  private func integerArithmetic(_ operation: Scalar.Arithmetic, _ a: Vector, _ b: Vector) -> Vector? {
    let x: [Int64]
    let y: [Int64]
    switch (a, b) {
    case (.integers(let p), .integers(let q)): (x, y) = (p, q)
    case (.integers(let p), .constant(.integer(let q), let n)): (x, y) = (p, [Int64](repeating: q, count: n))
    case (.constant(.integer(let p), let n), .integers(let q)): (x, y) = ([Int64](repeating: p, count: n), q)
    default: return nil
    }
    var overflowed = false
    var result = [Int64](repeating: 0, count: x.count)
    for i in x.indices {
      let (value, overflow): (Int64, Bool)
      switch operation {
      case .add: (value, overflow) = x[i].addingReportingOverflow(y[i])
      case .subtract: (value, overflow) = x[i].subtractingReportingOverflow(y[i])
      case .multiply: (value, overflow) = x[i].multipliedReportingOverflow(by: y[i])
      default: return nil
      }
      result[i] = value
      overflowed = overflowed || overflow
    }
    return overflowed ? nil : .integers(result)
  }

  private func floatArithmetic(_ operation: Scalar.Arithmetic, _ a: Vector, _ b: Vector) -> Vector? {
    let x: [Double]
    let y: [Double]
    switch (a, b) {
    case (.floats(let p), .floats(let q)): (x, y) = (p, q)
    case (.floats(let p), .constant(.float(let q), let n)): (x, y) = (p, [Double](repeating: q, count: n))
    case (.constant(.float(let p), let n), .floats(let q)): (x, y) = ([Double](repeating: p, count: n), q)
    default: return nil
    }
    switch operation {
    case .add: return .floats(x.indices.map { x[$0] + y[$0] })
    case .subtract: return .floats(x.indices.map { x[$0] - y[$0] })
    case .multiply: return .floats(x.indices.map { x[$0] * y[$0] })
    case .divide: return .floats(x.indices.map { x[$0] / y[$0] })
    default: return nil
    }
  }
}
