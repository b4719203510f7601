#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
package import Sinter
import SinterExecute

/// The machine mode: JSON requests, one on a line, each answered by one line.
package struct MachineShell: Sendable {
  let store: Store
  /// Whether SIGINT and SIGTERM end the running query.
  let heedsSignals: Bool
  /// What a request may ask for at most.
  let limits: Sinter.QueryOptions

  /// - Parameter limits: limits of every query, whatever its request says.
  package init(store: Store, heedsSignals: Bool = false, limits: Sinter.QueryOptions = Sinter.QueryOptions()) {
    self.store = store
    self.heedsSignals = heedsSignals
    self.limits = limits
  }

  /// Answers until the end of input, or until nobody reads the answers any more.
  func run(input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO) {
    signal(SIGPIPE, SIG_IGN)
    if heedsSignals { Interrupts.install() }
    var lines = LineReader(descriptor: input)
    var isReadByClient = true
    while isReadByClient {
      let hasLine = lines.withNextLine { line in
        guard let response = respond(to: line) else { return }
        isReadByClient = writeAll(response, to: output)
      }
      guard hasLine else { return }
    }
  }

  /// The response with its line feed; nil for an empty line, which gets none.
  package func respond(to line: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard line.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) else { return nil }
    var response = answer(line)
    response.append(UInt8(ascii: "\n"))
    return response
  }

  private func answer(_ line: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    do throws(JSONError) {
      let request = try Request(line: line)
      do throws(SinterError) {
        return try answer(request)
      } catch {
        return MachineShell.failure(error)
      }
    } catch {
      return MachineShell.failure(
        code: "ProtocolError.InvalidRequest", phase: "protocol", message: "\(error.message) (byte \(error.offset + 1) of the line).")
    }
  }

  private func answer(_ request: Request) throws(SinterError) -> [UInt8] {
    switch request {
    case .query(let text, let parameters, let options):
      let token = heedsSignals ? Interrupts.beginQuery() : nil
      defer { if heedsSignals { Interrupts.endQuery() } }
      return try store.run(text, parameters, options: limited(options), cancellation: token) { run throws(SinterError) in
        try MachineShell.result(of: run)
      }
    case .reset:
      try store.reset()
      return Array("{\"ok\":true}".utf8)
    case .procedure(let stub):
      store.define(stub)
      return Array("{\"ok\":true}".utf8)
    case .hello:
      return Array("{\"hello\":{\"engine\":\"sinter\",\"version\":\"\(SinterTool.version)\",\"protocol\":1}}".utf8)
    }
  }
}

extension MachineShell {
  private func limited(_ options: Sinter.QueryOptions) -> Sinter.QueryOptions {
    Sinter.QueryOptions(
      timeoutSeconds: [options.timeoutSeconds, limits.timeoutSeconds].compactMap(\.self).min(),
      memoryLimitBytes: [options.memoryLimitBytes, limits.memoryLimitBytes].compactMap(\.self).min(),
      threads: [options.threads, limits.threads].compactMap(\.self).min())
  }

  /// `{"columns":…,"rows":…,"stats":…}`, with `plan` after EXPLAIN and PROFILE.
  static func result(of run: QueryRun) throws(SinterError) -> [UInt8] {
    var writer = JSONWriter()
    writer.raw("{\"columns\":")
    writer.list(run.columns.map(Value.string))
    writer.raw(",\"rows\":[")
    var isFirst = true
    var counted = 0
    while let rows = try run.nextRows() {
      for row in rows {
        writer.comma(unlessFirst: &isFirst)
        writer.list(row)
      }
      // Twice, for the room that a growing text leaves free.
      try run.hold(byteCount: 2 * (writer.bytes.count - counted))
      counted = writer.bytes.count
    }
    writer.raw("],\"stats\":{")
    isFirst = true
    for (name, count) in QueryStatistics(run.statistics).named {
      writer.comma(unlessFirst: &isFirst)
      writer.name(name)
      writer.integer(Int64(count))
    }
    writer.raw("}")
    if let plan = run.plan {
      writer.raw(",\"plan\":")
      writer.plan(QueryPlan(plan))
    }
    writer.raw("}")
    return writer.bytes
  }

  static func failure(_ error: SinterError) -> [UInt8] {
    failure(code: error.code.rawValue, phase: error.phase.rawValue, message: error.message, position: error.position)
  }

  static func failure(code: String, phase: String, message: String, position: (line: Int, column: Int)? = nil) -> [UInt8] {
    var writer = JSONWriter()
    writer.raw("{\"error\":{\"code\":")
    writer.string(code)
    writer.raw(",\"phase\":")
    writer.string(phase)
    writer.raw(",\"message\":")
    writer.string(message)
    if let position {
      writer.raw(",\"line\":")
      writer.integer(Int64(position.line))
      writer.raw(",\"column\":")
      writer.integer(Int64(position.column))
    }
    writer.raw("}}")
    return writer.bytes
  }
}
