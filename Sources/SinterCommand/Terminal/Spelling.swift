/// Guesses what a misspelled word was meant to be.
enum Spelling {
  /// The candidate at the smallest edit distance, when that is at most a third of the word's length (at least 1).
  static func nearest(to word: String, in candidates: [String]) -> String? {
    let limit = max(1, word.count / 3)
    let best = candidates.map { (candidate: $0, distance: distance(word.lowercased(), $0.lowercased())) }
      .min { $0.distance < $1.distance }
    if let best, best.distance <= limit { return best.candidate }
    let extensions = candidates.filter { $0.lowercased().hasPrefix(word.lowercased()) }
    return extensions.count == 1 ? extensions[0] : nil
  }

  /// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
  static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a)
    let b = Array(b)
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var current = [i + 1] + [Int](repeating: 0, count: b.count)
      for j in 0..<b.count {
        current[j + 1] = min(last[j + 1] + 1, current[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { current[j + 1] = min(current[j + 1], beforeLast[j - 1] + 1) }
      }
      beforeLast = last
      last = current
    }
    return last[b.count]
  }
}
