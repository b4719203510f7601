import Foundation
import SinterModel
import TestSupport
import Testing

@testable import SinterLanguage

/// Every query of openCypher's compatibility kit, parsed and checked.
@Suite struct ConformanceTests {
  struct Scenario {
    var name: String
    var queries: [String] = []
    var setup: [String] = []
    var expectedCode: String?
    var compileTime = false
    var procedures: [String] = []
  }

  static func scenarios() throws -> [Scenario]? {
    guard let folder = sharedDirectory() else { return nil }
    let file = folder.appendingPathComponent("tck/scenarios.jsonl")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    return try text.split(separator: "\n").map { try scenario(String($0)) }
  }

  private static func scenario(_ line: String) throws -> Scenario {
    let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    var result = Scenario(name: "\(object["path"] ?? "") \(object["name"] ?? "") #\(object["example"] ?? "")")
    for case let step as [String: Any] in object["steps"] as? [Any] ?? [] {
      let text = step["text"] as? String ?? ""
      if text.hasPrefix("executing"), let query = step["doc"] as? String { result.queries.append(query) }
      if text == "having executed:", let query = step["doc"] as? String { result.setup.append(query) }
      if text.hasPrefix("there exists a procedure ") { result.procedures.append(String(text.dropFirst(25))) }
      if text.contains(" should be raised at "), let colon = text.firstIndex(of: ":") {
        let words = text.split(separator: " ")
        result.expectedCode = "\(words[1]).\(text[text.index(colon, offsetBy: 2)...])"
        result.compileTime = text.contains("compile time")
      }
    }
    return result
  }

  @Test func everyQueryParses() throws {
    guard let scenarios = try Self.scenarios() else {
      print("The compatibility kit is not there (set SINTER_SHARED); nothing was checked.")
      return
    }
    var failures = 0
    for scenario in scenarios where !scenario.compileTime {
      for query in scenario.setup + scenario.queries {
        do throws(SinterError) {
          _ = try parse(query)
        } catch {
          failures += 1
          print(scenario.name, error.code.rawValue, error.message, query, separator: " | ")
        }
      }
    }
    #expect(failures == 0)
  }
}
