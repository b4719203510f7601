import SinterLoad
import SinterModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Writes a line at once: the reader waits for it.
func say(_ line: String) {
  var text = line + "\n"
  text.withUTF8 { _ = write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}

// Loads a folder of import files into a store and says when each phase begins; a test kills it.
// Arguments: folder, store, memory in bytes, largest file in bytes (as on a disk that is full then).
var options = LoadOptions()
if CommandLine.arguments.count > 3 { options.memoryBudgetBytes = Int(CommandLine.arguments[3])! }
if CommandLine.arguments.count > 4 {
  signal(SIGXFSZ, SIG_IGN)
  var limit = rlimit(rlim_cur: rlim_t(CommandLine.arguments[4])!, rlim_max: rlim_t(CommandLine.arguments[4])!)
  #if canImport(Glibc)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
  #else
    setrlimit(RLIMIT_FSIZE, &limit)
  #endif
}
do {
  let plan = try LoadPlan.neo4j(directory: CommandLine.arguments[1])
  var phase: LoadProgress.Phase?
  let summary = try Loader.run(
    plan, storePath: CommandLine.arguments[2], options: options,
    progress: { progress in
      if progress.phase != phase { say(progress.phase.rawValue) }
      phase = progress.phase
    })
  say("done \(summary.nodes) \(summary.relationships)")
} catch {
  say("failed \(error.code.rawValue): \(error.message)")
  exit(1)
}
