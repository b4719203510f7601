package import SinterModel
package import SinterStorage
import Synchronization

/// Builds the bases of search indexes anew when much has changed since, while readers and writers go on.
package final class SearchMaintenance: Sendable {
  private let store: GraphStore
  private let isRunning = Mutex(false)
  private let isStopped = Atomic<Bool>(false)
  /// Indexes with too few elements for a base, and how many changes each had noted when that was found.
  private let small = Mutex<[UInt32: Int]>([:])

  package init(_ store: GraphStore) { self.store = store }

  /// What must have changed, at least and as a share of the base, before a new one is made in the background.
  private static let minimumChanges = 2_000
  private static let minimumShare = 0.1

  /// Whether an index should get a new base.
  ///
  /// - Parameter isAsked: somebody waits for it, and so every change counts.
  private static func isDue(_ index: SearchIndexEntry, in view: GraphView, isAsked: Bool) throws(SinterError) -> Bool {
    let changes = index.changes.count
    if index.baseSequence != nil, changes == 0 { return false }
    if index.baseSequence == nil || isAsked {
      // A guess that costs nothing; the state says how many there are.
      let limit = index.descriptor.labels.reduce(0) { sum, label in
        switch index.descriptor.entity {
        case .node: sum + (view.labelID(label).map { view.nodeCount(label: $0) } ?? 0)
        case .relationship: sum + (view.typeID(label).map { view.relationshipCount(type: $0) } ?? 0)
        }
      }
      return try SearchIndexes.engine(index.descriptor.kind).isWorthABase(limit)
    }
    guard changes >= minimumChanges else { return false }
    let state = try SearchIndexes.state(of: index, in: view)
    return state.changedCount >= max(minimumChanges, Int(Double(state.count) * minimumShare))
  }

  /// Builds what is due and waits for it.
  /// - Parameter name: nil for all indexes.
  package func refresh(_ name: String? = nil, _ control: BuildControl = BuildControl()) throws(SinterError) {
    for index in try store.snapshot().searchIndexes where name == nil || index.descriptor.name == name {
      try refresh(index.descriptor.name, isAsked: true, control)
    }
  }

  private func refresh(_ name: String, isAsked: Bool, _ control: BuildControl) throws(SinterError) {
    let view = try store.snapshot()
    guard let index = view.searchIndex(named: name), try Self.isDue(index, in: view, isAsked: isAsked) else { return }
    let engine = try SearchIndexes.engine(index.descriptor.kind)
    let state = try SearchIndexes.state(of: index, in: view)
    guard engine.isWorthABase(state.count) else {
      small.withLock { $0[index.descriptor.id] = index.changes.count }
      return
    }
    let image = try engine.buildBase(index, state, in: view, control)
    let sequence = view.overlay.sequence
    do {
      _ = try store.write { writer in
        var offset = 0
        return try writer.publishSearchBase(index.descriptor.id, epoch: index.epoch, sequence: sequence) { buffer in
          let count = min(buffer.count, image.byteCount - offset)
          if count > 0 { image.copy(from: offset, to: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])) }
          offset += count
          return count
        }
      }
    } catch let error as SinterError {
      throw error
    } catch {
      throw SinterError("StorageError.IO", "\(error)")
    }
  }

  /// Whether an index was found to be too small for a base not many changes ago: labels alone do not tell.
  private func isKnownToBeSmall(_ index: SearchIndexEntry) -> Bool {
    guard index.baseSequence == nil, let changes = small.withLock({ $0[index.descriptor.id] }) else { return false }
    return (0..<500).contains(index.changes.count - changes)
  }

  // MARK: In the background

  /// Looks after a commit whether anything is due, and builds it on a thread of its own.
  ///
  /// What fails there is tried again after a later commit; queries search the changes meanwhile.
  package func noteCommit() {
    guard !isStopped.load(ordering: .relaxed), let view = try? store.snapshot() else { return }
    view.attachments.keep(only: view.searchIndexes.map(\.descriptor.id))
    guard !view.searchIndexes.isEmpty else { return }
    let due = view.searchIndexes.filter { !isKnownToBeSmall($0) && (try? Self.isDue($0, in: view, isAsked: false)) == true }
    guard !due.isEmpty else { return }
    let mayRun = isRunning.withLock { running in
      defer { running = true }
      return !running
    }
    guard mayRun else { return }
    let names = due.map(\.descriptor.name)
    let started = BackgroundThread.start { [self] in
      for name in names { try? refresh(name, isAsked: false, BuildControl(threads: 1)) }
      isRunning.withLock { $0 = false }
    }
    if !started { isRunning.withLock { $0 = false } }
  }

  /// Begins nothing more and waits for what is being built: whoever opens the store next searches as fast.
  package func finish() {
    isStopped.store(true, ordering: .relaxed)
    while isRunning.withLock({ $0 }) { BackgroundThread.pause(milliseconds: 1) }
  }
}
