import SinterModel
import SinterPlan

extension Evaluator {
  /// `coalesce(a, b, …)`: a later argument is computed only for the rows whose earlier ones are all null, so that it
  /// may be one that fails elsewhere.
  func coalesce(_ arguments: [Scalar], _ batch: Batch) throws -> Vector {
    guard let first = arguments.first else { return .constant(.null, count: batch.count) }
    let given = try evaluate(first, batch)
    var open = (0..<Int32(batch.count)).filter { given.isNull(at: Int($0)) }
    if open.isEmpty || arguments.count == 1 { return given }
    if open.count == batch.count { return try coalesce(Array(arguments.dropFirst()), batch) }
    var result = (0..<batch.count).map { given[$0] }
    for argument in arguments.dropFirst() where !open.isEmpty {
      let values = try evaluate(argument, batch.gathering(open))
      for (k, row) in open.enumerated() { result[Int(row)] = values[k] }
      open = open.filter { result[Int($0)].isNull }
    }
    return .values(result)
  }
}
