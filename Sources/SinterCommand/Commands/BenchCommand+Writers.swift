import Dispatch
import Sinter
import class SinterExecute.CancellationToken
import SinterModel
import Synchronization

/// Writers that run a statement at the same time, each call a transaction of its own.
struct WritingBench: Sendable {
  let text: String
  let calls: [[String: Value]]
  let writers: Int
  let seconds: Double
  let options: QueryOptions

  struct Result: Sendable {
    /// Of all acknowledged calls of all writers, ascending.
    var times: [Double] = []
    /// From the first call to the end of the last.
    var seconds = 0.0
    var failure: SinterError?
  }

  /// Runs until the time is up; each line of parameters is a call, and they begin anew after the last.
  func run(_ store: Store, _ token: CancellationToken) throws(SinterError) -> Result {
    let next = Atomic<Int>(0)
    let result = Mutex(Result())
    let group = DispatchGroup()
    let start = monotonicSeconds()
    for number in 0..<writers {
      // A serial queue has a thread of its own.
      DispatchQueue(label: "writer \(number)").async(group: group) { [self] in
        var times: [Double] = []
        do throws(SinterError) {
          while monotonicSeconds() - start < seconds {
            let parameters = calls[next.add(1, ordering: .relaxed).oldValue % calls.count]
            let begin = monotonicSeconds()
            _ = try store.run(text, parameters, options: options, cancellation: token) { run throws(SinterError) in try Rows(collecting: run) }
            times.append(monotonicSeconds() - begin)
          }
        } catch {
          result.withLock { $0.failure = error }
        }
        result.withLock { $0.times += times }
      }
    }
    group.wait()
    var all = result.withLock { $0 }
    if let failure = all.failure { throw failure }
    all.seconds = monotonicSeconds() - start
    all.times.sort()
    return all
  }
}

extension BenchCommand {
  func runWriters(_ text: String, _ writers: Int) throws {
    let calls = try parameters()
    let store = try store.open()
    let token = Interrupts.beginQuery()
    defer { Interrupts.endQuery() }
    let bench = WritingBench(text: text, calls: calls, writers: writers, seconds: seconds, options: query.options)
    let result = try bench.run(store, token)
    store.close()
    guard !result.times.isEmpty else { throw SinterError("UsageError.Statement", "No call ended in \(seconds) s: give --seconds more.") }
    func at(_ share: Double) -> Double { result.times[min(Int(Double(result.times.count) * share), result.times.count - 1)] }
    let rate = Double(result.times.count) / result.seconds
    let figures = [("p50", at(0.5)), ("p90", at(0.9)), ("p99", at(0.99)), ("min", result.times[0]), ("max", at(1))]
    if format == .json {
      var writer = JSONWriter()
      var members: [String: Value] = [
        "calls": .integer(Int64(result.times.count)), "writers": .integer(Int64(writers)), "calls_per_second": .float(rate),
      ]
      for (name, seconds) in figures { members[name + "_us"] = .float(seconds * 1e6) }
      writer.value(.map(members))
      return Terminal.write(String(decoding: writer.bytes, as: UTF8.self) + "\n")
    }
    let head = "\(Summary.count(result.times.count, "call")) of \(Summary.count(writers, "writer")), \(Summary.grouped(Int(rate))) a second"
    let lines = figures.map { name, seconds in name + String(repeating: " ", count: 8 - name.count) + Summary.microseconds(seconds) }
    Terminal.write(([head] + lines).joined(separator: "\n") + "\n")
  }
}
