import SinterFunctions
import SinterLanguage
import SinterModel
import SinterPlan
import SinterStorage

/// Computes expressions over batches: one dispatch per expression and batch, loops per row inside.
final class Evaluator {
  let layout: Layout
  let context: ExecutionContext
  /// Subplans made ready to run, by identity.
  var subplans: [ObjectIdentifier: SubplanRunner] = [:]
  /// Sets that an EXISTS is answered with, by its subplan.
  var memberTables: [ObjectIdentifier: MemberTable] = [:]

  init(_ layout: Layout, _ context: ExecutionContext) {
    self.layout = layout
    self.context = context
  }

  /// What subqueries found may depend on parameters.
  var isReusable: Bool { subplans.isEmpty && memberTables.isEmpty }

  func evaluate(_ scalar: Scalar, _ batch: Batch) throws -> Vector {
    switch scalar {
    case .constant(let value): return .constant(value, count: batch.count)
    case .parameter(let name, let spot):
      guard let value = context.parameters[name] else {
        throw SinterError(
          "ParameterMissing.MissingParameter", "The parameter $\(name) is missing; pass it with the query.", at: spot.span)
      }
      return .constant(value, count: batch.count)
    case .variable(let variable): return batch.columns[try layout.position(variable)]
    case .property(let base, let key, let spot): return try located(spot) { try property(try evaluate(base, batch), key) }
    case .and(let parts, let spot): return try located(spot) { try connective(parts, batch, absorbing: 0) }
    case .or(let parts, let spot): return try located(spot) { try connective(parts, batch, absorbing: 1) }
    case .xor(let a, let b, let spot):
      return try located(spot) {
        let (x, y) = (try truths(try evaluate(a, batch)), try truths(try evaluate(b, batch)))
        return .booleans(zip(x, y).map { $0 == 2 || $1 == 2 ? 2 : $0 ^ $1 })
      }
    case .not(let a, let spot):
      return try located(spot) { .booleans(try truths(try evaluate(a, batch)).map { $0 == 2 ? 2 : 1 - $0 }) }
    case .isNull(let a, let negated): return isNull(try evaluate(a, batch), negated: negated)
    case .compare(let comparison, let a, let b, let spot):
      return try located(spot) { try compare(comparison, a, b, batch) }
    case .arithmetic(let operation, let a, let b, let spot):
      return try located(spot) { try arithmetic(operation, try evaluate(a, batch), try evaluate(b, batch)) }
    case .negate(let a, let spot): return try located(spot) { try map(try evaluate(a, batch)) { try Operators.negate($0) } }
    case .hasLabels(let a, let test, let spot): return try located(spot) { try hasLabels(try evaluate(a, batch), test, batch) }
    case .function(let name, let arguments, let spot): return try located(spot) { try function(name, arguments, batch) }
    case .conditional(let branches, let otherwise): return try conditional(branches, otherwise, batch)
    case .subquery(let kind, let subplan): return try subquery(kind, subplan, batch)
    default: return try evaluateComposite(scalar, batch)
    }
  }

