internal import SinterModel
internal import SinterStorage

/// One way to score items for a user, as a sum over evidence: the raw score of every item is the sum of the values
/// of its evidence. A negative value speaks against the item.
protocol Scorer {
  var name: ScorerName { get }

  /// The evidence behind an item's raw score.
  func evidence(for item: UInt32) throws(SinterError) -> [Evidence]

  /// A path of elements of the snapshot that shows the evidence, and the evidence in words.
  func explain(_ evidence: Evidence, for item: UInt32) throws(SinterError) -> Explanation

  /// Why an item has no evidence at all, for WHY NOT.
  func absence(of item: UInt32) throws(SinterError) -> String
}

/// A scorer whose scores depend on the user and are summed item by item.
protocol PersonalScorer: Scorer {
  /// Adds the raw scores of all items that have any evidence to `workspace.scorer`, which is clear before.
  func score(_ workspace: Workspace) throws(SinterError)
}

/// One summand of a raw score. What the numbers mean is the scorer's business.
struct Evidence {
  var value: Double
  var kind: Kind = .plain
  var first: UInt32 = 0
  var second: UInt32 = 0
  var third: UInt32 = 0

  enum Kind { case plain, direct, tag, related, relatedBack }
}

struct Explanation {
  var path: Path
  var sentence: String
}

extension Path {
  /// A path from ids, one relationship between each two nodes.
  init(_ nodes: [UInt32], _ relationships: [UInt32]) {
    self.init(
      nodes: nodes.map { Node(id: NodeID($0)) }, relationships: relationships.map { Relationship(id: RelationshipID($0)) })
  }
}

/// Names of nodes for sentences.
struct NodeNames {
  private let columns: [(name: String, column: PropertyColumn)]

  init(_ view: GraphView, _ schema: ShopSchema) {
    columns = schema.titles.compactMap { name in view.keyID(name).map { (name, view.column($0, of: .node)) } }
  }

  /// The first of the naming properties that the node has, or its number.
  func name(_ node: UInt32) throws(SinterError) -> String {
    for (_, column) in columns {
      switch try column.value(of: node) {
      case .string(let text) where !text.isEmpty: return text
      case .integer(let number): return String(number)
      default: continue
      }
    }
    return "node \(node)"
  }
}
