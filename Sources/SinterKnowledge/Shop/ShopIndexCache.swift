internal import SinterModel
internal import SinterStorage
internal import Synchronization

/// The indexes of the latest states of one store that were asked about.
final class ShopIndexCache: Sendable {
  private struct Entry {
    let version: GraphView.Version
    /// Tells what later states differ in.
    let overlay: Overlay
    let index: ShopIndex
  }

  private let entries = Mutex<[Entry]>([])
  private static let limit = 2

  /// The index of a view: found, brought up to date from an earlier one, or built.
  ///
  /// A view inside a write transaction gets one of its own.
  func index(of view: GraphView) throws(SinterError) -> ShopIndex {
    let version = view.version
    let sequence = view.overlay.sequence
    let (found, earlier) = entries.withLock { entries in
      (
        entries.first { $0.version == version }?.index,
        entries.filter { $0.overlay.sequence <= sequence }.max { $0.overlay.sequence < $1.overlay.sequence }
      )
    }
    if let found { return found }
    let index: ShopIndex
    if let earlier, let updated = try earlier.index.updated(to: view, since: earlier.overlay) {
      index = updated
    } else {
      index = try ShopIndex.build(view, ShopSchema.read(view))
    }
    guard let version else { return index }
    entries.withLock { entries in
      if entries.contains(where: { $0.version == version }) { return }
      if entries.count >= Self.limit { entries.removeFirst() }
      entries.append(Entry(version: version, overlay: view.overlay, index: index))
    }
    return index
  }
}
