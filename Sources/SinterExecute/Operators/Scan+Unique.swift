import SinterModel
import SinterPlan
import SinterStorage

extension IndexSeekOperator {
  /// The nodes for all rows of a batch in one go, where a key has at most one; nil where it may have many, or all rows ask
  /// for the same.
  func seekUnique(_ index: IndexDescriptor, _ columns: [Vector], _ batch: Batch) throws -> Batch? {
    guard index.isUnique, index.keys.count == 1, let keys = columns.first, !keys.isConstant else { return nil }
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
