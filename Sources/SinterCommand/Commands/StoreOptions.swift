import ArgumentParser
import Sinter

/// The store a command works on.
struct StoreArgument: ParsableArguments {
  @Argument(help: "The store's file.", completion: .file())
  var store: String

  func open(createIfMissing: Bool = false, readOnly: Bool = false) throws(SinterError) -> Store {
    var options = Store.Options()
    options.createIfMissing = createIfMissing
    options.readOnly = readOnly
    return try Store(at: store, options: options)
  }
}

/// Parameters and limits of queries.
struct QueryArguments: ParsableArguments {
  @Option(
    name: [.short, .customLong("param")],
    help: ArgumentHelp(
      "A parameter, as JSON or a literal of the query language (30, 2.5, true, [1, 2], {a: 1}, date('2025-01-31')); other text is a string.", valueName: "name=value"))
  var parameters: [String] = []

  @Option(
    name: .customLong("params"), help: ArgumentHelp("A file with a JSON object of parameters.", valueName: "file"),
    completion: .file())
  var parameterFile: String?

  @Option(help: ArgumentHelp("End a query that takes longer, with status 4.", valueName: "seconds"))
  var timeout: Double?

  @Option(
    help: ArgumentHelp(
      "End a query that needs more memory, with status 4: 512MB, 2GB. Without it a quarter of the machine's.", valueName: "size"),
    transform: MemorySize.parse)
  var memoryLimit: Int?

  @Option(help: ArgumentHelp("The most threads that work on a query over very many rows. Without it, one for each processor.", valueName: "count"))
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads takes a number from 1 on.") }
  }

  func values() throws(SinterError) -> [String: Value] {
    var values: [String: Value] = [:]
    if let parameterFile {
      values = try Parameters.parse(file: readFile(parameterFile), name: parameterFile)
    }
    for assignment in parameters {
      let (name, value) = try Parameters.parse(assignment: assignment)
      values[name] = value
    }
    return values
  }

  var options: QueryOptions { QueryOptions(timeoutSeconds: timeout, memoryLimitBytes: memoryLimit, threads: threads) }
}
