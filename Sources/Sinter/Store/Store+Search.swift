import SinterExecute
public import SinterModel
import SinterSearch
import SinterStorage

extension Store {
  /// Brings search indexes up to date: what changed since they were built moves into them, and searching is as fast as it can be.
  ///
  /// Nothing depends on it but speed, and a store in use does it by itself in the background; a process that loads much and ends may
  /// want to do it before.
  /// - Parameter name: nil for all indexes.
  public func refreshSearchIndexes(_ name: String? = nil, progress: (@Sendable (Double) -> Void)? = nil) throws(SinterError) {
    try maintenance.refresh(name, BuildControl(progress: progress ?? { _ in }))
  }

  func buildSearchIndexes(cancellation: CancellationToken?) throws(SinterError) {
    try maintenance.refresh(nil, BuildControl(isCancelled: { cancellation?.isCancelled ?? false }))
  }
}
