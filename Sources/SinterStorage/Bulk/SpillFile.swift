package import SinterModel
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Room on disk, beside a store, for what a load cannot hold in memory.
///
/// The file has no name from the moment it is open, so the system takes it back when it is closed
/// or its process ends, however that comes about. Bytes once appended stay as they are: any thread
/// may append, and read what was appended before.
package final class SpillFile: Sendable {
  private let descriptor: Int32
  private let target: String
  private let endOffset = Atomic<Int>(0)

  /// - Parameter target: the store's path; the file is made in its folder.
  /// - Throws: `StorageError.…` when it cannot be made.
  package init(target: String) throws(SinterError) {
    let path = BulkFile.temporaryPath(of: target) + ".spill"
    unlink(path)
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    self.target = target
    guard descriptor >= 0 else { throw LMDBError.make(errno, "make a temporary file beside", path: target) }
    unlink(path)
  }

  deinit { close(descriptor) }

  /// Bytes written so far.
  package var sizeBytes: Int { endOffset.load(ordering: .relaxed) }

  /// - Returns: Where the bytes begin.
  /// - Throws: `StorageError.DiskFull`, `.IO`.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(SinterError) -> Int {
    let start = endOffset.add(bytes.count, ordering: .relaxed).oldValue
    var done = 0
    while done < bytes.count {
      let count = pwrite(descriptor, bytes.baseAddress! + done, min(bytes.count - done, 1 << 30), off_t(start + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw LMDBError.make(count == 0 ? ENOSPC : errno, "put rows aside beside", path: target)
      }
      done += count
    }
    return start
  }

  /// Fills `buffer` with what was appended at `offset`.
  /// - Throws: `StorageError.IO`.
  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(SinterError) {
    var done = 0
    while done < buffer.count {
      let count = pread(descriptor, buffer.baseAddress! + done, min(buffer.count - done, 1 << 30), off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw LMDBError.make(count == 0 ? EIO : errno, "read back rows put aside beside", path: target)
      }
      done += count
    }
  }

  /// An array of `count` elements as it was appended at `offset`.
  package func array<T: BitwiseCopyable>(of: T.Type, at offset: Int, count: Int) throws(SinterError) -> [T] {
    guard count > 0 else { return [] }
    var failure: SinterError?
    let result = [T](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(SinterError) {
        try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return result
  }

  /// Appends an array's elements as they lie in memory.
  package func append<T: BitwiseCopyable>(_ values: [T]) throws(SinterError) -> Int {
    try values.withUnsafeBufferPointer { (buffer) throws(SinterError) -> Int in try append(UnsafeRawBufferPointer(buffer)) }
  }
}
