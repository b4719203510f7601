#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import Sinter
import SinterExecute
import SinterLoad
import SinterStorage

extension InteractiveShell {
  /// Runs a line that begins with a dot, or with a colon as in Neo4j's shell.
  func runDotCommand(_ line: String) throws(SinterError) {
    let typed = line.drop(while: \.isWhitespace)
    let (mark, trimmed) = (typed.prefix(1), typed.dropFirst())
    let name = String(trimmed.prefix { !$0.isWhitespace })
    var argument = String(trimmed.dropFirst(name.count).drop(while: \.isWhitespace))
    while argument.last?.isWhitespace == true || argument.last == ";" { argument.removeLast() }
    guard let command = DotCommand(name: name) else {
      let near = Spelling.nearest(to: name, in: DotCommand.allCases.map(\.rawValue))
      let hint = near.map { "Did you mean `.\($0)`?" } ?? "Type .help for the list."
      throw SinterError("UsageError.UnknownCommand", "There is no command `\(mark)\(name)`. \(hint)")
    }
    try run(command, argument)
  }

  private func run(_ command: DotCommand, _ argument: String) throws(SinterError) {
    switch command {
    case .help: showHelp()
    case .schema: try showSchema()
    case .tables: try showTables()
    case .import: try importFiles(argument)
    case .timer where argument.isEmpty: Terminal.writeLine(showsTime ? "on" : "off")
    case .timer: showsTime = try onOrOff(argument, command)
    case .mode: try setMode(argument)
    case .params: try changeParameters(argument)
    case .explain: try explain(argument)
    case .timeout: try setTimeout(argument)
    case .memory: try setMemoryLimit(argument)
    case .begin: try beginTransaction()
    case .commit: try endTransaction(commits: true)
    case .rollback: try endTransaction(commits: false)
    case .read: try readScript(argument)
    case .open: try open(argument)
    case .quit: leave()
    }
  }

  private func usage(_ command: DotCommand) -> SinterError {
    SinterError("UsageError.Arguments", "Usage: \(command.usage)")
  }

  private func onOrOff(_ argument: String, _ command: DotCommand) throws(SinterError) -> Bool {
    switch argument.lowercased() {
    case "on": return true
    case "off": return false
    default: throw usage(command)
    }
  }

  private func showHelp() {
    Terminal.writeLine("Statements end with `;` and may span lines. Tab completes, Ctrl-C cancels a query, Ctrl-D leaves.\n")
    let width = DotCommand.allCases.map { min($0.usage.count, 30) }.max() ?? 0
    for command in DotCommand.allCases {
      let usage = command.usage
      let isLong = usage.count > width
      let gap = (isLong ? "\n" : "") + String(repeating: " ", count: isLong ? width + 4 : width - usage.count + 2)
      Terminal.writeLine("  \(usage)\(gap)\(command.summary)")
    }
  }

  private func showTables() throws(SinterError) {
    let view = try store.graph.snapshot()
    var rows: [[Value]] = []
    for name in view.labelNames.sorted() {
      guard let label = view.labelID(name) else { continue }
      let count = view.nodeCount(label: label)
      if count > 0 { rows.append(["label", .string(name), .integer(Int64(count))]) }
    }
    for name in view.typeNames.sorted() {
      guard let type = view.typeID(name) else { continue }
      let count = view.relationshipCount(type: type)
      if count > 0 { rows.append(["type", .string(name), .integer(Int64(count))]) }
    }
    let writer = ResultWriter(format: mode, isColoured: Terminal.hasColourOutput, emit: Terminal.write)
    _ = try writer.write(RowStream(rows: Rows(columns: ["kind", "name", "count"], values: rows)))
  }

  private func showSchema() throws(SinterError) {
    let view = try store.graph.snapshot()
    let statements = SchemaText.statements(of: view)
    Terminal.writeLine(statements.isEmpty ? "There are no indexes and no constraints." : statements.joined(separator: "\n"))
  }

  private func setMode(_ argument: String) throws(SinterError) {
    guard !argument.isEmpty else { return Terminal.writeLine(mode.rawValue) }
    guard let format = OutputFormat(rawValue: argument.lowercased()) else {
      let near = Spelling.nearest(to: argument, in: OutputFormat.allCases.map(\.rawValue))
      let hint = near.map { " Did you mean `\($0)`?" } ?? ""
      throw SinterError("UsageError.Arguments", "There is no mode `\(argument)`; modes are \(OutputFormat.list).\(hint)")
    }
    mode = format
  }

