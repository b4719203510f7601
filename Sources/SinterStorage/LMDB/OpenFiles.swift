package import SinterModel
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A file's identity, whatever path leads to it.
package struct FileIdentity: Hashable, Sendable {
  package var device: UInt64
  package var inode: UInt64

  /// nil when there is no such file.
  package init?(path: String) {
    var info = stat()
    guard stat(path, &info) == 0 else { return nil }
    device = UInt64(truncatingIfNeeded: info.st_dev)
    inode = UInt64(truncatingIfNeeded: info.st_ino)
  }
}

/// The objects of this process that stand for open files, one for each file.
///
/// LMDB must not open a file twice in a process: closing one environment would drop the other's
/// locks. An object that is being released still counts until it calls ``didClose(_:)`` at the
/// end of its `deinit`; whoever opens the file meanwhile waits for that.
package final class OpenFiles<Object: AnyObject & Sendable>: Sendable {
  private struct Entry {
    weak var object: Object?
  }
  private let entries = Mutex<[FileIdentity: Entry]>([:])
  /// Held while a file is opened, so that nobody else opens it meanwhile. Apart from `entries`: an
  /// object whose opening fails says ``didClose(_:)`` while this is held.
  private let opening = Mutex<Void>(())

  package init() {}

  /// The object of the file at `path`, made by `make` when there is none.
  ///
  /// `make` may create the file; its second result is the file's identity, under which the object is kept.
  package func open(
    _ path: String, make: () throws(SinterError) -> (Object, FileIdentity)
  ) throws(SinterError) -> Object {
    while true {
      let found = try opening.withLock { (_) throws(SinterError) -> Object? in
        if let identity = FileIdentity(path: path), let entry = entries.withLock({ $0[identity] }) { return entry.object }
        let (object, identity) = try make()
        entries.withLock { $0[identity] = Entry(object: object) }
        return object
      }
      if let found { return found }
      // Its object is being released.
      usleep(200)
    }
  }

  /// The file may be opened anew.
  package func didClose(_ identity: FileIdentity) {
    entries.withLock { _ = $0.removeValue(forKey: identity) }
  }
}
