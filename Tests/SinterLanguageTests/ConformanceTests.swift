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
    var anyTime = false
    var parameters: Set<String> = []
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
      if text.hasPrefix("parameters are"), let rows = step["table"] as? [[String]] {
        result.parameters.formUnion(rows.map { $0[0] })
      }
      if text.hasPrefix("there exists a procedure ") { result.procedures.append(String(text.dropFirst(25))) }
      if text.contains(" should be raised at "), let colon = text.firstIndex(of: ":") {
        let words = text.split(separator: " ")
        result.expectedCode = "\(words[1]).\(text[text.index(colon, offsetBy: 2)...])"
        result.compileTime = text.contains("compile time")
        result.anyTime = text.contains("any time")
      }
    }
    return result
  }

  @Test func everyScenarioCompilesOrFailsAsItShould() throws {
    guard let scenarios = try Self.scenarios() else {
      print("The compatibility kit is not there (set SINTER_SHARED); nothing was checked.")
      return
    }
    var failures: [String] = []
    for scenario in scenarios {
      let procedures = Dictionary(uniqueKeysWithValues: scenario.procedures.map(TestEnvironment.procedure))
      let environment = TestEnvironment.make(procedures: procedures, parameters: scenario.parameters)
      for query in scenario.setup where Self.failure(query, TestEnvironment.make()) != nil {
        failures.append("\(scenario.name): setup | \(Self.failure(query, environment)?.message ?? "") | \(query)")
      }
      for (position, query) in scenario.queries.enumerated() {
        let failure = Self.failure(query, environment)
        let expected = scenario.compileTime && position == 0 ? scenario.expectedCode : nil
        if failure == nil, expected == nil { continue }
        if let failure, failure.code.rawValue == expected, failure.span != nil, failure.phase == .compile { continue }
        // An error that may come at any time may come now.
        if let failure, scenario.anyTime, scenario.expectedCode.map({ $0.hasSuffix("*") || $0 == failure.code.rawValue }) == true
        {
          continue
        }
        failures.append(
          "\(scenario.name): expected \(expected ?? "success"), got \(failure?.code.rawValue ?? "success") | "
            + "\(failure?.message ?? "") | \(query.replacing("\n", with: " ⏎ "))")
      }
    }
    for failure in failures { print(failure) }
    print("\(scenarios.count) scenarios, \(failures.count) failures")
    #expect(failures.isEmpty)
  }

  private static func failure(_ query: String, _ environment: CheckEnvironment) -> SinterError? {
    do throws(SinterError) {
      try check(parse(query), in: environment)
      return nil
    } catch {
      return error
    }
  }
}
