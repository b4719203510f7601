#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where the shell's history is kept.
enum HistoryFile {
  /// `$XDG_STATE_HOME/sinter/history` where that variable is set, else `~/.sinter_history`; nil without a home.
  static func path() -> String? {
    if let state = Terminal.environment("XDG_STATE_HOME"), state.hasPrefix("/") {
      let folder = state + "/sinter"
      mkdir(state, 0o700)
      mkdir(folder, 0o700)
      return folder + "/history"
    }
    return Terminal.environment("HOME").map { $0 + "/.sinter_history" }
  }
}
