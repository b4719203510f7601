#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A helper program started beside a test, with its standard output on a pipe.
package final class ChildProcess: @unchecked Sendable {
  private let pid: pid_t
  private let output: Int32
  private var buffered: [UInt8] = []
  private var isReaped = false

  /// Starts the product `name` that was built together with the running tests.
  package init(_ name: String, _ arguments: [String]) {
    var ends: [Int32] = [0, 0]
    precondition(pipe(&ends) == 0)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    posix_spawn_file_actions_addclose(&actions, ends[0])
    let path = ChildProcess.productFolder + "/" + name
    var argumentPointers: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    var child = pid_t()
    let code = posix_spawn(&child, path, &actions, nil, &argumentPointers, environ)
    for pointer in argumentPointers { free(pointer) }
    posix_spawn_file_actions_destroy(&actions)
    close(ends[1])
    precondition(code == 0, "cannot start \(path): \(String(cString: strerror(code)))")
    pid = child
    output = ends[0]
  }

  deinit {
    if !isReaped { _ = killAndWait() }
    close(output)
  }

  /// The folder of the programs that were built together with the running tests.
  package static var productFolder: String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let running = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // The runner may be the toolchain's; then the bundle is among the arguments.
    for candidate in CommandLine.arguments + [running] where candidate.contains("/.build/") {
      if let cut = candidate.range(ofFolderEnding: ["/debug", "/release"]) { return cut }
    }
    return String(running[..<(running.lastIndex(of: "/") ?? running.endIndex)])
  }

  /// The next line of output; nil at its end.
  package func readLine() -> String? {
    while true {
      if let end = buffered.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: buffered[..<end], as: UTF8.self)
        buffered.removeSubrange(...end)
        return line
      }
      var chunk = [UInt8](repeating: 0, count: 4096)
      let count = read(output, &chunk, chunk.count)
      guard count > 0 else { return nil }
      buffered.append(contentsOf: chunk[..<count])
    }
  }

  /// Kills it without warning and returns what it had still said.
  package func killAndWait() -> [String] {
    kill(pid, SIGKILL)
    return wait()
  }

  /// Waits for its end and returns what it had still said.
  package func wait() -> [String] {
    var lines: [String] = []
    while let line = readLine() { lines.append(line) }
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    isReaped = true
    return lines
  }
}

extension String {
  /// The part up to and with the first folder that ends in one of `endings`.
  fileprivate func range(ofFolderEnding endings: [String]) -> String? {
    var path = ""
    for part in split(separator: "/", omittingEmptySubsequences: true) {
      path += "/" + part
      if endings.contains(where: { path.hasSuffix($0) }) { return path }
    }
    return nil
  }
}
