import SinterModel

/// Makes explicit what a plan leaves to defaults.
enum PlanPreparation {
  struct Prepared {
    var sources: [SourcePlan]
    var indexes: [IndexPlan]
  }

  static func prepare(_ plan: LoadPlan) -> Prepared {
    var sources = plan.sources
    var firstNode: [String: NodePlan] = [:]
    for node in sources.flatMap(\.nodes) where firstNode[node.space] == nil { firstNode[node.space] = node }
    for index in sources.indices { addCreatedNodes(to: &sources[index], like: firstNode) }
    var indexes: [IndexPlan] = []
    for source in sources.indices {
      for node in sources[source].nodes.indices { storeID(of: &sources[source].nodes[node], &indexes) }
    }
    for index in plan.indexes {
      let same = indexes.firstIndex { $0.entity == index.entity && $0.label == index.label && $0.keys == index.keys }
      if let position = same {
        indexes[position].isUnique = indexes[position].isUnique || index.isUnique
      } else {
        indexes.append(index)
      }
    }
    return Prepared(sources: sources, indexes: indexes)
  }

  /// A relationship whose missing nodes are created is a mapping of its end nodes too.
  private static func addCreatedNodes(to source: inout SourcePlan, like known: [String: NodePlan]) {
    for relationship in source.relationships where relationship.missing == .create {
      for end in [relationship.from, relationship.to] {
        let model = known[end.space]
        source.nodes.append(
          NodePlan(
            labels: model?.labels ?? [end.label ?? end.space], space: end.space, id: end.id,
            key: model == nil ? "id" : model?.key,
            isIntegerID: model?.isIntegerID ?? false, condition: relationship.condition, split: relationship.split,
            mark: relationship.mark))
      }
    }
  }

  /// The id is a property like others, and has a unique index.
  private static func storeID(of node: inout NodePlan, _ indexes: inout [IndexPlan]) {
    guard let key = node.key else { return }
    node.properties.insert(
      PropertyPlan(name: key, source: .template(node.id), type: node.isIntegerID ? .integer : .string, mark: node.mark), at: 0)
    guard let label = node.labels.first else { return }
    let index = IndexPlan(label: label, keys: [key], isUnique: true)
    if !indexes.contains(index) { indexes.append(index) }
  }
}
