import Foundation
import SinterModel

/// A file of cases; `Tests/Cases/README.md` describes the format.
struct CaseFile: Sendable, CustomStringConvertible {
  var description: String
  var cases: [Case] = []

  struct Case: Sendable {
    var title: String
    /// Statements run one after the other on a store that was empty before; those of the file's head come first.
    var steps: [Step]
  }

  struct Step: Sendable {
    var line: Int
    var text: String
    var parameters: String?
    var columns: String?
    var rows: [String]?
    var isOrdered = false
    var error: String?
    var effects: String?
    var operators: [String] = []
    /// A file to write instead of running a statement.
    var file: (name: String, text: String)?

    /// Says something of the result; a step that says nothing only has to succeed.
    var isChecked: Bool { columns != nil || rows != nil || error != nil || effects != nil || !operators.isEmpty }
  }

  struct Malformed: Error, CustomStringConvertible {
    var description: String
  }

  /// The files of the folder `Tests/Cases`.
  static func all() throws -> [CaseFile] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Cases")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".case") }.sorted().map { name in
      try CaseFile(name: name, text: try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8))
    }
  }

  init(name: String, text: String) throws {
    description = name
    var head: [Step] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      func fail(_ reason: String) -> Malformed { Malformed(description: "\(name):\(index + 1): \(reason): \(line)") }
      func change(_ edit: (inout Step) -> Void) throws {
        if cases.isEmpty {
          guard !head.isEmpty else { throw fail("no statement yet") }
          edit(&head[head.count - 1])
        } else {
          guard let last = cases[cases.count - 1].steps.indices.last, last >= head.count else { throw fail("no statement yet") }
          edit(&cases[cases.count - 1].steps[last])
        }
      }
      if line.isEmpty || line.hasPrefix("#") { continue }
      if line.hasPrefix("== ") {
        cases.append(Case(title: String(line.dropFirst(3)), steps: head))
        continue
      }
      let mark = line.first ?? " "
      let rest = String(line.dropFirst(2))
      switch mark {
      case ">":
        let step = Step(line: index + 1, text: rest)
        if cases.isEmpty { head.append(step) } else { cases[cases.count - 1].steps.append(step) }
      case "@":
        let parts = rest.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count > 0 else { throw fail("a file needs a name") }
        var step = Step(line: index + 1, text: "")
        step.file = (parts[0], Self.unescaped(parts.count > 1 ? parts[1] : ""))
        if cases.isEmpty { head.append(step) } else { cases[cases.count - 1].steps.append(step) }
      case ".": try change { $0.text += "\n" + rest }
      case "$": try change { $0.parameters = rest }
      case ":": try change { $0.columns = rest }
      case "-": try change { $0.rows = ($0.rows ?? []) + [rest] }
      case "=":
        try change {
          $0.rows = ($0.rows ?? []) + [rest]
          $0.isOrdered = true
        }
      case "0": try change { $0.rows = [] }
      case "!": try change { $0.error = rest }
      case "+": try change { $0.effects = rest }
      case "^": try change { $0.operators.append(rest) }
      default: throw fail("not a line of a case")
      }
    }
    if let step = cases.flatMap(\.steps).first(where: { $0.file != nil && $0.isChecked }) {
      throw Malformed(description: "\(name):\(step.line): a file gives no result")
    }
    for one in cases where !one.steps.dropFirst(head.count).contains(where: { $0.isChecked }) {
      throw Malformed(description: "\(name): the case “\(one.title)” expects nothing")
    }
  }

  /// The text of a file: `\\n`, `\\r`, `\\t` and `\\\\` are one character each, and so is `\\u` with four hexadecimal digits.
  private static func unescaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let mark = rest.popFirst() else {
        result.append(scalar)
        continue
      }
      switch mark {
      case "n": result.append("\n")
      case "r": result.append("\r")
      case "t": result.append("\t")
      case "u":
        let digits = String(String.UnicodeScalarView(rest.prefix(4)))
        if let code = UInt32(digits, radix: 16), let decoded = Unicode.Scalar(code) { result.append(decoded) }
        rest = rest.dropFirst(4)
      default: result.append(mark)
      }
    }
    return String(result)
  }
}
