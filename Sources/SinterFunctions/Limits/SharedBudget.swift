import Synchronization

/// What the threads of one statement hold together.
package final class SharedBudget: Sendable {
  private let bytes: Atomic<Int>
  private let most: Atomic<Int>

  /// - Parameter heldBytes: what the statement held before its threads began.
  package init(heldBytes: Int) {
    bytes = Atomic(heldBytes)
    most = Atomic(heldBytes)
  }

  package var heldBytes: Int { bytes.load(ordering: .relaxed) }
  package var peakBytes: Int { most.load(ordering: .relaxed) }

  func add(_ count: Int) {
    let now = bytes.add(count, ordering: .relaxed).newValue
    most.max(now, ordering: .relaxed)
  }
}
