package import SinterModel
internal import SinterStorage

/// A test part that is given: a pair on a line, the user's id and the item's id separated by a tab or a comma.
///
/// Everything else trains. A first line that names no user of the store is taken for a header. Further columns are
/// left alone.
package struct SplitFile: Sendable {
  private let pairs: [(user: String, item: String)]

  /// - Throws: `EvaluationError.BadSplit` naming the line.
  package init(_ text: String, name: String) throws(SinterError) {
    var pairs: [(user: String, item: String)] = []
    for (number, line) in text.split(whereSeparator: \.isNewline).enumerated() {
      let separator: Character = line.contains("\t") ? "\t" : ","
      let fields = line.split(separator: separator, omittingEmptySubsequences: false).map { Self.trimmed($0) }
      guard fields.count >= 2, !fields[0].isEmpty, !fields[1].isEmpty else {
        throw SinterError(
          "EvaluationError.BadSplit",
          "Line \(number + 1) of \(name) is no pair: it must hold a user's id and an item's id, separated by a tab or a comma.")
      }
      pairs.append((fields[0], fields[1]))
    }
    guard !pairs.isEmpty else { throw SinterError("EvaluationError.BadSplit", "\(name) holds no pair.") }
    self.pairs = pairs
  }

  private static func trimmed(_ field: Substring) -> String {
    var field = field
    while field.first?.isWhitespace == true { field.removeFirst() }
    while field.last?.isWhitespace == true { field.removeLast() }
    if field.count > 1, field.first == "\"", field.last == "\"" { field = field.dropFirst().dropLast() }
    return String(field)
  }

  func heldOut(_ view: GraphView, _ index: ShopIndex, _ interactions: Interactions) throws(SinterError) -> HeldOut {
    let items = try Self.ids(index.items.asBuffer, view)
    let users = try Self.ids(interactions.users, view)
    var chosen: [UInt32: Set<UInt32>] = [:]
    var unknownItems: [UInt32: Int] = [:]
    var unknownUsers: Set<String> = []
    for (position, pair) in pairs.enumerated() {
      guard let user = users[pair.user] else {
        if position > 0 || items[pair.item] != nil { unknownUsers.insert(pair.user) }
        continue
      }
      if let node = items[pair.item], let item = index.number(of: node) {
        chosen[user, default: []].insert(item)
      } else {
        unknownItems[user, default: 0] += 1
      }
    }
    return try HeldOut.given(
      view, index, interactions, chosen, unknownItems: unknownItems, unknownUsers: unknownUsers.count)
  }

  /// Nodes by their ids as text.
  private static func ids(_ nodes: some Sequence<UInt32>, _ view: GraphView) throws(SinterError) -> [String: UInt32] {
    guard let key = view.keyID("id") else { return [:] }
    let column = view.column(key, of: .node)
    var result: [String: UInt32] = [:]
    for node in nodes {
      switch try column.value(of: node) {
      case .string(let text): result[text] = node
      case .integer(let number): result[String(number)] = node
      default: continue
      }
    }
    return result
  }
}
