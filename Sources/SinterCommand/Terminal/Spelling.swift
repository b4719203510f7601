import SinterModel

/// Guesses what a misspelled or shortened word was meant to be.
enum Spelling {
  /// The candidate that differs by a slip, or else the only one that begins with the word.
  static func nearest(to word: String, in candidates: [String]) -> String? {
    if let near = closest(to: word, among: candidates) { return near }
    let extensions = candidates.filter { $0.lowercased().hasPrefix(word.lowercased()) }
    return extensions.count == 1 ? extensions[0] : nil
  }
}
