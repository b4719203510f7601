/// A block of trivial values of fixed length, freed with its last reference.
///
/// Hot loops take ``base`` once and index it without checks; `@unchecked Sendable` holds because a block is filled by
/// one thread before others see it, or belongs to one ``Workspace`` at a time.
final class FixedArray<Element: BitwiseCopyable>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Element>
  let count: Int

  init(repeating value: Element, count: Int) {
    base = .allocate(capacity: max(1, count))
    base.initialize(repeating: value, count: max(1, count))
    self.count = count
  }

  convenience init(_ elements: [Element], empty: Element) {
    self.init(repeating: empty, count: elements.count)
    elements.withUnsafeBufferPointer { if let from = $0.baseAddress { base.update(from: from, count: elements.count) } }
  }

  deinit { base.deallocate() }

  subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count, "index beyond a fixed array")
    return base[index]
  }
}