  /// Lists, maps, strings, paths and expressions with variables of their own.
  private func evaluateComposite(_ scalar: Scalar, _ batch: Batch) throws -> Vector {
    switch scalar {
    case .element(let a, let b, let spot):
      return try located(spot) {
        let base = try evaluate(a, batch)
        let index = try evaluate(b, batch)
        if base.holdsElements { return try dynamicProperty(base, index) }
        return try map(base, index) { try self.element($0, $1) }
      }
    case .slice(let a, let from, let to, let spot):
      return try located(spot) {
        let base = try evaluate(a, batch)
        let lower = try from.map { try evaluate($0, batch) }
        let upper = try to.map { try evaluate($0, batch) }
        return .values(
          try (0..<batch.count).map { row in
            let value = try Operators.slice(base[row], from: lower?[row], to: upper?[row])
            try context.limits.note(value)
            return value
          })
      }
    case .list(let items):
      let vectors = try items.map { try evaluate($0, batch) }
      if vectors.allSatisfy(\.isConstant) { return .constant(.list(vectors.map { $0[0] }), count: batch.count) }
      return .values(
        try (0..<batch.count).map { row in
          try context.countStep()
          return .list(vectors.map { $0[row] })
        })
    case .map(let keys, let values):
      let vectors = try values.map { try evaluate($0, batch) }
      return .values(
        try (0..<batch.count).map { row in
          try context.countStep()
          return .map(Dictionary(zip(keys, vectors.map { $0[row] }), uniquingKeysWith: { $1 }))
        })
    case .mapProjection(let base, let all, let keys, let values, let spot):
      return try located(spot) { try mapProjection(try evaluate(base, batch), all, keys, try values.map { try evaluate($0, batch) }, batch) }
    case .membership(let a, let list, let spot):
      return try located(spot) { try map(try evaluate(a, batch), try evaluate(list, batch)) { try isMember($0, of: $1) } }
    case .string(let test, let a, let b, let spot):
      return try located(spot) {
        try map(try evaluate(a, batch), try evaluate(b, batch)) { x, y in
          switch test {
          case .startsWith: Operators.startsWith(x, y)
          case .endsWith: Operators.endsWith(x, y)
          case .contains: Operators.contains(x, y)
          case .matches: try Operators.matches(x, y, context.limits)
          }
        }
      }
    case .listComprehension(let v, let list, let filter, let projection, let spot):
      return try located(spot) { try listComprehension(v, try evaluate(list, batch), filter, projection, batch) }
    case .quantifier(let quantifier, let v, let list, let predicate, let spot):
      return try located(spot) { try self.quantifier(quantifier, v, try evaluate(list, batch), predicate, batch) }
    case .reduce(let accumulator, let initial, let v, let list, let body, let spot):
      return try located(spot) {
        try reduce(accumulator, try evaluate(initial, batch), v, try evaluate(list, batch), body, batch)
      }
    case .isType(let a, let type, let negated, let spot):
      return try located(spot) { try isType(try evaluate(a, batch), type, negated) }
    case .isNormalized(let a, let form, let negated, let spot):
      return try located(spot) { try isNormalized(try evaluate(a, batch), form, negated) }
    case .path(let variables): return try path(try variables.map { batch.columns[try layout.position($0)] }, batch)
    default: preconditionFailure("evaluate(_:_:) handles the rest")
    }
  }

  /// Adds the expression's place to errors that have none.
  func located<T>(_ spot: Spot, _ body: () throws -> T) throws -> T {
    do { return try body() } catch var error as SinterError {
      if error.span == nil && spot.span != .none { error.span = spot.span }
      throw error
    }
  }

  /// `IN`; a long list is looked through in parts, so that a query can be ended between two.
  private func isMember(_ value: Value, of list: Value) throws -> Value {
    let part = 16384
    guard case .list(let all) = list, all.count > part else { return try Operators.in(value, list) }
    var isUnknown = false
    for start in stride(from: 0, to: all.count, by: part) {
      try context.checkInterrupts()
      switch try Operators.in(value, .list(Array(all[start..<min(start + part, all.count)]))) {
      case .boolean(true): return .boolean(true)
      case .null: isUnknown = true
      default: break
      }
    }
    return isUnknown ? .null : .boolean(false)
  }

  /// Applies `body` to each row; once when every row is the same.
  func map(_ a: Vector, _ body: (Value) throws -> Value) throws -> Vector {
    if case .constant(let value, let count) = a { return count == 0 ? a : .constant(try body(value), count: count) }
    return .values(
      try (0..<a.count).map {
        try context.countStep()
        return try body(a[$0])
      })
  }

  func map(_ a: Vector, _ b: Vector, _ body: (Value, Value) throws -> Value) throws -> Vector {
    if case .constant(let x, let count) = a, case .constant(let y, _) = b {
      return count == 0 ? a : .constant(try body(x, y), count: count)
    }
    return .values(
      try (0..<a.count).map {
        try context.countStep()
        return try body(a[$0], b[$0])
      })
  }

  // MARK: Truth

  /// Rows as three-valued truth.
  func truths(_ vector: Vector) throws -> [UInt8] {
    switch vector {
    case .booleans(let a): return a
    case .constant(let value, let count): return count == 0 ? [] : [UInt8](repeating: try truth(value), count: count)
    default: return try (0..<vector.count).map { try truth(vector[$0]) }
    }
  }

