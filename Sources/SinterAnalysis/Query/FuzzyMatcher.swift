/// Finds the terms of a sorted list within a few edits of a word: insertions, deletions, substitutions and swaps of neighbours
/// (optimal string alignment).
///
/// Rows of the distance table are kept for the beginning that a term shares with the one before it, and a beginning that is
/// already too far is passed over for all terms that share it.
package struct FuzzyMatcher {
  private let word: [UInt32]
  private let edits: Int
  private var term: [UInt32] = []
  /// Row i: distances of the first i scalars of `term` to each beginning of `word`.
  private var rows: [[Int]]
  /// Rows that belong to `term`.
  private var validRows = 1
  /// The length of a beginning of `term` that nothing near begins with.
  private var deadLength = Int.max

  /// - Parameter edits: 1 or 2.
  package init(_ word: [UInt32], edits: Int) {
    self.word = word
    self.edits = edits
    rows = [Array(0...word.count)]
  }

  /// The distance of the next term, in order; nil beyond the edits allowed.
  package mutating func distance(_ next: [UInt32]) -> Int? {
    var shared = 0
    while shared < min(term.count, next.count), term[shared] == next[shared] { shared += 1 }
    term = next
    if shared >= deadLength { return nil }
    deadLength = .max
    validRows = min(validRows, shared + 1)
    guard abs(next.count - word.count) <= edits else { return nil }
    while validRows <= next.count {
      fillRow(validRows)
      validRows += 1
      let row = rows[validRows - 1]
      // The row before counts too: a swap reaches over it.
      if row.min() ?? 0 > edits, rows[validRows - 2].min() ?? 0 > edits {
        deadLength = validRows - 1
        return nil
      }
    }
    let distance = rows[next.count][word.count]
    return distance <= edits ? distance : nil
  }

  private mutating func fillRow(_ i: Int) {
    var row = [Int](repeating: i, count: word.count + 1)
    for j in stride(from: 1, through: word.count, by: 1) {
      let cost = term[i - 1] == word[j - 1] ? 0 : 1
      row[j] = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + cost)
      if i > 1, j > 1, term[i - 1] == word[j - 2], term[i - 2] == word[j - 1] { row[j] = min(row[j], rows[i - 2][j - 2] + 1) }
    }
    if i < rows.count { rows[i] = row } else { rows.append(row) }
  }
}
