import SinterModel
import SinterPlan
import SinterStorage

extension IndexSeekOperator {
  /// The nodes for all rows of a batch in one go, where a key has at most one; nil where it may have many, or all rows ask
  /// for the same.
  func seekUnique(_ index: IndexDescriptor, _ seek: IndexSeek, _ batch: Batch) throws -> Batch? {
    guard index.isUnique, index.keys.count == 1, batch.count > 1, case .equal(let scalars) = seek.bounds else { return nil }
    let keys = try evaluator.evaluate(scalars[0], batch)
    if keys.isConstant { return nil }
    let probe = try IndexProbe(context.view, index)
    var found: [UInt32] = []
    var parents: [Int32] = []
    found.reserveCapacity(batch.count)
    parents.reserveCapacity(batch.count)
    for row in 0..<batch.count {
      try context.countStep()
      try probe.append(equal: keys[row], to: &found)
      while parents.count < found.count { parents.append(Int32(row)) }
    }
    return rows.batch(batch, parents: parents, new: position.map { [($0, .nodes(found))] } ?? [])
  }
}
