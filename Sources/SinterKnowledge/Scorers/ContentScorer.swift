internal import SinterModel
internal import SinterStorage

/// Content in words: what an item's texts share with the texts of what the user has.
///
/// score(u, i) = Σ_j w_j · cos(v_i, v_j) over the items j of the user's profile; v holds, for each word of the texts,
/// ln(items / items with the word), scaled to length 1 (Salton and Buckley 1988, without the term frequency, which says
/// nothing in short texts).
///
/// An item nobody has had yet is scored like any other. Evidence: `first` is the position in the profile.
struct ContentScorer: PersonalScorer {
  let name = ScorerName.content
  private let shopper: Shopper
  private let names: NodeNames
  private let texts: ItemTexts

  init(_ shopper: Shopper, _ names: NodeNames, _ texts: ItemTexts) {
    self.shopper = shopper
    self.names = names
    self.texts = texts
  }

  func score(_ workspace: Workspace) {
    var query: [UInt32: Double] = [:]
    for mine in shopper.profile {
      for word in texts.words(of: mine.item) { query[word.number, default: 0] += mine.weight * Double(word.weight) }
    }
    // Sums come in one order, so that they are the same each time.
    for (word, weight) in query.sorted(by: { $0.key < $1.key }) {
      for entry in texts.items(with: word) { workspace.scorer.add(entry.number, weight * Double(entry.weight)) }
    }
  }

  func evidence(for item: UInt32) -> [Evidence] {
    let words = texts.words(of: item)
    return shopper.profile.enumerated().compactMap { position, mine in
      let likeness = Self.common(words, texts.words(of: mine.item)).reduce(0) { $0 + $1.product }
      return likeness > 0 ? Evidence(value: mine.weight * likeness, first: UInt32(position)) : nil
    }
  }

  private static func common(
    _ a: ArraySlice<ItemTexts.Entry>, _ b: ArraySlice<ItemTexts.Entry>
  ) -> [(word: UInt32, product: Double)] {
    var result: [(word: UInt32, product: Double)] = []
    var (i, j) = (a.startIndex, b.startIndex)
    while i < a.endIndex, j < b.endIndex {
      if a[i].number == b[j].number {
        result.append((a[i].number, Double(a[i].weight) * Double(b[j].weight)))
        i += 1
        j += 1
      } else if a[i].number < b[j].number {
        i += 1
      } else {
        j += 1
      }
    }
    return result
  }

  func explain(_ evidence: Evidence, for item: UInt32) throws(SinterError) -> Explanation {
    let mine = shopper.profile[Int(evidence.first)]
    guard let here = try shopper.link(to: mine) else { throw Inconsistency.error("a purchase") }
    let shared = Self.common(texts.words(of: item), texts.words(of: mine.item))
      .sorted { ($1.product, $0.word) < ($0.product, $1.word) }.prefix(3)
      .map { "“\(texts.vocabulary[Int($0.word)])”" }
    let (i, j) = (shopper.node(item), shopper.node(mine.item))
    return Explanation(
      path: Path([shopper.user, j], [here.relationship]),
      sentence: "\(try names.name(i)) shares \(shared.joined(separator: ", ")) with \(try names.name(j)), which you \(here.verb).")
  }

  func absence(of item: UInt32) throws(SinterError) -> String {
    "\(try names.name(shopper.node(item))) shares no word with what you have."
  }
}

/// The words of all items' texts, weighted and turned round.
final class ItemTexts: Sendable {
  /// A word of an item, or an item of a word.
  struct Entry {
    var number: UInt32
    var weight: Float
  }

  /// The words by number.
  let vocabulary: [String]
  private let offsets: [UInt32]
  private let words: [Entry]
  private let starts: [UInt32]
  private let postings: [Entry]

  /// Words in more than a fifth of the items (and in more than 50) say too little to count.
  init(_ view: GraphView, _ index: ShopIndex) throws(SinterError) {
    let columns = index.schema.texts.compactMap { view.keyID($0).map { view.column($0, of: .node) } }
    var numbers: [String: UInt32] = [:]
    var vocabulary: [String] = []
    var frequency: [Int] = []
    var raw: [[UInt32]] = []
    for item in 0..<index.items.count {
      var found: Set<UInt32> = []
      for column in columns {
        for text in Self.texts(try column.value(of: index.items.base[item])) {
          for word in Self.words(of: text) {
            let number = numbers[word] ?? UInt32(vocabulary.count)
            if Int(number) == vocabulary.count {
              numbers[word] = number
              vocabulary.append(word)
              frequency.append(0)
            }
            if found.insert(number).inserted { frequency[Int(number)] += 1 }
          }
        }
      }
      raw.append(found.sorted())
    }
    let limit = max(50, raw.count / 5)
    // A word of one item links it to nothing.
    let idf = frequency.map { $0 > limit || $0 < 2 ? 0 : logarithm(Double(raw.count) / Double($0)) }
    var offsets: [UInt32] = [0]
    var entries: [Entry] = []
    for list in raw {
      let length = list.reduce(0) { $0 + idf[Int($1)] * idf[Int($1)] }.squareRoot()
      for word in list where idf[Int(word)] > 0 { entries.append(Entry(number: word, weight: Float(idf[Int(word)] / length))) }
      offsets.append(UInt32(entries.count))
    }
    var starts = [UInt32](repeating: 0, count: vocabulary.count + 1)
    for entry in entries { starts[Int(entry.number) + 1] += 1 }
    for word in vocabulary.indices { starts[word + 1] += starts[word] }
    var next = starts
    var postings = [Entry](repeating: Entry(number: 0, weight: 0), count: entries.count)
    for item in raw.indices {
      for entry in entries[Int(offsets[item])..<Int(offsets[item + 1])] {
        postings[Int(next[Int(entry.number)])] = Entry(number: UInt32(item), weight: entry.weight)
        next[Int(entry.number)] += 1
      }
    }
    self.vocabulary = vocabulary
    self.offsets = offsets
    self.words = entries
    self.starts = starts
    self.postings = postings
  }

  var isEmpty: Bool { words.isEmpty }

  /// Ascending by word.
  func words(of item: UInt32) -> ArraySlice<Entry> {
    Int(item) + 1 < offsets.count ? words[Int(offsets[Int(item)])..<Int(offsets[Int(item) + 1])] : []
  }

  func items(with word: UInt32) -> ArraySlice<Entry> { postings[Int(starts[Int(word)])..<Int(starts[Int(word) + 1])] }

  private static func texts(_ value: Value) -> [String] {
    switch value {
    case .string(let text): [text]
    case .list(let items): items.compactMap(\.asString)
    default: []
    }
  }

  /// Runs of letters and digits, in lower case; single characters are left out.
  static func words(of text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.filter { $0.count > 1 }.map(String.init)
  }
}
