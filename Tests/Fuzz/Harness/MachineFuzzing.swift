import Sinter
import SinterCommand
import SinterModel
import TestSupport

/// Bytes as what a program sends to the machine mode, line by line.
///
/// A line that begins with `>` is a statement: it goes to the shell inside a request, with a few parameters. Any other line
/// goes there as it is.
package struct MachineFuzzing: Sendable {
  private let temporary = TemporaryStore(in: "/dev/shm")
  private let shell: MachineShell
  private static let lineLimit = 8

  /// - Throws: when the store cannot be made.
  package init() throws {
    var options = Store.Options()
    options.durable = false
    let limits = QueryOptions(timeoutSeconds: 0.5, memoryLimitBytes: 32 << 20)
    shell = MachineShell(store: try Store(at: temporary.path, options: options), limits: limits)
  }

  /// Every request gets one line, which is a JSON object, and the store is sound and answers afterwards.
  package func run(_ bytes: UnsafeBufferPointer<UInt8>) {
    _ = send(Array("{\"reset\":true}".utf8))
    for text in FuzzGraph.statements { _ = send(MachineFuzzing.request(Array(text.utf8))) }
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: true).prefix(MachineFuzzing.lineLimit) {
      let isStatement = line.first == UInt8(ascii: ">")
      guard let answer = send(isStatement ? MachineFuzzing.request(Array(line.dropFirst())) : Array(line)) else { continue }
      precondition(answer.first == UInt8(ascii: "{") && answer.suffix(2) == [UInt8(ascii: "}"), 0x0A])
      precondition(answer.count { $0 == 0x0A } == 1, "more than one line")
      precondition(String(validating: answer, as: UTF8.self) != nil, "no UTF-8")
    }
    let answer = send(MachineFuzzing.request(Array("MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN count(n) >= 0, count(r) AS r".utf8)))
    precondition(answer?.starts(with: Array("{\"columns\":".utf8)) == true, "the store no longer answers")
  }

  private func send(_ line: [UInt8]) -> [UInt8]? {
    line.withUnsafeBufferPointer { shell.respond(to: $0) }
  }

  private static let parameters =
    #"{"p":1,"q":"text","l":[3,null,1.5],"m":{"x":1,"y":"z"},"n":null,"d":{"$date":"2020-02-29"}}"#

  /// A statement as a request.
  static func request(_ statement: [UInt8]) -> [UInt8] {
    var line = Array("{\"query\":\"".utf8)
    for byte in statement {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): line += [UInt8(ascii: "\\"), byte]
      case 0..<0x20: line += Array("\\u00".utf8) + [UInt8(ascii: "0") + byte >> 4, Array("0123456789abcdef".utf8)[Int(byte & 15)]]
      default: line.append(byte)
      }
    }
    return line + Array("\",\"params\":\(parameters)}".utf8)
  }
}
