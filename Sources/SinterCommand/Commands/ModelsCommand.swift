import ArgumentParser
import Sinter
import SinterModel

/// `sinter models …`
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List, compare, choose and drop published models, and see how they age.",
    discussion: """
      Every training publishes a new version. Queries take the current version of the current model, or of the one they \
      name.

      EXAMPLES:
        sinter models list shop.sinter
        sinter models compare shop.sinter transe
        sinter models use shop.sinter transe --version 1
        sinter models drift shop.sinter
        sinter models drop shop.sinter transe --version 1
      """,
    subcommands: [List.self, Compare.self, Use.self, Drift.self, Drop.self])

  /// `sinter models list STORE`
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List all versions.")
    @OptionGroup var store: StoreArgument
    @Option(help: "How rows are written.") var format: OutputFormat?

    func run() throws {
      try ExperimentCommand.print(
        store.open(readOnly: true),
        "SHOW MODELS YIELD name, version, current, default, dimension, triples, mrr, hits10, seconds, created, fingerprint", [:],
        format: format)
    }
  }

  /// `sinter models compare STORE NAME`
  struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "compare", abstract: "Show the versions of a model side by side.",
      discussion: "Metrics are filtered, on what each version held out; versions on other data held out other triples.")
    @OptionGroup var store: StoreArgument
    @Argument(help: "The model's name.") var name: String

    func run() throws {
      let rows = try store.open(readOnly: true).query(
        "SHOW MODELS YIELD * WHERE name = $name RETURN *", ["name": .string(name)])
      guard !rows.isEmpty else {
        throw SinterError("LearnError.NoModel", "There is no model `\(name)`. `sinter models list` shows those there are.")
      }
      Terminal.write(Compare.text(rows))
    }

    /// A line for each measure, a column for each version.
    static func text(_ rows: Rows) -> String {
      let names = ["version", "current", "created", "fingerprint", "entities", "triples", "dimension", "epochs", "seconds", "mrr", "hits1", "hits3", "hits10"]
      var lines = names.filter { name in rows.contains { $0[name] != nil } }.map { name in
        [name] + rows.map { row in row[name].map { text($0) } ?? "" }
      }
      var settings: Set<String> = []
      let maps = rows.map { row -> [String: Value] in if case .map(let map)? = row["settings"] { map } else { [:] } }
      for map in maps { settings.formUnion(map.keys) }
      for name in settings.sorted() where Set(maps.map { $0[name].map { text($0) } ?? "" }).count > 1 {
        lines.append([name] + maps.map { $0[name].map { text($0) } ?? "" })
      }
      let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
      return lines.map { line in
        zip(line, widths).enumerated().map { column, cell in
          let padding = String(repeating: " ", count: cell.1 - cell.0.count)
          return column == 0 ? cell.0 + padding : padding + cell.0
        }.joined(separator: "  ") + "\n"
      }.joined()
    }

    private static func text(_ value: Value) -> String {
      switch value {
      case .null: "–"
      case .float(let number): Summary.decimal(number, places: 4)
      case .string(let text): text
      default: "\(value)"
      }
    }
  }

  /// `sinter models use STORE NAME --version N`
  struct Use: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "use", abstract: "Make a version the one queries take.")
    @OptionGroup var store: StoreArgument
    @Argument(help: "The model's name.") var name: String
    @Option(help: "The version.") var version: Int

    func run() throws {
      guard version >= 0 else { throw ValidationError("--version must not be negative.") }
      try ExperimentCommand.print(store.open(), "USE MODEL \(quoted(name)) VERSION \(version)", [:])
    }
  }

  /// `sinter models drift STORE [NAME]`
  struct Drift: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "drift", abstract: "Show how far the store has moved on since a model was trained.")
    @OptionGroup var store: StoreArgument
    @Argument(help: "The model's name; default: the current one.") var name: String?
    @Option(help: "How rows are written.") var format: OutputFormat?

    func run() throws {
      try ExperimentCommand.print(
        store.open(readOnly: true), "CALL sinter.models.drift($name)", ["name": name.map { .string($0) } ?? .null], format: format)
    }
  }

  /// `sinter models drop STORE NAME [--version N]`
  struct Drop: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "drop", abstract: "Remove a model, or one version of it.")
    @OptionGroup var store: StoreArgument
    @Argument(help: "The model's name.") var name: String
    @Option(help: "The version; default: all.") var version: Int?

    func run() throws {
      guard let version else { return try ExperimentCommand.print(store.open(), "DROP MODEL \(quoted(name))", [:]) }
      try ExperimentCommand.print(
        store.open(), "CALL sinter.models.dropVersion($name, $version)",
        ["name": .string(name), "version": .integer(Int64(version))])
    }
  }

  /// A name as it stands in a statement.
  static func quoted(_ name: String) -> String { "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`" }
}
