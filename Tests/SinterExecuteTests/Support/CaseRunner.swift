import SinterExecute
import SinterModel
import SinterStorage
import TestSupport

/// Runs the cases of a file in one configuration after the other and collects what differs from what they expect.
struct CaseRunner {
  private let engine: TestEngine
  /// Where the files of cases are; statements and expectations name the folder as `<folder>`.
  private let files = TemporaryStore(in: "/dev/shm")
  private(set) var failures: [String] = []

  init() throws { engine = try TestEngine() }

  mutating func run(_ file: CaseFile, in configuration: Configuration) throws {
    for one in file.cases {
      try engine.store.reset()
      var isCompacted = false
      for step in one.steps {
        if let file = step.file {
          _ = try files.write(file.text, to: file.name)
          continue
        }
        let step = placed(step)
        if configuration.isCompacted && !isCompacted && step.isChecked {
          try engine.store.compact()
          isCompacted = true
        }
        for problem in try problems(of: step, configuration) {
          failures.append("\(file.description):\(step.line) “\(one.title)” (\(configuration)): \(problem)")
        }
      }
    }
  }

  private func placed(_ step: CaseFile.Step) -> CaseFile.Step {
    var step = step
    step.text = step.text.replacing("<folder>", with: files.folder)
    step.rows = step.rows?.map { $0.replacing("<folder>", with: files.folder) }
    step.error = step.error?.replacing("<folder>", with: files.folder)
    return step
  }

  private func problems(of step: CaseFile.Step, _ configuration: Configuration) throws -> [String] {
    let outcome = engine.run(step.text, try parameters(step), configuration.options, runsAgain: configuration.runsAgain)
    if let expected = step.error {
      guard let error = outcome.error else { return ["expected \(expected), got rows \(outcome.lines)"] }
      return matches(error, expected) ? [] : ["expected \(expected), got \(Self.text(of: error)): \(error.message)"]
    }
    if let error = outcome.error { return ["\(Self.text(of: error)): \(error.message)"] }
    var problems: [String] = []
    if let columns = step.columns, columns != outcome.columns.joined(separator: " | ") {
      problems.append("expected columns \(columns), got \(outcome.columns.joined(separator: " | "))")
    }
    if let rows = step.rows {
      let found = step.isOrdered ? outcome.lines : outcome.lines.sorted()
      let expected = step.isOrdered ? rows : rows.sorted()
      if found != expected { problems.append("expected \(expected), got \(found)") }
    }
    if let effects = step.effects, effects != Self.text(of: outcome.statistics) {
      problems.append("expected effects \(effects), got \(Self.text(of: outcome.statistics))")
    }
    // The plan is the optimiser's with every pass on; without some of them it may be another.
    for name in step.operators where configuration.disabledPasses.isEmpty {
      let isWanted = !name.hasPrefix("not ")
      let bare = isWanted ? name : String(name.dropFirst(4))
      if outcome.operators.contains(bare) != isWanted { problems.append("expected \(name) in the plan \(outcome.operators)") }
    }
    return problems
  }

  private func parameters(_ step: CaseFile.Step) throws -> [String: Value] {
    guard let text = step.parameters else { return [:] }
    let outcome = engine.run("RETURN " + text)
    guard case .map(let parameters)? = outcome.rows.first?.first else {
      throw CaseFile.Malformed(description: "line \(step.line): parameters are no map: \(text)")
    }
    return parameters
  }

  /// Whether an error is the one that a line such as `SyntaxError.UnexpectedSyntax compile 1:8 ~text of the message` asks for.
  private func matches(_ error: SinterError, _ expected: String) -> Bool {
    let parts = expected.split(separator: "~", maxSplits: 1)
    let words = (parts.first ?? "").split(separator: " ").map(String.init)
    let actual = Self.text(of: error).split(separator: " ").map(String.init)
    guard words.count <= actual.count, Array(actual.prefix(words.count)) == words else { return false }
    return parts.count < 2 || error.message.contains(parts[1])
  }

  private static func text(of error: SinterError) -> String {
    let place = error.position.map { " \($0.line):\($0.column)" } ?? ""
    return "\(error.code.rawValue) \(error.phase.rawValue)\(place)"
  }

  private static func text(of s: UpdateStatistics) -> String {
    let counts = [
      ("nodes created", s.nodesCreated), ("nodes deleted", s.nodesDeleted), ("relationships created", s.relationshipsCreated),
      ("relationships deleted", s.relationshipsDeleted), ("properties set", s.propertiesSet), ("labels added", s.labelsAdded),
      ("labels removed", s.labelsRemoved), ("indexes added", s.indexesAdded), ("indexes removed", s.indexesRemoved),
      ("constraints added", s.constraintsAdded), ("constraints removed", s.constraintsRemoved),
      ("transactions committed", s.transactionsCommitted),
    ]
    let changed = counts.filter { $0.1 != 0 }.map { "\($0.0) \($0.1)" }
    return changed.isEmpty ? "nothing" : changed.joined(separator: ", ")
  }
}
