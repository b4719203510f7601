import SinterModel

/// Brings the process' knowledge of a store up to what a transaction sees.
enum StateReader {
  /// - Parameters:
  ///   - known: an older state to go on from; nil reads everything.
  /// - Complexity: O(changes since `known`) as long as the generation is the same.
  static func read<Source: ByteSource & ~Copyable>(
    _ source: borrowing Source, transactionID: UInt64, path: String, after known: StoreCore.State?
  ) throws(SinterError) -> StoreCore.State {
    let bytes = try source.get(.catalog)
    if let bytes, var state = known, Catalog.isFoldedAs(state.overlay.catalog, bytes) {
      state.transactionID = transactionID
      try applyPatches(to: &state.overlay, source)
      return state
    }
    let catalog = try Catalog.decode(bytes, path: path)
    var overlay = Overlay(catalog: catalog, sequence: catalog.foldedSequence)
    try applyPatches(to: &overlay, source)
    return StoreCore.State(
      transactionID: transactionID, directory: SegmentDirectory(), overlay: overlay)
  }

  /// Applies the blocks after the overlay's last commit. Those that were committed while a fold was prepared are of a
  /// generation before it.
  static func applyPatches<Source: ByteSource & ~Copyable>(
    to overlay: inout Overlay, _ source: borrowing Source
  ) throws(SinterError) {
    let generation = overlay.catalog.generation
    var parts: [UInt8] = []
    var expectedPart = 0
    try source.forEach(in: StoreKey.patch(sequence: overlay.sequence + 1, part: 0)..<StoreKey.afterPatches) {
      (key, value) throws(SinterError) in
      guard let (sequence, part) = key.patch else { throw PatchBlock.damaged(overlay.sequence + 1, "has a bad key") }
      let (header, payload) = try PatchBlock.open(value, sequence: sequence, part: part)
      guard sequence == overlay.sequence + 1, header.part == expectedPart, header.generation <= generation else {
        throw PatchBlock.damaged(overlay.sequence + 1, "is missing")
      }
      if header.partCount == 1 {
        try overlay.apply(payload, header)
      } else {
        parts.append(contentsOf: payload)
        expectedPart += 1
        if expectedPart == header.partCount {
          try applyParts(parts, header, to: &overlay)
          parts = []
          expectedPart = 0
        }
      }
      return true
    }
    guard expectedPart == 0 else { throw PatchBlock.damaged(overlay.sequence + 1, "is cut short") }
  }

  private static func applyParts(
    _ bytes: [UInt8], _ header: PatchBlock.Header, to overlay: inout Overlay
  ) throws(SinterError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(SinterError) in
      try overlay.apply(UnsafeRawBufferPointer(buffer), header)
    }
  }
}

extension Overlay {
  /// Applies the changes of the next commit.
  mutating func apply(_ changes: UnsafeRawBufferPointer, _ header: PatchBlock.Header) throws(SinterError) {
    var decoder = PatchDecoder(changes)
    var count = 0
    while let change = try decoder.next() {
      try apply(change)
      count += 1
    }
    guard count == header.changeCount else { throw PatchBlock.damaged(header.sequence, "has too few changes") }
    sequence = header.sequence
  }
}

extension Catalog {
  /// Whether the encoded catalog is of the same generation as one that was carried forward.
  fileprivate static func isFoldedAs(_ catalog: Catalog, _ bytes: UnsafeRawBufferPointer) -> Bool {
    encodedGeneration(bytes).map { $0 == (catalog.generation, catalog.foldedSequence) } ?? false
  }
}
