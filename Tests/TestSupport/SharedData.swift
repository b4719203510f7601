package import Foundation

/// The folder of data that is kept beside the project rather than in it: `$SINTER_SHARED`, or
/// `../shared` seen from the package's root. Tests that need it say so and pass when it is absent.
package func sharedDirectory() -> URL? {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  let folder =
    ProcessInfo.processInfo.environment["SINTER_SHARED"].map { URL(fileURLWithPath: $0) }
    ?? root.deletingLastPathComponent().appendingPathComponent("shared")
  return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
}