  private func truth(_ value: Value) throws(SinterError) -> UInt8 {
    switch try Operators.truthValue(value) {
    case .some(true): 1
    case .some(false): 0
    case .none: 2
    }
  }

  /// AND (absorbing 0) and OR (absorbing 1): a part is computed only for rows that are still open.
  private func connective(_ parts: [Scalar], _ batch: Batch, absorbing: UInt8) throws -> Vector {
    var result = [UInt8](repeating: 1 - absorbing, count: batch.count)
    for part in parts {
      var open: [Int32] = []
      open.reserveCapacity(batch.count)
      for i in 0..<batch.count where result[i] != absorbing { open.append(Int32(i)) }
      if open.isEmpty { break }
      let rows = open.count == batch.count ? batch : batch.gathering(open)
      let values = try truths(try evaluate(part, rows))
      for (k, i) in open.enumerated() {
        let value = values[k]
        if value == absorbing || value == 2 { result[Int(i)] = value }
      }
    }
    return .booleans(result)
  }

  private func isNull(_ vector: Vector, negated: Bool) -> Vector {
    let yes: UInt8 = negated ? 0 : 1
    let no: UInt8 = 1 - yes
    switch vector {
    case .integers(let a): return .booleans([UInt8](repeating: no, count: a.count))
    case .floats(let a): return .booleans([UInt8](repeating: no, count: a.count))
    case .nodes(let a), .relationships(let a): return .booleans(a.map { $0 == Vector.nullID ? yes : no })
    case .booleans(let a): return .booleans(a.map { $0 == 2 ? yes : no })
    case .values(let a): return .booleans(a.map { $0.isNull ? yes : no })
    case .constant(let value, let count): return .constant(.boolean(value.isNull != negated), count: count)
    }
  }

  private func conditional(_ branches: [Scalar.Branch], _ otherwise: Scalar?, _ batch: Batch) throws -> Vector {
    var result = [Value](repeating: .null, count: batch.count)
    var open = (0..<Int32(batch.count)).map { $0 }
    for branch in branches where !open.isEmpty {
      let rows = batch.gathering(open)
      let truth = try truths(try evaluate(branch.condition, rows))
      let chosen = open.indices.filter { truth[$0] == 1 }.map { open[$0] }
      if chosen.isEmpty { continue }
      let values = try evaluate(branch.result, batch.gathering(chosen))
      for (k, i) in chosen.enumerated() { result[Int(i)] = values[k] }
      open = open.indices.filter { truth[$0] != 1 }.map { open[$0] }
    }
    if let otherwise, !open.isEmpty {
      let values = try evaluate(otherwise, batch.gathering(open))
      for (k, i) in open.enumerated() { result[Int(i)] = values[k] }
    }
    return .values(result)
  }

  /// The rows that pass every predicate.
  func select(_ predicates: [Scalar], _ batch: Batch) throws -> Batch {
    var rows = batch
    for predicate in predicates where rows.count > 0 {
      let kept = try passing(predicate, rows)
      if kept.count < rows.count { rows = rows.gathering(kept) }
    }
    return rows
  }

  /// The positions of the rows that pass a predicate.
  private func passing(_ predicate: Scalar, _ rows: Batch) throws -> [Int32] {
    if case .hasLabels(.variable(let variable), .name(let name), _) = predicate,
      case .nodes(let nodes) = rows.columns[try layout.position(variable)], let kept = try nodesWithLabel(name, nodes)
    {
      return kept
    }
    let truth = try truths(try evaluate(predicate, rows))
    return [Int32](unsafeUninitializedCapacity: truth.count) { buffer, count in
      for i in truth.indices {
        buffer[count] = Int32(truncatingIfNeeded: i)
        count += truth[i] == 1 ? 1 : 0
      }
    }
  }
}

extension Vector {
  var isConstant: Bool {
    if case .constant = self { true } else { false }
  }

  /// Nodes or relationships as ids.
  var holdsElements: Bool {
    switch self {
    case .nodes, .relationships: true
    default: false
    }
  }
}
