#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Output that goes through a pager when it is longer than the screen.
final class PagedOutput {
  let isPaged: Bool
  private let screenLines: Int
  private var held = ""
  private var heldLines = 0
  private var pager: UnsafeMutablePointer<FILE>?

  /// - Parameter isPaged: false to write straight to standard output.
  init(isPaged: Bool) {
    self.isPaged = isPaged
    screenLines = Terminal.size.lines
  }

  func write(_ text: String) {
    guard isPaged else { return Terminal.write(text) }
    if let pager {
      fputs(text, pager)
      return
    }
    held += text
    heldLines += text.utf8.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
    if heldLines > screenLines - 2 { openPager() }
  }

  private func openPager() {
    guard let command = PagedOutput.command else { return }
    signal(SIGPIPE, SIG_IGN)
    pager = popen(command, "w")
    guard let pager else { return }
    fputs(held, pager)
    held = ""
  }

  /// Shows what is held back and waits for the pager to be left.
  func close() {
    if let pager {
      pclose(pager)
      signal(SIGPIPE, SIG_DFL)
    } else {
      Terminal.write(held)
    }
    held = ""
    pager = nil
  }

  /// `$PAGER`, or less where it is installed; an empty or `cat` PAGER means none.
  private static let command: String? = {
    if let chosen = Terminal.environment("PAGER") {
      return chosen.isEmpty || chosen == "cat" ? nil : chosen == "less" ? "less -FRSX" : chosen
    }
    let folders = (Terminal.environment("PATH") ?? "").split(separator: ":")
    return folders.contains { access("\($0)/less", X_OK) == 0 } ? "less -FRSX" : nil
  }()
}
