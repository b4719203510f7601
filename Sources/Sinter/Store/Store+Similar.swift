import SinterExecute
import SinterKnowledge
public import SinterModel
import SinterStorage

extension Store {
  /// The nodes whose learned embeddings lie nearest to a node's, best first, as rows of `node` and `score`.
  /// - Parameters:
  ///   - limit: at most so many.
  ///   - label: what the found nodes must have; nil for any.
  ///   - model: the model's name; nil for the one trained or chosen last.
  /// - Throws: `LearnError.NoModel` before any training; `LearnError.UnknownEntity` for a node without any relation
  ///   the model knows.
  public func similar(
    to node: NodeID, limit: Int = 10, label: String? = nil, model: String? = nil
  ) throws(SinterError) -> Rows {
    let view = try graph.snapshot()
    guard let learning = engine.extensions.learning as? ModelLearning else {
      throw SinterError("LearnError.NoModel", "This engine has no models.")
    }
    var labels: [LabelID] = []
    if let label {
      guard let id = view.labelID(label) else { return Rows(columns: ["node", "score"], values: []) }
      labels = [id]
    }
    let found = try learning.similar(to: node, model: model, labels: labels, limit: limit, in: view)
    var rows: [[Value]] = []
    for element in found {
      rows.append([.node(try view.node(NodeID(element.id))), .float(element.score)])
    }
    return Rows(columns: ["node", "score"], values: rows)
  }
}

extension GraphView {
  /// A node with its labels and properties.
  fileprivate func node(_ id: NodeID) throws(SinterError) -> Node {
    let properties = try properties(of: id).map { (name(of: $0.0), $0.1) }
    return Node(
      id: id,
      content: Node.Content(
        labels: try labels(of: id).map { name(of: $0) }, properties: Dictionary(properties, uniquingKeysWith: { first, _ in first })))
  }
}
