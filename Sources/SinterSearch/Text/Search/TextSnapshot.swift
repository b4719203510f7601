internal import SinterAnalysis
internal import SinterModel
internal import Synchronization

/// A full-text index as of one commit.
///
/// Statistics (documents, lengths, document frequencies) are those of the commit exactly, so a score does not depend on what is
/// in the base and what beside it.
final class TextSnapshot: Sendable {
  let name: String
  let fields: [String]
  let analyzer: Analyzer
  let parts: [TextPart]
  let totals: [TextFieldTotals]
  private let frequencies = Mutex<[[UInt8]: Int]>([:])

  init(name: String, fields: [String], analyzer: Analyzer, parts: [TextPart]) {
    self.name = name
    self.fields = fields
    self.analyzer = analyzer
    self.parts = parts.filter { $0.documentCount > 0 }
    totals = fields.indices.map { field in
      parts.reduce(into: TextFieldTotals()) { sum, part in
        let part = part.totals(field)
        sum.documents += part.documents
        sum.length += part.length
      }
    }
  }

  /// Documents that have a term.
  func documentFrequency(_ key: [UInt8]) throws(SinterError) -> Int {
    if let known = frequencies.withLock({ $0[key] }) { return known }
    var sum = 0
    for part in parts {
      if let entry = try part.segment.find(key) { sum += try part.documentFrequency(entry, field: Int(key[0])) }
    }
    frequencies.withLock { known in
      if known.count > 10_000 { known.removeAll() }
      known[key] = sum
    }
    return sum
  }

  /// The weight of a term that `documents` of the field's documents have: ln(1 + (N − n + ½) / (n + ½)).
  func inverseFrequency(_ documents: Int, field: Int) -> Double {
    let all = Double(totals[field].documents)
    let some = min(Double(documents), all)
    return Double.log(1 + (all - some + 0.5) / (some + 0.5))
  }
}
