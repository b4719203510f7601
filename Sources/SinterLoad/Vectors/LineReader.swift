import SinterModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The lines of a text file.
final class LineReader {
  private let file: UnsafeMutablePointer<FILE>
  private var buffer: UnsafeMutablePointer<CChar>?
  private var capacity = 0

  init(_ path: String) throws(SinterError) {
    guard let file = fopen(path, "r") else { throw LoadFailure.io("\(path) cannot be opened: \(String(cString: strerror(errno))).") }
    self.file = file
  }

  deinit {
    free(buffer)
    fclose(file)
  }

  /// The next line without its end; nil at the end of the file.
  func next() throws(SinterError) -> String? {
    var count = getline(&buffer, &capacity, file)
    guard count >= 0, let buffer else { return nil }
    while count > 0, buffer[count - 1] == 10 || buffer[count - 1] == 13 { count -= 1 }
    return String(decoding: UnsafeRawBufferPointer(start: buffer, count: count), as: UTF8.self)
  }
}
