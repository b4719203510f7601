import CEditLine

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A line of text edited by a person: keys of emacs, history kept in a file, completion by Tab.
///
/// The library calls back into plain C functions, so there is one editor at a time, on the main thread.
final class LineEditor {
  enum Input {
    case line(String)
    /// Ctrl-C.
    case interrupted
    /// Ctrl-D, or the terminal has gone.
    case end
  }

  /// What Tab may put in place of the word before the cursor.
  struct Completions {
    /// Characters before the cursor that are replaced.
    var replacedCount: Int
    var candidates: [String]
    /// A space follows a word that stands alone.
    var endsWithSpace = true
  }

  private let editor: OpaquePointer
  private let history: OpaquePointer
  private let historyPath: String?
  fileprivate let complete: (String) -> Completions
  fileprivate let prompt = UnsafeMutablePointer<CChar>.allocate(capacity: LineEditor.promptCapacity)
  private static let promptCapacity = 64
  // Only the main thread edits.
  fileprivate nonisolated(unsafe) static var current: LineEditor?

  /// - Parameter complete: gets the line up to the cursor.
  init?(historyPath: String?, complete: @escaping (String) -> Completions) {
    LineEditor.useUTF8()
    guard let editor = sinter_el_open("sinter"), let history = history_init() else { return nil }
    self.editor = editor
    self.history = history
    self.historyPath = historyPath
    self.complete = complete
    LineEditor.current = self
    _ = sinter_history_limit(history, 2000)
    if let historyPath { _ = sinter_history_load(history, historyPath) }
    sinter_el_set_prompt(editor) { _ in LineEditor.current?.prompt }
    sinter_el_use_emacs_keys(editor)
    sinter_el_set_history(editor, history)
    sinter_el_set_reader(editor) { _, character in LineEditor.readCharacter(into: character) }
    sinter_el_bind(editor, "^I", "sinter-complete") { editor, _ in
      editor.map { LineEditor.current?.completeWord(in: $0) ?? UInt8(CC_ERROR) } ?? UInt8(CC_ERROR)
    }
    sinter_el_bind_builtin(editor, "^R", "em-inc-search-prev")
  }

  deinit {
    LineEditor.current = nil
    el_end(editor)
    history_end(history)
    prompt.deallocate()
  }

  /// Reads a line; it has no line feed.
  func readLine(prompt text: String) -> Input {
    let bytes = Array(text.utf8.prefix(LineEditor.promptCapacity - 1)) + [0]
    for (index, byte) in bytes.enumerated() { prompt[index] = CChar(bitPattern: byte) }
    _ = Interrupts.take()
    var count: Int32 = 0
    guard let line = el_gets(editor, &count), count > 0 else {
      if Interrupts.take() {
        el_reset(editor)
        Terminal.writeLine("^C")
        return .interrupted
      }
      return .end
    }
    var text = String(cString: line)
    while text.last?.isNewline == true { text.removeLast() }
    return .line(text)
  }

  /// Puts a statement into the history, and the history into its file.
  func remember(_ text: String) {
    _ = sinter_history_add(history, text)
    guard let historyPath else { return }
    // What people ask their store is nobody else's business.
    let mask = umask(0o077)
    _ = sinter_history_save(history, historyPath)
    umask(mask)
  }

  /// Characters are wide in libedit; in a locale of bytes, other alphabets could not be typed.
  private static func useUTF8() {
    setlocale(LC_CTYPE, "")
    if let codeset = nl_langinfo(nl_item(CODESET)), String(cString: codeset) != "UTF-8" { setlocale(LC_CTYPE, "C.UTF-8") }
  }

  /// Reads one character; -1 when Ctrl-C was pressed meanwhile, 0 at the end of input.
  private static func readCharacter(into character: UnsafeMutablePointer<wchar_t>?) -> Int32 {
    // Not one byte more than the character has may be read: nobody would get it.
    guard let first = readByte() else { return Interrupts.isPending ? -1 : 0 }
    let continuationCount = first < 0xC0 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3
    var bytes = [first]
    for _ in 0..<continuationCount {
      guard let byte = readByte() else { break }
      bytes.append(byte)
    }
    character?.pointee = wchar_t(String(decoding: bytes, as: UTF8.self).unicodeScalars.first?.value ?? 0xFFFD)
    return 1
  }

  /// The next byte of standard input; nil at its end or when Ctrl-C was pressed.
  private static func readByte() -> UInt8? {
    var byte: UInt8 = 0
    while true {
      let count = read(STDIN_FILENO, &byte, 1)
      if count == 1 { return byte }
      guard count < 0, errno == EINTR, !Interrupts.isPending else { return nil }
    }
  }
}

extension LineEditor {
  /// Inserts what all candidates agree on; when that is nothing new, shows them.
  private func completeWord(in editor: OpaquePointer) -> UInt8 {
    guard let info = el_line(editor)?.pointee, let buffer = info.buffer, let cursor = info.cursor else { return UInt8(CC_ERROR) }
    let bytes = UnsafeRawBufferPointer(start: buffer, count: cursor - buffer)
    let before = String(decoding: bytes, as: UTF8.self)
    let completions = complete(before)
    guard let first = completions.candidates.first else { return UInt8(CC_ERROR) }
    let common = completions.candidates.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
    let word = before.suffix(completions.replacedCount)
    let isUnique = completions.candidates.count == 1
    if common.count > word.count || isUnique || (common.count == word.count && common != word) {
      el_deletestr(editor, Int32(word.unicodeScalars.count))
      el_insertstr(editor, isUnique && completions.endsWithSpace && !common.hasSuffix("(") ? common + " " : common)
      return UInt8(CC_REFRESH)
    }
    show(completions.candidates)
    return UInt8(CC_REDISPLAY)
  }

  private func show(_ candidates: [String]) {
    let shown = candidates.prefix(100)
    let width = (shown.map { TextWidth.of($0) }.max() ?? 0) + 2
    let perLine = max(1, Terminal.size.columns / width)
    var text = "\n"
    for (index, candidate) in shown.enumerated() {
      text += TextWidth.padded(candidate, to: width)
      if (index + 1) % perLine == 0 || index == shown.count - 1 { text += "\n" }
    }
    if candidates.count > shown.count { text += "… and \(candidates.count - shown.count) more\n" }
    Terminal.write(text)
  }
}

extension String {
  /// The longest beginning that is the same in both but for case, as it is written here.
  func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 || $0.lowercased() == $1.lowercased() }.map(\.0))
  }
}
