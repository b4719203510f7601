/// A command of the interactive shell.
enum DotCommand: String, CaseIterable {
  case help
  case schema
  case tables
  case `import`
  case timer
  case mode
  case params
  case explain
  case timeout
  case memory
  case begin
  case commit
  case rollback
  case read
  case open
  case quit

  var usage: String {
    switch self {
    case .help: ".help"
    case .schema: ".schema"
    case .tables: ".tables"
    case .import: ".import MANIFEST|FOLDER [DATA]"
    case .timer: ".timer [on|off]"
    case .mode: ".mode [\(OutputFormat.allCases.map(\.rawValue).joined(separator: "|"))]"
    case .params: ".params [set NAME VALUE|clear]"
    case .explain: ".explain [on|off|STATEMENT]"
    case .timeout: ".timeout [SECONDS|off]"
    case .memory: ".memory [SIZE|off]"
    case .begin: ".begin"
    case .commit: ".commit"
    case .rollback: ".rollback"
    case .read: ".read FILE"
    case .open: ".open FILE"
    case .quit: ".quit"
    }
  }

  var summary: String {
    switch self {
    case .help: "this list"
    case .schema: "indexes and constraints, as the statements that make them"
    case .tables: "labels and relationship types with their counts"
    case .import: "bulk load by a manifest, or a folder of files with Neo4j-import headers"
    case .timer: "show how long each statement took"
    case .mode: "how rows are written"
    case .params: "list, set or clear parameters; values as in `sinter query --param`, or `:param NAME => EXPRESSION`"
    case .explain: "show plans instead of running statements"
    case .timeout: "end statements that take longer"
    case .memory: "end statements that need more memory, such as 512MB; off: a quarter of the machine's"
    case .begin: "open a transaction for the statements that follow; other writers wait"
    case .commit: "keep what the transaction changed"
    case .rollback: "drop what the transaction changed"
    case .read: "run the statements and commands in a file"
    case .open: "go on with another store"
    case .quit: "leave (Ctrl-D does too)"
    }
  }
}

extension DotCommand {
  /// Finds a command by its name or by the one that it has in Neo4j's shell.
  init?(name: String) {
    switch name.lowercased() {
    case "exit": self = .quit
    case "source": self = .read
    case "param": self = .params
    case let name: self.init(rawValue: name)
    }
  }
}
