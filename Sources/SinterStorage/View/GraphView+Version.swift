extension GraphView {
  /// Which state of which store a view shows. What was derived from one view holds for every view of equal version.
  package struct Version: Equatable, Sendable {
    /// One per store and generation; held, so that no other can take its address.
    let directory: SegmentDirectory
    package let sequence: UInt64

    /// Whether the segments, and all blobs that both have, are the same and lie at the same addresses.
    package func sharesSegments(with other: Version) -> Bool { directory === other.directory }

    package static func == (a: Version, b: Version) -> Bool {
      a.directory === b.directory && a.sequence == b.sequence
    }
  }

  /// nil inside a write transaction, whose state has no number yet.
  package var version: Version? {
    pending == nil ? Version(directory: directory, sequence: overlay.sequence) : nil
  }

  /// A number that no other content of a blob of this store has had; nil where there is no such blob.
  package func blobID(_ name: String) -> UInt32? { overlay.catalog.blobs[name]?.id }
}
