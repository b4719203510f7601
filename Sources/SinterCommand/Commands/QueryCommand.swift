#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import ArgumentParser
import Sinter

/// `sinter query STORE 'text'`
struct QueryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Run statements and print their rows.",
    discussion: """
      Without a text or a file, statements are read from standard input. Several statements are separated by \
      semicolons; each is a transaction of its own, and the first that fails ends the command with status 1.

      EXAMPLES:
        sinter query shop.sinter 'MATCH (i:Item) RETURN i.title LIMIT 5'
        sinter query shop.sinter 'RETURN $id AS id' --param id=u17 --format csv
        sinter query shop.sinter -f schema/commerce.cypher
        echo 'RETURN 1 + 1' | sinter query shop.sinter --format json
      """)

  @OptionGroup var store: StoreArgument
  @Argument(help: "One or more statements.") var text: String?
  @Option(name: .shortAndLong, help: "Read the statements from a file.", completion: .file()) var file: String?
  @Option(help: "How rows are written.") var format: OutputFormat?
  @Flag(help: "Refuse statements that write.") var readOnly = false
  @OptionGroup var query: QueryArguments

  func validate() throws {
    if text != nil, file != nil { throw ValidationError("Give a text or a file, not both.") }
  }

  func run() throws {
    let source =
      if let text {
        text
      } else if let file {
        try readText(readFile(file), name: file)
      } else {
        try readText(readAll(STDIN_FILENO, name: "standard input"), name: "standard input")
      }
    let statements = StatementSplitter.all(in: source)
    guard !statements.isEmpty else {
      throw SinterError("SyntaxError.UnexpectedSyntax", phase: .compile, "There is no statement to run.")
    }
    let parameters = try query.values()
    if !readOnly, !fileExists(self.store.store) { Terminal.printToError("\(self.store.store) is a new store.") }
    let store = try store.open(createIfMissing: !readOnly, readOnly: readOnly)
    let session = QuerySession(store: store, format: format ?? .table, options: query.options)
    for statement in statements { try session.run(statement, parameters) }
  }
}

/// Runs statements for the command line and prints what they give.
struct QuerySession {
  let store: Store
  let format: OutputFormat
  let options: QueryOptions

  func run(_ statement: String, _ parameters: [String: Value]) throws {
    let watch = Stopwatch()
    let token = Interrupts.beginQuery()
    defer { Interrupts.endQuery() }
    try Advice.requireParameters(of: statement, in: parameters, store: store) { "pass it with `--param \($0)=VALUE`" }
    let stream = try store.execute(statement, parameters, options: options, cancellation: token)
    let width = Terminal.isOutputInteractive ? Terminal.size.columns : nil
    let writer = ResultWriter(format: format, maximumWidth: width, isColoured: Terminal.hasColourOutput, emit: Terminal.write)
    let outcome = try writer.write(stream)
    if let plan = stream.plan {
      Terminal.write(PlanTree.text(plan, maximumWidth: width, isColoured: Terminal.hasColourOutput))
    }
    defer { Advice.printNotices(for: statement, store: store) }
    // Formats for programs carry rows and nothing else.
    guard format == .table, stream.plan == nil || !stream.columns.isEmpty else { return }
    let summary = Summary.text(
      rows: stream.columns.isEmpty ? nil : outcome.rows, statistics: stream.statistics,
      isDefinition: Advice.isDefinition(statement, store: store))
    let cut = outcome.isCut ? "; wide columns are cut, see `--format line`" : ""
    let line = "\(summary) (\(Summary.duration(seconds: watch.seconds)))\(cut)"
    Terminal.writeLine(Terminal.styled(line, .faint))
  }
}
