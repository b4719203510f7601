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
    abstract: "Time a reading statement inside the process.",
    discussion: """
      Runs the statement once for each line of a file of parameters, again and again until the time is up, and prints how \
      long a call takes: the median, the 90th and 99th percentile, the shortest. A call is what a program that uses the \
      library pays, from the text to the last row; no pipe and no printing is in it. Then what preparing the statement \
      costs: parsing, checking and planning when it is new, and finding it when it was met before.

      EXAMPLES:
        sinter bench shop.sinter 'MATCH (u:User {id: $id})-[:BOUGHT]->(i) RETURN i.title' --param id=u17
        sinter bench shop.sinter -f query.cypher --param-lines users.jsonl --seconds 5 --format json
      """)

  /// How the figures are written.
  enum FiguresFormat: String, CaseIterable, ExpressibleByArgument { case table, json }

  @OptionGroup var store: StoreArgument
  @Argument(help: "The statement.") var text: String?
  @Option(name: .shortAndLong, help: "Read the statement from a file.", completion: .file()) var file: String?
  @Option(
    help: ArgumentHelp("A JSON object of parameters on each line; a call takes one.", valueName: "file"), completion: .file())
  var paramLines: String?
  @Option(help: "At least one pass over the parameters is made, and passes begin until so many seconds are over.")
  var seconds = 2.0
  @Option(
    help: ArgumentHelp("Write the rows of the first pass, a JSON array of rows for each call.", valueName: "file"),
    completion: .file())
  var answers: String?
  @Option(help: "How the figures are written.") var format = FiguresFormat.table
  @OptionGroup var query: QueryArguments

  func validate() throws {
    if (text == nil) == (file == nil) { throw ValidationError("Give a text or a file.") }
    if !(seconds >= 0) { throw ValidationError("--seconds takes a number that is not negative.") }
  }

  func run() throws {
    let source = try text ?? readText(readFile(file!), name: file!)
    let statements = StatementSplitter.all(in: source)
    guard statements.count == 1 else {
      throw SinterError("UsageError.Statement", "One statement is timed, and \(Summary.count(statements.count, "statement")) were given.")
    }
    let store = try store.open(readOnly: true)
    let calls = try parameters()
    var times: [Double] = []
    var answered: [Rows] = []
    let start = monotonicSeconds()
    // The first pass warms the caches and checks the statement; it is not counted unless it used up the time.
    let warming = try pass(statements[0], calls, store) { answered.append($0) }
    repeat { times += try pass(statements[0], calls, store) { _ in } } while monotonicSeconds() - start < seconds
    if let answers { try write(answered, to: answers) }
    let preparation = try store.engine.measurePreparation(of: statements[0], view: store.graph.snapshot())
    Terminal.write(report(times.sorted(), first: warming[0], rows: answered.reduce(0) { $0 + $1.count }, calls.count, preparation))
  }

  private func parameters() throws -> [[String: Value]] {
    let common = try query.values()
    guard let paramLines else { return [common] }
    let lines = try readFile(paramLines).split(separator: UInt8(ascii: "\n")).filter { !$0.allSatisfy { $0 == 13 || $0 == 32 } }
    guard !lines.isEmpty else { throw SinterError("UsageError.Parameter", "\(paramLines) holds no parameters.") }
    return try lines.enumerated().map { number, line in
      try common.merging(Parameters.parse(file: Array(line), name: "\(paramLines), line \(number + 1)")) { $1 }
    }
  }

  /// The seconds of each call.
  private func pass(_ text: String, _ calls: [[String: Value]], _ store: Store, _ receive: (Rows) -> Void) throws -> [Double] {
    let token = Interrupts.beginQuery()
    defer { Interrupts.endQuery() }
    let options = query.options
    return try calls.map { parameters in
      let start = monotonicSeconds()
      let rows = try store.run(text, parameters, options: options, cancellation: token) { run throws(SinterError) in
        try Rows(collecting: run)
      }
      let end = monotonicSeconds()
      receive(rows)
      return end - start
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

  private func report(_ times: [Double], first: Double, rows: Int, _ calls: Int, _ preparation: PreparationCost) -> String {
    func at(_ share: Double) -> Double { times[min(Int(Double(times.count) * share), times.count - 1)] }
    let figures: [(name: String, seconds: Double)] = [
      ("p50", at(0.5)), ("p90", at(0.9)), ("p99", at(0.99)), ("min", times[0]), ("first", first),
      ("parse", preparation.parse), ("check", preparation.check), ("plan", preparation.plan), ("cached", preparation.cached),
    ]
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
  fileprivate static func microseconds(_ seconds: Double) -> String {
    seconds < 1e-3 ? "\(decimal(seconds * 1e6, places: 1)) us" : duration(seconds: seconds)
  }
}
