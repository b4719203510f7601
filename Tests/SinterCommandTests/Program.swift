import Foundation
import TestSupport

/// Runs the program itself.
enum Program {
  struct Run {
    var status: Int32
    var output: String
    var error: String
  }

  /// - Parameter command: What a shell runs before, in the same process.
  static func run(
    _ arguments: [String], input: String = "", after command: String? = nil, in folder: TemporaryStore
  ) throws -> Run {
    let process = Process()
    let program = ChildProcess.productFolder + "/sinter"
    process.executableURL = URL(fileURLWithPath: command == nil ? program : "/bin/sh")
    process.arguments = command.map { ["-c", "\($0) && exec \"$0\" \"$@\"", program] + arguments } ?? arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["NO_COLOR": "1", "COLUMNS": "100"]) { $1 }
    let pipes = (input: Pipe(), output: folder.path(UUID().uuidString), error: folder.path(UUID().uuidString))
    for path in [pipes.output, pipes.error] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    process.standardInput = pipes.input
    process.standardOutput = FileHandle(forWritingAtPath: pipes.output)
    process.standardError = FileHandle(forWritingAtPath: pipes.error)
    try process.run()
    try pipes.input.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try pipes.input.fileHandleForWriting.close()
    process.waitUntilExit()
    return Run(
      status: process.terminationStatus, output: try String(contentsOfFile: pipes.output, encoding: .utf8),
      error: try String(contentsOfFile: pipes.error, encoding: .utf8))
  }
}
