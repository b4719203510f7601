package import SinterModel
package import SinterStorage

/// The triples of chosen relationship types, over dense rows.
package struct GraphTriples: Sendable {
  /// Distinct, in order of (relation, head, tail).
  package let triples: TripleSet
  /// Node ids by row, ascending.
  package let nodes: [UInt32]
  /// Type names by relation number.
  package let types: [String]

  /// Reads the triples out of a snapshot. Retracted facts are left out, parallel relationships count once.
  /// - Parameters:
  ///   - types: none for every type that has relationships.
  ///   - isHidden: relationships that are taken not to exist.
  /// - Throws: `LearnError.UnknownType` with a suggestion; `LearnError.NoTriples`.
  /// - Complexity: O(nodes · types + relationships)
  package init(
    _ view: GraphView, types names: [String], hiding isHidden: (UInt32) -> Bool = { _ in false }
  ) throws(SinterError) {
    let known = view.typeNames.filter { name in view.typeID(name).map { view.relationshipCount(type: $0) > 0 } ?? false }
    for name in names where view.typeID(name) == nil {
      throw SinterError(
        "LearnError.UnknownType",
        "The store has no relationship type `\(name)` to learn from. \(Suggestion.sentence(for: name, among: known))")
    }
    var seen: Set<String> = []
    let types = (names.isEmpty ? known : names).filter { seen.insert($0).inserted }
    let retracted = view.keyID("@retractedAt").map { view.column($0, of: .relationship) }

    var heads: [UInt32] = []
    var relations: [UInt32] = []
    var tails: [UInt32] = []
    var scratch = Adjacency.Scratch()
    for (relation, name) in types.enumerated() {
      guard let type = view.typeID(name) else { continue }
      let adjacency = view.adjacency(type, .outgoing)
      for node in 0..<view.nodeIDLimit {
        var last: UInt32?
        do {
          try adjacency.forEachRun(of: node, scratch: &scratch) { run in
            for i in 0..<run.count where run.neighbors[i] != last {
              if let retracted, try !retracted.value(of: run.relationships[i]).isNull { continue }
              if isHidden(run.relationships[i]) { continue }
              last = run.neighbors[i]
              heads.append(node)
              relations.append(UInt32(relation))
              tails.append(run.neighbors[i])
            }
          }
        } catch let error as SinterError {
          throw error
        } catch {
          throw SinterError("StorageError.IO", "\(error)")
        }
      }
    }
    guard !heads.isEmpty else {
      throw SinterError(
        "LearnError.NoTriples",
        "There is nothing to learn from: "
          + (types.isEmpty ? "the store has no relationships." : "no relationships of \(types.joined(separator: ", "))."))
    }

    var isEntity = [Bool](repeating: false, count: Int(view.nodeIDLimit))
    for i in heads.indices {
      isEntity[Int(heads[i])] = true
      isEntity[Int(tails[i])] = true
    }
    var rows = [UInt32](repeating: 0, count: isEntity.count)
    var nodes: [UInt32] = []
    for node in isEntity.indices where isEntity[node] {
      rows[node] = UInt32(nodes.count)
      nodes.append(UInt32(node))
    }
    for i in heads.indices {
      heads[i] = rows[Int(heads[i])]
      tails[i] = rows[Int(tails[i])]
    }
    self.nodes = nodes
    self.types = types
    triples = try TripleSet(
      heads: heads, relations: relations, tails: tails, entityCount: nodes.count, relationCount: types.count)
  }

  /// A number that tells one set of triples from another (FNV-1a over all ids), as 16 hexadecimal digits.
  var fingerprint: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ value: UInt32) { hash = (hash ^ UInt64(value)) &* 0x0000_0100_0000_01b3 }
    for i in 0..<triples.count {
      mix(nodes[Int(triples.heads[i])])
      mix(triples.relations[i])
      mix(nodes[Int(triples.tails[i])])
    }
    for type in types { for byte in type.utf8 { mix(UInt32(byte)) } }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Splits the triples by a seeded shuffle into training, validation and test.
  ///
  /// The last two are half of `holdout` each, and at most 5,000 triples.
  func split(holdout: Double, seed: UInt64) -> (training: TripleSet, validation: TripleSet, test: TripleSet) {
    let each = min(5_000, Int(Double(triples.count) * holdout / 2))
    var order = Array(0..<triples.count)
    var generator = SplitMix64(seed: seed, stream: 0x5eed)
    order.shuffle(using: &generator)
    func part(_ range: Range<Int>) -> TripleSet {
      var part = TripleSet(entityCount: triples.entityCount, relationCount: triples.relationCount)
      for i in order[range] {
        part.append(head: triples.heads[i], relation: triples.relations[i], tail: triples.tails[i])
      }
      return part
    }
    return (part(2 * each..<order.count), part(0..<each), part(each..<2 * each))
  }
}
