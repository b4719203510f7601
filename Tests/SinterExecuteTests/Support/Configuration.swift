import SinterExecute
import SinterPlan

/// A way to run a statement that must not change what it gives.
struct Configuration: Sendable, CustomStringConvertible {
  var description: String
  var disabledPasses: Set<String> = []
  var batchSize: Int?
  /// So many threads, however few rows there are.
  var threads: Int?
  /// Fold the data into segments before the statement.
  var isCompacted = false
  /// Run a reading statement twice in a row: the second call has the operators of the first.
  var runsAgain = false

  var options: QueryOptions {
    var options = QueryOptions()
    options.disabledPasses = disabledPasses
    if let batchSize { options.batchSize = batchSize }
    if let threads {
      options.threads = threads
      options.parallelFromRows = 0
    }
    return options
  }

  /// Every optimiser pass on, all off, each off; batches of 1 and 3 rows; several threads; a second call; each over patches and
  /// over segments.
  static let all: [Configuration] = [false, true].flatMap { isCompacted in
    let place = isCompacted ? "segments" : "patches"
    var ways = [
      Configuration(description: "\(place), every pass", isCompacted: isCompacted),
      Configuration(description: "\(place), no pass", disabledPasses: ["all"], isCompacted: isCompacted),
      Configuration(description: "\(place), batches of 1", batchSize: 1, isCompacted: isCompacted),
      Configuration(description: "\(place), batches of 3", batchSize: 3, isCompacted: isCompacted),
      Configuration(description: "\(place), three threads", threads: 3, isCompacted: isCompacted),
      Configuration(description: "\(place), no pass, two threads, batches of 1", disabledPasses: ["all"], batchSize: 1, threads: 2, isCompacted: isCompacted),
      Configuration(description: "\(place), no pass, batches of 1", disabledPasses: ["all"], batchSize: 1, isCompacted: isCompacted),
      Configuration(description: "\(place), run again", isCompacted: isCompacted, runsAgain: true),
    ]
    for pass in Planner.passNames {
      ways.append(Configuration(description: "\(place), without \(pass.name)", disabledPasses: [pass.name], isCompacted: isCompacted))
    }
    return ways
  }
}
