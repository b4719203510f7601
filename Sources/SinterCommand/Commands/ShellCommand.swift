import ArgumentParser
import Sinter

/// `sinter shell STORE`
struct ShellCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shell",
    abstract: "Open the interactive shell, or drive the store as a program.",
    discussion: """
      With --json, requests are read from standard input and answered on standard output, one JSON object on a line: \
      {"query": "…", "params": {…}, "options": {"timeoutSeconds": 5, "memoryLimitBytes": 268435456}}, {"hello": true}, \
      {"reset": true}, which empties the store. SIGINT ends the running query with LimitError.Cancelled. The store is created when it does not exist.

      EXAMPLES:
        sinter shell shop.sinter
        echo '{"query": "RETURN 1"}' | sinter shell --json shop.sinter
      """)

  @Flag(help: "Speak JSON lines over standard input and output.") var json = false
  @OptionGroup var store: StoreArgument
  @OptionGroup var shell: ShellArguments

  func run() throws {
    if json {
      let store = try store.open(createIfMissing: true)
      MachineShell(store: store, heedsSignals: true).run()
      store.close()
    } else {
      try shell.run(store: store)
    }
  }
}

/// `sinter STORE`
struct OpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Open the interactive shell on a store (the default).", shouldDisplay: false)

  @OptionGroup var store: StoreArgument
  @OptionGroup var shell: ShellArguments

  func run() throws {
    try OpenCommand.rejectMisspelledCommand(store.store)
    try shell.run(store: store)
  }

  /// `sinter chekc` shall not create a store of that name.
  private static func rejectMisspelledCommand(_ name: String) throws {
    guard !fileExists(name), !name.contains("."), !name.contains("/") else { return }
    let commands = SinterTool.configuration.subcommands.compactMap { $0.configuration.commandName }
    if let near = Spelling.nearest(to: name, in: commands) {
      throw ValidationError("There is no command and no store `\(name)`. Did you mean `\(near)`?")
    }
  }
}
