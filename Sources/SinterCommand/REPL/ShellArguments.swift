import ArgumentParser
import Sinter

/// How the interactive shell starts.
struct ShellArguments: ParsableArguments {
  @Option(help: "How rows are written.") var mode: OutputFormat?
  @Flag(help: "When input is no terminal: go on after an error.") var keepGoing = false
  @OptionGroup var query: QueryArguments

  func run(store argument: StoreArgument) throws {
    let parameters = try query.values()
    let isNew = !fileExists(argument.store)
    let store = try argument.open(createIfMissing: true)
    let shell = InteractiveShell(store: store, mode: mode ?? .table, parameters: parameters, options: query.options)
    if Terminal.isInputInteractive {
      let news = isNew ? ", new store \(argument.store)" : ""
      Terminal.writeLine("Sinter \(SinterTool.version)\(news). Type .help for help, .quit to leave.")
    }
    let status = shell.run(keepsGoing: keepGoing)
    store.close()
    if status != .success { throw status }
  }
}
