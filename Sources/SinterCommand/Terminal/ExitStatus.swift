#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import Sinter

/// How the program ends; thrown to end it without a further message.
enum ExitStatus: Int32, Error {
  case success = 0
  /// An error in a query or in data.
  case failure = 1
  /// A wrong command line.
  case usage = 2
  /// The store cannot be opened, or is damaged.
  case store = 3
  /// Cancelled, or a limit was reached.
  case limit = 4

  init(_ error: SinterError) {
    // The store is as it should be; the statement is not.
    if error.code == "StorageError.ReadOnly" {
      self = .failure
      return
    }
    // Loads and trainings are cancelled too, each with a code of its own; waiting for a writer ends with the time given.
    guard !error.code.rawValue.hasSuffix(".Cancelled"), error.code != "StorageError.Locked" else {
      self = .limit
      return
    }
    switch error.code.rawValue.prefix(while: { $0 != "." }) {
    case "StorageError": self = .store
    case "LimitError": self = .limit
    case "UsageError": self = .usage
    default: self = .failure
    }
  }
}

/// Ends the program after all output is written.
func finish(_ status: ExitStatus) -> Never {
  fflush(nil)
  exit(status.rawValue)
}
