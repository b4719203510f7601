package import SinterModel

extension Analyzer {
  /// What an index has that names none.
  package static let defaultName = "standard-folding"

  /// All analysers, in order of name.
  package static let all: [Analyzer] = [
    Analyzer(
      "cjk", "Unicode words, case, accents and widths folded, English stop words left out; Chinese, Japanese and Korean by pairs of characters.",
      .words, foldsAccents: true, stopWords: stops),
    Analyzer(
      "english", "Unicode words, case and accents folded, English stop words left out, the rest stemmed (Porter2).", .words,
      foldsAccents: true, stopWords: stops, stems: true),
    Analyzer("keyword", "The whole value as one term, unchanged.", .whole, foldsCase: false),
    Analyzer("simple", "Runs of letters, case folded.", .letters),
    Analyzer("standard", "Unicode words, case folded, English stop words left out.", .words, stopWords: stops),
    Analyzer("standard-folding", "Unicode words, case and accents folded. The default.", .words, foldsAccents: true),
    Analyzer("standard-no-stop-words", "Unicode words, case folded.", .words),
    Analyzer("stop", "Runs of letters, case folded, English stop words left out.", .letters, stopWords: stops),
    Analyzer("whitespace", "What stands between white space, unchanged.", .whitespace, foldsCase: false),
  ]

  private static let byName: [String: Analyzer] = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// The analyser of a name; nil for none.
  /// - Throws: `ArgumentError.InvalidArgumentValue` with a suggestion.
  package static func named(_ name: String?) throws(SinterError) -> Analyzer {
    if let found = byName[name?.lowercased() ?? defaultName] { return found }
    let name = name ?? ""
    let near = closest(to: name, among: byName.keys.sorted()).map { " Did you mean `\($0)`?" } ?? ""
    throw SinterError(
      "ArgumentError.InvalidArgumentValue",
      "There is no analyser `\(name)`.\(near) There are: \(all.map(\.name).joined(separator: ", ")).")
  }

  /// The words that English text has everywhere, as Lucene leaves them out.
  private static let stops: Set<[UInt8]> = Set(
    """
    a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with
    """.split(separator: " ").map { Array($0.utf8) })

  /// The words left out, sorted.
  package var stopWordList: [String] { stopWords.map { String(decoding: $0, as: UTF8.self) }.sorted() }

  /// Bytes of the longest stop word.
  static let longestStopWord = 5
}
