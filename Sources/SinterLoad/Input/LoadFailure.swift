import SinterModel
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The codes of the loader's errors.
enum LoadFailure {
  /// The manifest, or a file's header, says something the loader cannot do.
  static func manifest(_ message: String) -> SinterError { SinterError("LoadError.Manifest", message) }
  static func missingFile(_ message: String) -> SinterError { SinterError("LoadError.MissingFile", message) }
  static func missingColumn(_ message: String) -> SinterError { SinterError("LoadError.MissingColumn", message) }
  /// Compressed input that is cut short or broken.
  static func damagedInput(_ message: String) -> SinterError { SinterError("LoadError.DamagedInput", message) }
  static func io(_ message: String) -> SinterError { SinterError("LoadError.IO", message) }
  static func badRow(_ message: String) -> SinterError { SinterError("LoadError.BadRow", message) }
  static func tooManyRejects(_ message: String) -> SinterError { SinterError("LoadError.TooManyRejects", message) }
  static func duplicate(_ message: String) -> SinterError { SinterError("LoadError.DuplicateID", message) }
  static func cancelled() -> SinterError {
    SinterError("LoadError.Cancelled", "The load was cancelled; the store is as it was before.")
  }
}

/// The name of the system's last error, for messages.
func systemErrorText(_ code: Int32) -> String { String(cString: strerror(code)) }

/// Up to three of `candidates` that are spelled like `name`, nearest first.
/// - Complexity: O(candidates × length²)
func similarNames(to name: String, in candidates: some Sequence<String>) -> [String] {
  let wanted = Array(name.lowercased().utf8)
  let scored = candidates.map { (name: $0, distance: editDistance(wanted, Array($0.lowercased().utf8))) }
  // Two letters that changed places are two edits.
  let limit = wanted.count < 4 ? 1 : max(2, wanted.count / 3)
  return scored.filter { $0.distance <= limit }.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
}

/// ` Did you mean …?` when something is spelled alike, else ` There is …` with all that exists.
func suggestion(for name: String, in candidates: [String]) -> String {
  let near = similarNames(to: name, in: candidates)
  if let first = near.first { return " Did you mean `\(first)`?" }
  if candidates.isEmpty { return "" }
  let shown = candidates.prefix(24).map { "`\($0)`" }.joined(separator: ", ")
  return " There is \(shown)\(candidates.count > 24 ? ", …" : "")."
}

/// Levenshtein's edit distance.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var previous = Array(0...b.count)
  var current = previous
  for i in a.indices {
    current[0] = i + 1
    for j in b.indices {
      current[j + 1] = min(previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, current[j] + 1)
    }
    swap(&previous, &current)
  }
  return previous[b.count]
}