  private func changeParameters(_ argument: String) throws(SinterError) {
    if let arrow = argument.firstRange(of: "=>") {
      let name = argument[..<arrow.lowerBound].filter { !$0.isWhitespace }
      guard !name.isEmpty else { throw usage(.params) }
      return try setParameter(Self.parameterName(Substring(name)), to: String(argument[arrow.upperBound...]))
    }
    if argument.first == "{" { return try setParameters(to: argument) }
    let words = argument.split(maxSplits: 2, whereSeparator: \.isWhitespace)
    switch words.first?.lowercased() {
    case nil, "list":
      for (name, value) in parameters.sorted(by: { $0.key < $1.key }) { Terminal.writeLine("$\(name) = \(value)") }
      if parameters.isEmpty { Terminal.writeLine("There are no parameters; set one with `.params set NAME VALUE`.") }
    case "clear" where words.count == 1:
      parameters = [:]
    case "clear":
      guard parameters.removeValue(forKey: Self.parameterName(words[1])) != nil else {
        throw SinterError("UsageError.Arguments", "There is no parameter `\(words[1])`; `.params` lists them.")
      }
    case "set" where words.count == 3:
      parameters[Self.parameterName(words[1])] = Parameters.value(String(words[2]))
    default:
      throw usage(.params)
    }
  }

  private static func parameterName(_ word: Substring) -> String { String(word.first == "$" ? word.dropFirst() : word) }

  private func explain(_ argument: String) throws(SinterError) {
    switch argument.lowercased() {
    case "": Terminal.writeLine(explains ? "on" : "off")
    case "on": explains = true
    case "off": explains = false
    default: try execute("EXPLAIN " + argument)
    }
  }

  private func setTimeout(_ argument: String) throws(SinterError) {
    switch argument.lowercased() {
    case "": Terminal.writeLine(options.timeoutSeconds.map { "\($0) s" } ?? "off")
    case "off": options.timeoutSeconds = nil
    default:
      guard let seconds = Double(argument), seconds > 0, seconds.isFinite else { throw usage(.timeout) }
      options.timeoutSeconds = seconds
    }
  }

  private func setMemoryLimit(_ argument: String) throws(SinterError) {
    switch argument.lowercased() {
    case "": Terminal.writeLine(Summary.bytes(options.memoryLimitBytes ?? defaultMemoryLimitBytes))
    case "off": options.memoryLimitBytes = nil
    default:
      guard let bytes = MemorySize.bytes(argument) else { throw usage(.memory) }
      options.memoryLimitBytes = bytes
    }
  }

  private func readScript(_ path: String) throws(SinterError) {
    guard !path.isEmpty else { throw usage(.read) }
    let descriptor = Glibc.open(path, O_RDONLY)
    guard descriptor >= 0 else {
      throw SinterError("FileError.CannotRead", "Cannot read \(path): \(String(cString: strerror(errno))).")
    }
    defer { close(descriptor) }
    let script = InteractiveShell(store: store, mode: mode, parameters: parameters, options: options, isInteractive: false)
    script.showsTime = showsTime
    script.transaction = transaction
    let status = script.runScript(descriptor: descriptor, keepsGoing: false)
    transaction = script.transaction
    (mode, parameters) = (script.mode, script.parameters)
    if status != .success { throw SinterError("FileError.Stopped", "\(path) stopped at the error above.") }
  }

  /// The loader opens the store itself, so it is closed meanwhile.
  private func importFiles(_ argument: String) throws(SinterError) {
    let words = argument.split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
    guard let source = words.first else { throw usage(.import) }
    let plan =
      isFolder(source)
      ? try LoadPlan.neo4j(directory: source) : try LoadPlan.manifest(path: source, dataDirectory: words.count > 1 ? words[1] : nil)
    let path = store.path
    dropTransaction()
    store.close()
    let outcome = Result { () throws(SinterError) -> String in try LoadCommand.load(plan, into: path, LoadOptions()) }
    store = try Store(at: path)
    Terminal.write(try outcome.get())
  }

  private func open(_ path: String) throws(SinterError) {
    guard !path.isEmpty else { throw usage(.open) }
    let next = try Store(at: path)
    dropTransaction()
    store.close()
    store = next
  }
}
