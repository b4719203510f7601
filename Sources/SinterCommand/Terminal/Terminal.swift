#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import Sinter

/// What is known of the terminal, and the ways to write to it.
enum Terminal {
  static let isInputInteractive = isatty(STDIN_FILENO) == 1
  static let isOutputInteractive = isatty(STDOUT_FILENO) == 1
  static let isErrorInteractive = isatty(STDERR_FILENO) == 1

  /// https://no-color.org: any value but the empty one switches colour off.
  static let colourIsWelcome = (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
  static let hasColourOutput = isOutputInteractive && colourIsWelcome
  static let hasColourErrors = isErrorInteractive && colourIsWelcome

  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Columns and lines of the terminal, as they are now.
  static var size: (columns: Int, lines: Int) {
    var size = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 {
      return (Int(size.ws_col), Int(size.ws_row))
    }
    return (80, 24)
  }

  enum Style: String {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
  }

  /// `text` in a style, when `isOn`.
  static func styled(_ text: String, _ style: Style, isOn: Bool = hasColourOutput) -> String {
    isOn ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Ends the program when standard output takes no more: what is missing shall not look like success.
  static func write(_ text: String) {
    guard !writeAll(Array(text.utf8), to: STDOUT_FILENO) else { return }
    printError(SinterError("FileError.CannotWrite", "Cannot write to standard output: \(String(cString: strerror(errno)))."))
    finish(.failure)
  }
  static func writeLine(_ text: String = "") { write(text + "\n") }
  static func printToError(_ text: String) { _ = writeAll(Array((text + "\n").utf8), to: STDERR_FILENO) }

  /// The message with its code, and under it the line to blame with a caret.
  static func printError(_ error: SinterError) {
    let mark = styled("error", .red, isOn: hasColourErrors)
    // A wrong command line needs no code to look up.
    printToError("\(mark): \(error.code.rawValue.hasPrefix("UsageError.") ? error.message : error.rendered())")
  }
}
