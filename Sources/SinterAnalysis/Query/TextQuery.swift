package import SinterModel

/// What a full-text query asks for, as it was written; words are not analysed yet.
package indirect enum TextQuery: Sendable {
  /// Whether a part must, may or must not match.
  package enum Occurrence: Sendable {
    case must, should, mustNot
  }

  package struct Clause: Sendable {
    package var occurrence: Occurrence
    package var query: TextQuery
  }

  /// Words, escapes resolved, and where they stand in the query.
  package struct Words: Sendable {
    /// The property to look in; nil for all of the index.
    package var field: String?
    package var text: String
    package var span: SourceSpan
  }

  /// A word; several terms after analysis are alternatives.
  case word(Words)
  /// Words one behind the other; `slop` is how far they may be moved apart.
  case phrase(Words, slop: Int)
  /// Terms that begin so.
  case prefix(Words)
  /// Terms of a pattern.
  case pattern(Words, TextPattern)
  /// Terms within a number of edits (insert, delete, replace, swap).
  case fuzzy(Words, edits: Int)
  /// Every element with any text.
  case all
  case boolean([Clause])
  case boosted(TextQuery, Double)

  /// Whether it asks for nothing at all: an empty text, or one of spaces.
  package var isEmpty: Bool {
    if case .boolean(let clauses) = self { return clauses.isEmpty }
    return false
  }
}

/// A term with `*` for any characters and `?` for one.
package struct TextPattern: Sendable, Equatable {
  package enum Piece: Sendable, Equatable {
    case scalar(UInt32)
    case anyOne
    case anyRun
  }

  package var pieces: [Piece]

  package init(pieces: [Piece]) { self.pieces = pieces }

  /// The scalars before the first `*` or `?`.
  package var literalPrefix: [UInt32] {
    var prefix: [UInt32] = []
    for piece in pieces {
      guard case .scalar(let scalar) = piece else { break }
      prefix.append(scalar)
    }
    return prefix
  }

  /// Whether the whole of `text` fits.
  /// - Complexity: O(pieces × scalars), without recursion.
  package func matches(_ text: [UInt32]) -> Bool {
    var piece = 0
    var at = 0
    // Where to go on when what follows the last `*` does not fit.
    var retry: (piece: Int, at: Int)?
    while at < text.count {
      if piece < pieces.count {
        switch pieces[piece] {
        case .anyRun:
          retry = (piece + 1, at)
          piece += 1
          continue
        case .anyOne:
          piece += 1
          at += 1
          continue
        case .scalar(let scalar) where scalar == text[at]:
          piece += 1
          at += 1
          continue
        case .scalar: break
        }
      }
      guard let again = retry else { return false }
      retry = (again.piece, again.at + 1)
      piece = again.piece
      at = again.at + 1
    }
    return pieces[piece...].allSatisfy { $0 == .anyRun }
  }
}
