/// The candidate nearest to `word`, ignoring case, when it is near enough to be a slip: at most
/// one edit for up to four letters, two up to eight, three beyond. The distance counts
/// insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
/// - Complexity: O(candidates × length²); words over 40 letters have no suggestion.
package func closest(to word: String, among candidates: some Sequence<String>) -> String? {
  let target = Array(word.lowercased().unicodeScalars)
  guard target.count > 1, target.count <= 40 else { return nil }
  let allowed = target.count <= 4 ? 1 : target.count <= 8 ? 2 : 3
  var best: (distance: Int, candidate: String)?
  for candidate in candidates {
    let scalars = Array(candidate.lowercased().unicodeScalars)
    guard abs(scalars.count - target.count) <= allowed, scalars.count > 1 else { continue }
    let distance = editDistance(target, scalars)
    if distance <= allowed, distance < (best?.distance ?? Int.max) { best = (distance, candidate) }
  }
  return best?.candidate
}

private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [Int](repeating: i, count: b.count + 1)
    for j in 1...b.count {
      let cost = a[i - 1] == b[j - 1] ? 0 : 1
      row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], beforeLast[j - 2] + 1) }
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
