#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import Sinter
import SinterStorage

/// The shell for people: statements ended by `;`, and commands that begin with a dot.
///
/// When standard input is no terminal it runs what it reads, echoes nothing and stops at the first error.
final class InteractiveShell {
  var store: Store
  var mode: OutputFormat
  var parameters: [String: Value]
  var options: QueryOptions
  var showsTime = true
  /// Every statement is explained instead of run.
  var explains = false
  /// What `.begin` opened.
  var transaction: ShellTransaction?
  let isInteractive: Bool
  /// Lines of a statement that has not ended yet.
  private var pending = ""
  private var shouldLeave = false
  /// Asked of the engine when Tab is pressed first.
  private lazy var functions = (try? store.query("SHOW FUNCTIONS YIELD name").decode(String.self)) ?? []
  /// What ended the last statement that failed.
  private(set) var lastFailure: ExitStatus?

  init(
    store: Store, mode: OutputFormat, parameters: [String: Value], options: QueryOptions,
    isInteractive: Bool = Terminal.isInputInteractive
  ) {
    self.store = store
    self.mode = mode
    self.parameters = parameters
    self.options = options
    self.isInteractive = isInteractive
  }

  func leave() { shouldLeave = true }

  func run(keepsGoing: Bool) -> ExitStatus {
    Interrupts.install()
    defer { dropTransaction() }
    return isInteractive ? runInteractively() : runScript(descriptor: STDIN_FILENO, keepsGoing: keepsGoing)
  }

  private func runInteractively() -> ExitStatus {
    let editor = LineEditor(historyPath: HistoryFile.path()) { [unowned self] in self.completions(for: $0) }
    guard let editor else {
      return runScript(descriptor: STDIN_FILENO, keepsGoing: true)
    }
    var typed: [String] = []
    while !shouldLeave {
      switch editor.readLine(prompt: !pending.isEmpty ? "   ...> " : transaction == nil ? "sinter> " : "sinter# ") {
      case .end:
        Terminal.writeLine()
        return .success
      case .interrupted:
        pending = ""
        typed = []
      case .line(let line):
        if !line.allSatisfy(\.isWhitespace) { typed.append(line) }
        feed(line)
        guard pending.isEmpty, !typed.isEmpty else { continue }
        // One entry for a statement, unless a comment would swallow the lines joined to its own.
        if typed.contains(where: { $0.contains("//") }) {
          typed.forEach(editor.remember)
        } else {
          editor.remember(typed.joined(separator: " "))
        }
        typed = []
      }
    }
    return .success
  }

  /// Runs lines up to the end of input; the last statement needs no semicolon.
  func runScript(descriptor: Int32, keepsGoing: Bool) -> ExitStatus {
    var lines = LineReader(descriptor: descriptor)
    var status = ExitStatus.success
    func note() -> Bool {
      guard let failure = lastFailure else { return true }
      lastFailure = nil
      if status == .success { status = failure }
      return keepsGoing
    }
    while !shouldLeave {
      var text: String?
      let hasLine = lines.withNextLine { text = String(validating: $0, as: UTF8.self) }
      guard hasLine else { break }
      if let text {
        feed(text)
      } else {
        fail(SinterError("SyntaxError.InvalidUnicodeCharacter", phase: .compile, "The input is not valid UTF-8 text."))
      }
      guard note() else { return status }
    }
    if !StatementSplitter.isBlank(pending) {
      run(pending)
      _ = note()
    }
    pending = ""
    return status
  }

  /// Takes one line: a dot command, or a piece of a statement.
  func feed(_ line: String) {
    if pending.isEmpty, let mark = line.first(where: { !$0.isWhitespace }), mark == "." || mark == ":", !isAutomatic(line) {
      do {
        try runDotCommand(line)
      } catch {
        fail(error)
      }
      return
    }
    if isInteractive, pending.isEmpty, ["quit", "exit"].contains(line.filter { !$0.isWhitespace && $0 != ";" }.lowercased()) {
      return leave()
    }
    if isInteractive, !pending.isEmpty, let hint = hint(about: line) {
      Terminal.printToError(Terminal.styled(hint, .faint, isOn: Terminal.hasColourErrors))
      return
    }
    pending += pending.isEmpty ? isAutomatic(line) ? String(line.drop { $0.isWhitespace }.dropFirst(5)) : line : "\n" + line
    let splitter = StatementSplitter(pending)
    pending = StatementSplitter.isBlank(splitter.rest) ? "" : splitter.rest
    for statement in splitter.statements {
      run(statement)
      if lastFailure != nil, !isInteractive { return }
    }
  }

