import ArgumentParser
import Sinter
import SinterModel

/// `sinter experiment …`
struct ExperimentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiment",
    abstract: "Compare strategies on live users.",
    discussion: """
      Users are split by a hash, so each always gets the same variant. RECOMMEND … USING STRATEGY takes an experiment's \
      name; record what was shown and what became of it with CALL sinter.feedback.record. The report may be looked at at \
      any time: its p-values stay right.

      EXAMPLES:
        sinter experiment create shop.sinter home control challenger=balanced --goal clicked
        sinter experiment report shop.sinter home
        sinter experiment stop shop.sinter home --winner challenger
      """,
    subcommands: [Create.self, Assign.self, Report.self, Stop.self, List.self])

  /// `sinter experiment create STORE NAME VARIANT…`
  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Start an experiment.",
      discussion: """
        A variant is a name, the strategy it stands for (default: the default one) and its weight (default: 1): \
        name=strategy:weight. The first is the control.
        """)
    @OptionGroup var store: StoreArgument
    @Argument(help: "The experiment's name.") var name: String
    @Argument(help: "The variants, the control first.") var variants: [String]
    @Option(help: "What success is: clicked or bought.") var goal = "clicked"
    @Option(help: "Sets this split apart from others.") var seed = 1
    @Option(help: "The chance of a false alarm that is accepted.") var significance = 0.05
    @Option(help: "The size of differences that are expected, in the rate of success.") var expectedEffect = 0.02

    func run() throws {
      let list = try variants.map { try Create.variant($0) }
      try ExperimentCommand.print(
        store.open(), "CALL sinter.experiment.create($name, $variants, $options)",
        [
          "name": .string(name), "variants": .list(list),
          "options": .map([
            "goal": .string(goal), "seed": .integer(Int64(seed)), "significance": .float(significance),
            "expectedEffect": .float(expectedEffect),
          ]),
        ])
    }

    /// `name`, `name=strategy`, `name:2`, `name=strategy:2`.
    static func variant(_ text: String) throws -> Value {
      var rest = Substring(text)
      var map: [String: Value] = [:]
      if let colon = rest.lastIndex(of: ":") {
        guard let weight = Double(rest[rest.index(after: colon)...]) else {
          throw SinterError("UsageError.Variant", "The weight of variant `\(text)` is no number: write name=strategy:weight.")
        }
        map["weight"] = .float(weight)
        rest = rest[..<colon]
      }
      if let equals = rest.firstIndex(of: "=") {
        map["strategy"] = .string(String(rest[rest.index(after: equals)...]))
        rest = rest[..<equals]
      }
      map["name"] = .string(String(rest))
      return .map(map)
    }
  }

  /// `sinter experiment assign STORE NAME QUERY`
  struct Assign: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "assign", abstract: "Show which variant a user gets.")
    @OptionGroup var store: StoreArgument
    @Argument(help: "The experiment's name.") var name: String
    @Argument(help: "A query whose first row begins with the user.") var text: String
    @OptionGroup var query: QueryArguments

    func run() throws {
      let store = try store.open()
      guard let first = try store.query(text, query.values(), options: query.options).first, first.count > 0, case .node = first[0] else {
        throw SinterError("UsageError.NoNode", "The query must return a node in its first row and column.")
      }
      try ExperimentCommand.print(
        store, "CALL sinter.experiment.assign($name, $user)", ["name": .string(name), "user": first[0]])
    }
  }

  /// `sinter experiment report STORE NAME`
  struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "report", abstract: "Show what an experiment has found so far.")
    @OptionGroup var store: StoreArgument
    @Argument(help: "The experiment's name.") var name: String
    @Option(help: "How rows are written.") var format: OutputFormat?

    func run() throws {
      let store = try store.open(readOnly: true)
      guard format == nil else {
        return try ExperimentCommand.print(
          store, "CALL sinter.experiment.report($name)", ["name": .string(name)], format: format)
      }
      let rows = try store.query("CALL sinter.experiment.report($name)", ["name": .string(name)])
      Terminal.write(ExperimentReportText.text(rows))
    }
  }

  /// `sinter experiment stop STORE NAME`
  struct Stop: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "stop", abstract: "End an experiment.")
    @OptionGroup var store: StoreArgument
    @Argument(help: "The experiment's name.") var name: String
    @Option(help: "The variant that everyone gets from now on; default: the control.") var winner: String?

    func run() throws {
      try ExperimentCommand.print(
        store.open(), "CALL sinter.experiment.stop($name, $winner)",
        ["name": .string(name), "winner": winner.map { .string($0) } ?? .null])
    }
  }

  /// `sinter experiment list STORE`
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the experiments of a store.")
    @OptionGroup var store: StoreArgument
    @Option(help: "How rows are written.") var format: OutputFormat?

    func run() throws {
      try ExperimentCommand.print(store.open(readOnly: true), "CALL sinter.experiment.list()", [:], format: format)
    }
  }

  static func print(_ store: Store, _ text: String, _ parameters: [String: Value], format: OutputFormat? = nil) throws {
    let rows = try store.query(text, parameters)
    let width = Terminal.isOutputInteractive ? Terminal.size.columns : nil
    let writer = ResultWriter(
      format: format ?? .table, maximumWidth: width, isColoured: Terminal.hasColourOutput, emit: Terminal.write)
    _ = try writer.write(RowStream(rows: rows))
  }
}

/// The rows of `sinter.experiment.report` in words.
enum ExperimentReportText {
  static func text(_ rows: Rows) -> String {
    var text = ""
    for row in rows {
      func number(_ name: String) -> Double? {
        switch row[name] {
        case .integer(let number)?: Double(number)
        case .float(let number)?: number
        default: nil
        }
      }
      func words(_ name: String) -> String { if case .string(let text)? = row[name] { text } else { "" } }
      func percent(_ name: String) -> String { number(name).map { "\(Summary.decimal(100 * $0, places: 2)) %" } ?? "–" }
      text += "\(words("variant"))\(words("strategy").isEmpty ? "" : " (\(words("strategy")))")\n"
      text += "  \(Int(number("users") ?? 0)) users, \(Int(number("shows") ?? 0)) shown, \(Int(number("clicks") ?? 0)) clicked, "
      text += "\(Int(number("bought") ?? 0)) bought, \(Int(number("dismissed") ?? 0)) dismissed; CTR \(percent("ctr"))\n"
      text += "  success \(percent("rate")) of users, between \(percent("rateLow")) and \(percent("rateHigh"))\n"
      if number("difference") != nil {
        text += "  difference \(percent("difference")), between \(percent("differenceLow")) and \(percent("differenceHigh")) "
        text += "at all looks; lift \(percent("lift")); always-valid p \(Summary.decimal(number("alwaysValidP") ?? 1, places: 4)), "
        text += "for one look \(Summary.decimal(number("fixedP") ?? 1, places: 4))\n"
      }
      text += "  \(words("verdict"))\n"
    }
    return text
  }
}
