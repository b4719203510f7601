import SinterModel
import TestSupport

extension QueryMaker {
  /// - Parameter found: the names that the pattern binds; it may meet those again.
  mutating func pattern(_ found: inout [Variable]) -> Pattern {
    var pattern = Pattern(nodes: [node(&found)], hops: [])
    for _ in 0..<pick([0, 1, 1, 1, 2, 2, 3]) {
      pattern.hops.append(hop(&found))
      pattern.nodes.append(node(&found))
    }
    // A path has lengths of one kind.
    if pattern.hops.contains(where: \.isQuantified) {
      for index in pattern.hops.indices where pattern.hops[index].length != nil { pattern.hops[index].isQuantified = true }
    }
    if !pattern.hops.isEmpty, chance(0.15) {
      let name = fresh("p")
      pattern.name = name
      found.append(Variable(name: name, kind: .path))
    }
    return pattern
  }

  private mutating func hop(_ found: inout [Variable]) -> Pattern.Hop {
    var hop = Pattern.Hop(direction: pick(Pattern.Hop.Direction.allCases))
    if chance(0.6) { hop.types = chance(0.2) ? Self.types : [pick(Self.types)] }
    if chance(0.1) { hop.properties = [("w", term(.integer, 0))] }
    if chance(0.2) {
      let least = number(0...2)
      hop.length = least...number(max(1, least)...3)
      hop.isQuantified = chance(0.3)
    } else if chance(0.25) {
      // A relationship that is bound already is met again.
      let known = names(.relationship).filter { !met.contains($0) }
      if !known.isEmpty, chance(0.15) {
        let name = pick(known)
        met.insert(name)
        hop.name = name
      } else {
        let name = fresh("r")
        hop.name = name
        found.append(Variable(name: name, kind: .relationship))
      }
    }
    return hop
  }

  private mutating func node(_ found: inout [Variable]) -> Pattern.NodePattern {
    var node = Pattern.NodePattern()
    let known = names(.node) + found.filter { $0.kind == .node }.map(\.name)
    if !known.isEmpty, chance(0.3) {
      node.name = pick(known)
    } else if chance(0.8) {
      let name = fresh("n")
      node.name = name
      found.append(Variable(name: name, kind: .node))
    }
    if chance(0.4) { node.labels = chance(0.7) ? .label(pick(Self.labels)) : labels(2) }
    if chance(0.15) {
      let property = pick(Self.properties)
      node.properties = [(property.key, chance(0.7) ? .constant(Self.value(property.kind, &random)) : term(property.kind, 0))]
    }
    if let name = node.name, !known.contains(name), chance(0.07) {
      let outer = scope
      scope = scope + [Variable(name: name, kind: .node)]
      node.filter = condition(1)
      scope = outer
    }
    return node
  }

  mutating func labels(_ depth: Int) -> LabelTerm {
    switch depth > 0 ? number(0...3) : 3 {
    case 0: .not(labels(0))
    case 1: .and(labels(depth - 1), labels(depth - 1))
    case 2: .or(labels(depth - 1), labels(depth - 1))
    default: .label(pick(Self.labels))
    }
  }
}