  /// Whether the line begins with `:auto`, which Neo4j's tools ask for before a statement that commits on its own.
  private func isAutomatic(_ line: String) -> Bool {
    let words = line.drop { $0.isWhitespace }.lowercased()
    return words == ":auto" || words.hasPrefix(":auto ")
  }

  /// What to say to someone who waits for a statement to run that has not ended yet.
  private func hint(about line: String) -> String? {
    let word = line.filter { !$0.isWhitespace }
    guard word.isEmpty || (word.first == "." && DotCommand(rawValue: word.dropFirst().lowercased()) != nil) else { return nil }
    return "The statement goes on until `;`. Ctrl-C drops it."
  }

  private func run(_ statement: String) {
    do {
      try execute(explains ? "EXPLAIN " + statement : statement)
    } catch {
      fail(error)
    }
  }

  func execute(_ statement: String) throws(SinterError) {
    let watch = Stopwatch()
    let token = Interrupts.beginQuery()
    defer { Interrupts.endQuery() }
    try Advice.requireParameters(of: statement, in: parameters, store: store) { "set it with `.params set \($0) VALUE`" }
    let stream =
      if let transaction {
        RowStream(rows: try transaction.run(statement, parameters, options, token))
      } else {
        try store.execute(statement, parameters, options: options, cancellation: token)
      }
    // Told after all rows, so that a pager does not swallow it. What an open transaction has made is not known there.
    defer { if transaction == nil { Advice.printNotices(for: statement, store: store) } }
    let output = PagedOutput(isPaged: isInteractive && Terminal.isOutputInteractive)
    defer { output.close() }
    let writer = ResultWriter(
      format: mode, maximumWidth: output.isPaged ? Terminal.size.columns : nil,
      maximumRows: output.isPaged ? InteractiveShell.shownRowsLimit : nil, isColoured: Terminal.hasColourOutput, emit: output.write)
    let outcome = try writer.write(stream)
    if let plan = stream.plan {
      output.write(PlanTree.text(plan, maximumWidth: writer.maximumWidth, isColoured: Terminal.hasColourOutput))
    }
    guard mode == .table || isInteractive else { return }
    guard stream.plan == nil || !stream.columns.isEmpty else { return }
    output.write(footer(statement, outcome, stream, seconds: watch.seconds) + "\n")
  }

  /// A screen is no place for more; the other formats and `sinter query` give all.
  private static let shownRowsLimit = 10_000

  private func footer(
    _ statement: String, _ outcome: ResultWriter.Outcome, _ stream: RowStream, seconds: Double
  ) -> String {
    var text = Summary.text(
      rows: stream.columns.isEmpty ? nil : outcome.rows, statistics: stream.statistics,
      isDefinition: Advice.isDefinition(statement, store: store))
    if outcome.shownRows < outcome.rows { text += ", the first \(Summary.grouped(outcome.shownRows)) shown" }
    if showsTime { text += " (\(Summary.duration(seconds: seconds)))" }
    if outcome.isCut { text += "; wide columns are cut, see `.mode line`" }
    return Terminal.styled(text, .faint)
  }

  func fail(_ error: SinterError) {
    Terminal.printError(error)
    lastFailure = ExitStatus(error)
    if isInteractive { lastFailure = nil }
  }

  private func completions(for line: String) -> LineEditor.Completions {
    guard let view = try? store.graph.snapshot() else { return Completion().completions(for: line) }
    return Completion(view: view, functions: functions, parameters: Array(parameters.keys)).completions(for: line)
  }
}
