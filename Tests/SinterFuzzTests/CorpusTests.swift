import Foundation
import SinterFuzz
import Testing

/// Replays what the fuzzers kept: inputs that reach different code, and inputs that once crashed.
@Suite struct CorpusTests {
  private static func inputs(_ folder: String) throws -> [(name: String, bytes: [UInt8])] {
    let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fuzz/corpus/\(folder)")
    return try FileManager.default.contentsOfDirectory(atPath: corpus.path).sorted().map { name in
      (name, Array(try Data(contentsOf: corpus.appendingPathComponent(name))))
    }
  }

  @Test func parser() throws {
    let fuzzing = try ParserFuzzing()
    let inputs = try Self.inputs("parser")
    for input in inputs { input.bytes.withUnsafeBufferPointer(fuzzing.run) }
    #expect(inputs.count > 50)
  }

  @Test func machine() throws {
    let fuzzing = try MachineFuzzing()
    let inputs = try Self.inputs("machine")
    for input in inputs { input.bytes.withUnsafeBufferPointer(fuzzing.run) }
    #expect(inputs.count > 50)
  }
}
