package import SinterModel
import Synchronization

extension GraphWriter {
  // MARK: Search indexes: definitions, and bases that the layer above builds

  /// Adds the definition of a search index; its id is given out here. Until a base is published the whole column is searched.
  /// - Throws: `SchemaError.AlreadyExists`.
  package func createSearchIndex(_ index: SearchIndexDescriptor) throws(SinterError) {
    try checkNameIsFree(index.name)
    var descriptor = index
    descriptor.id = view.overlay.catalog.nextIndexID
    for label in descriptor.labels { try resolveNames(descriptor.entity, label, descriptor.keys + descriptor.filterKeys) }
    try perform(.createSearchIndex(descriptor))
  }

  /// - Throws: `SchemaError.NotFound`
  package func dropSearchIndex(named name: String) throws(SinterError) {
    guard let index = view.overlay.catalog.searchIndex(named: name) else {
      throw SinterError("SchemaError.NotFound", "There is no index `\(name)`.")
    }
    try deleteBlob(index.blobName)
    try perform(.dropSearchIndex(name: name))
  }

  /// Puts a base built from a snapshot that showed commit `sequence`, in place of the one there was.
  ///
  /// - Parameter epoch: the index' at that snapshot.
  /// - Returns: false, and nothing has changed, when the index is gone, was loaded anew, or has a newer base.
  package func publishSearchBase(
    _ id: UInt32, epoch: UInt32, sequence: UInt64, chunks fill: (UnsafeMutableRawBufferPointer) throws -> Int
  ) throws -> Bool {
    guard let index = view.overlay.catalog.searchIndex(id), index.epoch == epoch, (index.baseSequence ?? 0) <= sequence else {
      return false
    }
    try putBlob(index.blobName, chunks: fill)
    try perform(.coverSearchIndex(id: id, sequence: sequence))
    return true
  }
}

extension GraphView {
  package var searchIndexes: [SearchIndexEntry] { overlay.catalog.searchIndexes }
  package func searchIndex(named name: String) -> SearchIndexEntry? { overlay.catalog.searchIndex(named: name) }

  /// Whether a write transaction works on this view.
  package var isWriters: Bool { pending != nil }

  /// What layers above keep with the segments that this view reads; see ``SegmentDirectory/attachments``.
  package var attachments: Attachments { directory.attachments }
}

/// Objects that layers above keep beside a store's segments, by the number of a search index.
package final class Attachments: Sendable {
  private let objects = Mutex<[UInt32: any Sendable]>([:])

  /// Lets go of what is kept for indexes that are no more.
  package func keep(only numbers: [UInt32]) {
    // Released outside the lock.
    let gone = objects.withLock { objects in
      let gone = objects.filter { !numbers.contains($0.key) }
      for number in gone.keys { objects[number] = nil }
      return gone
    }
    _ = consume gone
  }

  /// The object of an index, made at the first call.
  package func object<T: Sendable>(_ number: UInt32, _ make: () -> T) -> T {
    objects.withLock { objects in
      if let object = objects[number] as? T { return object }
      let object = make()
      objects[number] = object
      return object
    }
  }
}
