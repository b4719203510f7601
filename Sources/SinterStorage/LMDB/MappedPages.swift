#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The memory map's pages, as far as the system is told about them.
enum MappedPages {
  private static let pageSizeBytes = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// The system takes in as little as this of one piece of advice.
  static let adviceBytes = 128 << 10

  /// Says that bytes of the map will be read soon, all of them. Only advice: nothing comes of it where it does not fit.
  static func willRead(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, bytes.count > 2 * pageSizeBytes else { return }
    let offset = Int(bitPattern: start) & (pageSizeBytes - 1)
    let first = UnsafeMutableRawPointer(mutating: start - offset)
    let count = bytes.count + offset
    for done in stride(from: 0, to: count, by: adviceBytes) {
      madvise(first + done, min(adviceBytes, count - done), MADV_WILLNEED)
    }
  }
}
