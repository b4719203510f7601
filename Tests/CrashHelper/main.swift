// A process that tests start in order to kill it, or to have another one beside them.
//
//   sinter-crash-helper write STORE SEED   commits and folds for ever; prints each acknowledged commit
//   sinter-crash-helper fold STORE SEED    as write, with folds in the background all the time instead
//   sinter-crash-helper append STORE N     makes N commits of one node each
//   sinter-crash-helper hold STORE SECONDS holds the write lock; prints "held" when it has it
//   sinter-crash-helper fill STORE BYTES   commits until the file may not grow; prints the commits and the error's code,
//                                          then lifts the limit and prints the commits there are after one more
//   sinter-crash-helper count STORE        prints the number of nodes
import SinterModel
import SinterStorage
import TestSupport

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

#if canImport(Glibc)
  let fileSizeLimit = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
#else
  let fileSizeLimit = RLIMIT_FSIZE
#endif

func say(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  bytes.withUnsafeBytes { _ = write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}

/// Commit *n* adds one node with `n` = *n* and joins it to the one before.
func commit(_ store: GraphStore, padding: Int) throws -> Int {
  try store.write { writer in
    let number = Int(writer.view.nodeIDLimit)
    let node = try writer.createNode(labels: [try writer.label("Commit")])
    try writer.set(try writer.key("n"), of: node, to: .integer(Int64(number)))
    try writer.set(try writer.key("padding"), of: node, to: .string(String(repeating: "x", count: padding)))
    if number > 0 {
      _ = try writer.createRelationship(try writer.type("AFTER"), from: node, to: NodeID(UInt32(number - 1)))
    }
    return number
  }
}

let arguments = CommandLine.arguments
guard arguments.count >= 3 else { fatalError("usage: sinter-crash-helper write|fold|append|hold|fill|count STORE [ARGUMENT]") }
var options = GraphStore.Options()
if arguments[1] == "fold" {
  options.foldPolicy = FoldPolicy(minimumChanges: 1, minimumShare: 0, idleChanges: 1, idleSeconds: 0, restFactor: 0)
}
let store = try GraphStore(path: arguments[2], options: options)
switch arguments[1] {
case "write":
  var generator = SeededGenerator(seed: UInt64(arguments[3])!)
  while true {
    if generator.chance(0.05) { try store.compact() }
    say(String(try commit(store, padding: Int.random(in: 0..<6_000, using: &generator))))
  }
case "fold":
  var generator = SeededGenerator(seed: UInt64(arguments[3])!)
  while true { say(String(try commit(store, padding: Int.random(in: 0..<2_000, using: &generator)))) }
case "append":
  for _ in 0..<Int(arguments[3])! { _ = try commit(store, padding: 10) }
case "hold":
  try store.write { _ in
    say("held")
    usleep(UInt32(Double(arguments[3])! * 1_000_000))
  }
case "fill":
  signal(SIGXFSZ, SIG_IGN)
  var limit = rlimit()
  getrlimit(fileSizeLimit, &limit)
  limit.rlim_cur = rlim_t(arguments[3])!
  setrlimit(fileSizeLimit, &limit)
  var committed = 0
  do {
    while true {
      _ = try commit(store, padding: 5_000)
      committed += 1
    }
  } catch let error as SinterError {
    say(String(committed))
    say(error.code.rawValue)
  }
  limit.rlim_cur = limit.rlim_max
  setrlimit(fileSizeLimit, &limit)
  say(String(try commit(store, padding: 5_000) + 1))
case "count":
  say(String(try store.snapshot().nodeCount))
default:
  fatalError("unknown command \(arguments[1])")
}
