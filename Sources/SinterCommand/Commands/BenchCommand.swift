#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import ArgumentParser
import Sinter
import SinterExecute
import SinterModel
import SinterStorage

/// `sinter bench STORE 'text'`
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Time statements inside the process.",
    discussion: """
      Runs the statement once for each line of a file of parameters, again and again until the time is up, and prints how \
      long a call takes: the median, the 90th and 99th percentile, the shortest. A call is what a program that uses the \
      library pays, from the text to the last row; no pipe and no printing is in it. Then what preparing the statement \
      costs: parsing, checking and planning when it is new, and finding it when it was met before. Of several statements, \
      separated by semicolons, a call runs one after another.

      With --rounds it does the same work each time it is started: so many passes and nothing that depends on a clock. Run \
      it with n and with 2n rounds under a tool that counts, and the difference is what n passes cost.

      A statement that writes is timed with --writers: so many threads run it at the same time, each call durable in a \
      transaction of its own, and what they write stays in the store.

      EXAMPLES:
        sinter bench shop.sinter 'MATCH (u:User {id: $id})-[:BOUGHT]->(i) RETURN i.title' --param id=u17
        sinter bench shop.sinter -f query.cypher --param-lines users.jsonl --seconds 5 --format json
        valgrind --tool=cachegrind --cache-sim=no sinter bench shop.sinter -f query.cypher --rounds 100
        sinter bench copy.sinter 'CREATE (:Event {at: timestamp()})' --writers 16
      """)

  /// How the figures are written.
  enum FiguresFormat: String, CaseIterable, ExpressibleByArgument { case table, json }

  @OptionGroup var store: StoreArgument
  @Argument(help: "One or more statements.") var text: String?
  @Option(name: .shortAndLong, help: "Read the statements from a file.", completion: .file()) var file: String?
  @Option(
    help: ArgumentHelp("A JSON object of parameters on each line; a call takes one.", valueName: "file"), completion: .file())
  var paramLines: String?
  @Option(help: "At least one pass over the parameters is made, and passes begin until so many seconds are over.")
  var seconds = 2.0
  @Option(help: "Make exactly so many passes after the first, which warms, and measure no preparation.")
  var rounds: Int?
  @Option(
    help: ArgumentHelp("Write the rows of the first pass, a JSON array of rows for each call.", valueName: "file"),
    completion: .file())
  var answers: String?
  @Option(help: ArgumentHelp("Time a statement that writes, run by so many threads at once.", valueName: "count"))
  var writers: Int?
  @Option(help: "How the figures are written.") var format = FiguresFormat.table
  @OptionGroup var query: QueryArguments

  func validate() throws {
    if (text == nil) == (file == nil) { throw ValidationError("Give a text or a file.") }
    if let writers, !(1...1024 ~= writers) { throw ValidationError("--writers takes a number from 1 to 1024.") }
    if writers != nil, answers != nil || rounds != nil { throw ValidationError("--writers goes without --answers and --rounds.") }
    if !(seconds >= 0) { throw ValidationError("--seconds takes a number that is not negative.") }
    if let rounds, rounds < 1 { throw ValidationError("--rounds takes a number from 1.") }
  }

  func run() throws {
    let source = try text ?? readText(readFile(file!), name: file!)
    let statements = StatementSplitter.all(in: source)
    guard !statements.isEmpty else {
      throw SinterError("SyntaxError.UnexpectedSyntax", phase: .compile, "There is no statement to time.")
    }
    if let writers {
      guard statements.count == 1 else {
        throw SinterError(
          "UsageError.Statement", "Writers run one statement, and \(Summary.count(statements.count, "statement")) were given.")
      }
      return try runWriters(statements[0], writers)
    }
    let store = try store.open(readOnly: true)
    if let writing = try statements.first(where: { try store.engine.prepare($0).writes }) {
      throw SinterError(
        "UsageError.Statement", "This statement writes: time it with --writers, on a copy of the store, which keeps what it writes.", in: writing)
    }
    let calls = try parameters()
    var times: [Double] = []
    var answered: [Rows] = []
    let start = monotonicSeconds()
    // The first pass warms the caches and checks the statements; it is not counted.
    let warming = try pass(statements, calls, store) { answered.append($0) }
    var passes = 0
    repeat {
      times += try pass(statements, calls, store) { _ in }
      passes += 1
    } while rounds.map { passes < $0 } ?? (monotonicSeconds() - start < seconds)
    if let answers { try write(answered, to: answers) }
    let preparation = try rounds == nil ? statements.map { text throws(SinterError) in
      try store.engine.measurePreparation(of: text, view: store.graph.snapshot())
    } : []
    let rows = answered.reduce(0) { $0 + $1.count }
    Terminal.write(report(times.sorted(), first: warming[0], rows: rows, calls.count, preparation))
  }

  func parameters() throws -> [[String: Value]] {
    let common = try query.values()
    guard let paramLines else { return [common] }
    let lines = try readFile(paramLines).split(separator: UInt8(ascii: "\n")).filter { !$0.allSatisfy { $0 == 13 || $0 == 32 } }
    guard !lines.isEmpty else { throw SinterError("UsageError.Parameter", "\(paramLines) holds no parameters.") }
    return try lines.enumerated().map { number, line in
      try common.merging(Parameters.parse(file: Array(line), name: "\(paramLines), line \(number + 1)")) { $1 }
    }
  }

  /// The seconds of each call.
  private func pass(
    _ statements: [String], _ calls: [[String: Value]], _ store: Store, _ receive: (Rows) -> Void
  ) throws -> [Double] {
    let token = Interrupts.beginQuery()
    defer { Interrupts.endQuery() }
    let options = query.options
    return try calls.map { parameters in
      var seconds = 0.0
      for text in statements {
        let start = monotonicSeconds()
        let rows = try store.run(text, parameters, options: options, cancellation: token) { run throws(SinterError) in
          try Rows(collecting: run)
        }
        seconds += monotonicSeconds() - start
        receive(rows)
      }
      return seconds
    }
  }

  private func write(_ answered: [Rows], to path: String) throws {
    var writer = JSONWriter()
    for rows in answered {
      writer.value(.list(rows.map { .list($0.values) }))
      writer.raw("\n")
    }
    try writeFile(String(decoding: writer.bytes, as: UTF8.self), to: path)
  }

  private func report(
    _ times: [Double], first: Double, rows: Int, _ calls: Int, _ preparation: [PreparationCost]
  ) -> String {
    func at(_ share: Double) -> Double { times[min(Int(Double(times.count) * share), times.count - 1)] }
    func sum(_ stage: KeyPath<PreparationCost, Double>) -> Double { preparation.reduce(0) { $0 + $1[keyPath: stage] } }
    var figures: [(name: String, seconds: Double)] = [
      ("p50", at(0.5)), ("p90", at(0.9)), ("p99", at(0.99)), ("min", times[0]), ("first", first),
    ]
    if !preparation.isEmpty {
      figures += [("parse", sum(\.parse)), ("check", sum(\.check)), ("plan", sum(\.plan)), ("cached", sum(\.cached))]
    }
    if format == .json {
      var writer = JSONWriter()
      var members: [String: Value] = ["calls": .integer(Int64(times.count)), "rows": .integer(Int64(rows))]
      for figure in figures { members[figure.name + "_us"] = .float(figure.seconds * 1e6) }
      writer.value(.map(members))
      return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }
    let lines = figures.map { figure in
      figure.name + String(repeating: " ", count: 8 - figure.name.count) + Summary.microseconds(figure.seconds)
    }
    return (["\(Summary.count(times.count, "call")), \(Summary.count(rows / max(calls, 1), "row")) each on average"] + lines)
      .joined(separator: "\n") + "\n"
  }
}

extension Summary {
  /// `12.3 us`, `4.56 ms`, `1.3 s`
  static func microseconds(_ seconds: Double) -> String {
    seconds < 1e-3 ? "\(decimal(seconds * 1e6, places: 1)) us" : duration(seconds: seconds)
  }
}
