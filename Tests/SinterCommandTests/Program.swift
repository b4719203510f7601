import Foundation
import TestSupport

/// Runs the program itself.
enum Program {
  struct Run {
    var status: Int32
    var output: String
    var error: String
  }

  static func run(_ arguments: [String], input: String = "", in folder: TemporaryStore) throws -> Run {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: ChildProcess.productFolder + "/sinter")
    process.arguments = arguments
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
