import Synchronization

/// Progress on standard error: one line that is drawn again on a terminal, plain lines now and then elsewhere.
///
/// May be shown from any thread.
final class ProgressLine: Sendable {
  private struct State {
    var lastDraw: ContinuousClock.Instant?
    var lastTenth = -1
    var isDrawn = false
  }

  private let title: String
  private let isInteractive: Bool
  /// What is over sooner needs no lines in a log.
  private let plainDelay: Swift.Duration
  private let start = ContinuousClock.now
  private let state = Mutex(State())
  private let emit: @Sendable (String) -> Void

  init(
    title: String, isInteractive: Bool = Terminal.isErrorInteractive, plainDelay: Swift.Duration = .seconds(2),
    emit: @escaping @Sendable (String) -> Void = { _ = writeAll(Array($0.utf8), to: 2) }
  ) {
    self.title = title
    self.isInteractive = isInteractive
    self.plainDelay = plainDelay
    self.emit = emit
  }

  /// - Parameters:
  ///   - fraction: the finished part, 0 to 1, or nil when the whole is unknown.
  ///   - detail: counts and rates, shown behind the bar.
  func show(fraction: Double?, detail: String = "") {
    let now = ContinuousClock.now
    guard isInteractive || now - start >= plainDelay else { return }
    let shouldDraw = state.withLock { state in
      let interval: Swift.Duration = isInteractive ? .milliseconds(100) : .seconds(5)
      let tenth = Int((fraction ?? 0) * 10)
      // A log gets a line for each tenth, or every few seconds when a tenth takes longer.
      if let last = state.lastDraw, now - last < interval, isInteractive || tenth == state.lastTenth { return false }
      state.lastDraw = now
      state.lastTenth = tenth
      state.isDrawn = isInteractive
      return true
    }
    guard shouldDraw else { return }
    let elapsed = seconds(now - start)
    var line = title
    if let fraction {
      let part = min(max(fraction, 0), 1)
      if isInteractive {
        let filled = Int(part * 24)
        line += " " + String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
      }
      line += " \(Int(part * 100))%"
      if !detail.isEmpty { line += "  " + detail }
      if part > 0.005, part < 1, elapsed > 1 { line += "  \(Summary.duration(seconds: elapsed * (1 - part) / part)) left" }
    } else if !detail.isEmpty {
      line += "  " + detail
    }
    draw(line)
  }

  /// A line of its own that stays, above the bar.
  func message(_ text: String) {
    clear()
    emit(text + "\n")
  }

  /// Takes the bar away.
  func end() { clear() }

  private func draw(_ line: String) {
    emit(isInteractive ? "\r" + TextWidth.cut(line, to: Terminal.size.columns - 1) + "\u{1B}[K" : line + "\n")
  }

  private func clear() {
    let wasDrawn = state.withLock { state in
      defer { state.isDrawn = false }
      return state.isDrawn
    }
    if wasDrawn { emit("\r\u{1B}[K") }
  }

  private func seconds(_ duration: Swift.Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
