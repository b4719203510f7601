#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A path for a store of one test; the file and what lies beside it go when this is released.
package final class TemporaryStore: Sendable {
  package let folder: String
  package var path: String { folder + "/test.sinter" }

  /// - Parameter parent: where the folder is made; a memory file system where flushes should cost nothing.
  package init(in parent: String = "/tmp") {
    var template = Array("\(parent)/sinter-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { preconditionFailure("no temporary folder in \(parent)") }
    folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  deinit {
    if let directory = opendir(folder) {
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { unlink("\(folder)/\(name)") }
      }
      closedir(directory)
    }
    rmdir(folder)
  }
}
