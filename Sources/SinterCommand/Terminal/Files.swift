#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import Sinter

/// All bytes of a file.
func readFile(_ path: String) throws(SinterError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY)
  guard descriptor >= 0 else {
    throw SinterError("FileError.CannotRead", "Cannot read \(path): \(String(cString: strerror(errno))).")
  }
  defer { close(descriptor) }
  return try readAll(descriptor, name: path)
}

/// All bytes up to the end of input.
func readAll(_ descriptor: Int32, name: String) throws(SinterError) -> [UInt8] {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 64 << 10)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else {
      throw SinterError("FileError.CannotRead", "Cannot read \(name): \(String(cString: strerror(errno))).")
    }
    if count == 0 { return bytes }
    bytes.append(contentsOf: chunk[..<count])
  }
}

/// A file's bytes as text.
func readText(_ bytes: [UInt8], name: String) throws(SinterError) -> String {
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw SinterError("FileError.InvalidUTF8", "\(name) is not valid UTF-8 text.")
  }
  return text
}

/// Makes a new file, or replaces one.
func writeFile(_ text: String, to path: String) throws(SinterError) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
  guard descriptor >= 0, writeAll(Array(text.utf8), to: descriptor), close(descriptor) == 0 else {
    throw SinterError("FileError.CannotWrite", "Cannot write \(path): \(String(cString: strerror(errno))).")
  }
}

func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// The file's size in bytes, or nil when there is none.
func fileSize(_ path: String) -> Int? {
  var status = stat()
  return stat(path, &status) == 0 ? Int(status.st_size) : nil
}
