/// The bytes of a block, which its parser unescapes in place.
///
/// Filled by the thread that reads the file, then given to one that parses it; no two use it at
/// once. That is the proof for `@unchecked Sendable`.
final class BlockBytes: @unchecked Sendable {
  let start: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  let capacity: Int

  init(capacity: Int) {
    start = .allocate(capacity: max(1, capacity))
    self.capacity = capacity
  }

  deinit { start.deallocate() }

  var buffer: UnsafeMutableBufferPointer<UInt8> { UnsafeMutableBufferPointer(start: start, count: count) }
  var free: UnsafeMutableBufferPointer<UInt8> { UnsafeMutableBufferPointer(start: start + count, count: capacity - count) }

  /// Takes in what was written to ``free``.
  func grow(by newBytes: Int) { count += newBytes }

  func truncate(to newCount: Int) { count = newCount }

  func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    precondition(bytes.count <= capacity - count)
    guard let address = bytes.baseAddress else { return }
    (start + count).update(from: address, count: bytes.count)
    count += bytes.count
  }

  func removeFirst(_ removed: Int) {
    start.update(from: start + removed, count: count - removed)
    count -= removed
  }
}
