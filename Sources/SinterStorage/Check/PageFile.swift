package import SinterModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// How LMDB 0.9 lays out its pages on a 64-bit little-endian machine.
enum PageLayout {
  static let headerByteCount = 16
  static let nodeHeaderByteCount = 8
  static let branch: UInt16 = 0x01
  static let leaf: UInt16 = 0x02
  static let overflow: UInt16 = 0x04
  static let meta: UInt16 = 0x08
  static let magic: UInt32 = 0xBEEF_C0DE
  static let dataVersion: UInt32 = 1
  /// Node flag: the data is a page number, the value is on pages of its own.
  static let bigData: UInt16 = 0x01
  static let noRoot = UInt64.max

  static func overflowPages(valueByteCount: Int, pageSize: Int) -> Int {
    (headerByteCount - 1 + valueByteCount) / pageSize + 1
  }

  /// A value may stand in a leaf page up to this size; a longer one never does.
  static func inlineLimitBytes(pageSize: Int) -> Int { (pageSize - headerByteCount) / 2 }
}

/// A store file read page by page through plain reads, so that nothing in it can hurt.
package final class PageFile {
  package let path: String
  package let byteCount: Int
  private let descriptor: Int32

  package init(_ path: String) throws(SinterError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw LMDBError.make(errno, "open", path: path) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else {
      let code = errno
      close(descriptor)
      throw LMDBError.make(code, "open", path: path)
    }
    byteCount = Int(info.st_size)
  }

  // Closing any descriptor of a file drops this process' POSIX record locks on that file; LMDB
  // takes its locks on the -lock file, so a check of an open store is harmless.
  deinit { close(descriptor) }

  /// Says that single pages will be read, here and there: the system need not read what is around them.
  func expectScatteredReads() {
    #if canImport(Glibc)
      posix_fadvise(descriptor, 0, 0, POSIX_FADV_RANDOM)
    #endif
  }

  /// Says what will be read soon, so that waiting for one read is waiting for all.
  func willRead(at offset: Int, count: Int) {
    #if canImport(Glibc)
      posix_fadvise(descriptor, off_t(offset), off_t(count), POSIX_FADV_WILLNEED)
    #endif
  }

  /// Says that all of the file will be read, in whatever order; not where it would take most of the memory.
  func willReadAll() {
    let memoryBytes = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
    guard byteCount <= memoryBytes / 2 else { return }
    for offset in stride(from: 0, to: byteCount, by: MappedPages.adviceBytes) {
      willRead(at: offset, count: MappedPages.adviceBytes)
    }
  }

  /// Fills as much of `buffer` as the file has from `offset`.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(SinterError) -> Int {
    var done = 0
    while done < buffer.count {
      let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw LMDBError.make(errno, "read", path: path) }
      if count == 0 { break }
      done += count
    }
    return done
  }
}
