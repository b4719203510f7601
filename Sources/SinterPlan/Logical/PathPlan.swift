package import SinterLanguage

/// One relationship of a path pattern.
package struct PathHop: Sendable {
  package var relationship: Variable
  package var way: Expansion.Way
  /// nil for every type.
  package var types: [String]?

  var reversed: PathHop { PathHop(relationship: relationship, way: way.reversed, types: types) }
}

/// A part of a path pattern: one hop, or some hops that repeat as a whole.
package struct PathSegment: Sendable {
  /// The nodes of one repetition, one more than hops.
  package var nodes: [Variable]
  package var hops: [PathHop]
  package var minimum: Int
  package var maximum: Int?
  /// What holds for every repetition.
  package var filters: [Scalar] = []
  /// The elements of a repetition whose lists over all repetitions are wanted.
  package var groups: [Group] = []

  /// A variable inside and the list of its values outside.
  package struct Group: Sendable {
    package var element: Variable
    package var list: Variable
  }

  /// The same walked from its end.
  var reversed: PathSegment {
    var other = self
    other.nodes.reverse()
    other.hops = hops.reversed().map(\.reversed)
    return other
  }

  /// The types of all hops, or nil when one takes any.
  var types: [String]? {
    var all: [String] = []
    for hop in hops {
      guard let types = hop.types else { return nil }
      all += types.filter { !all.contains($0) }
    }
    return all
  }

  /// Variables that exist only while the segment is walked.
  package var locals: VariableSet { VariableSet(nodes + hops.map(\.relationship)) }
}

/// A quantified path pattern between two nodes: every trail through its repetitions.
package struct QuantifiedExpansion: Sendable {
  package var from: Variable
  package var to: Variable
  /// In the order in which it is walked.
  package var segment: PathSegment
  /// The list of all relationships in path order.
  package var relationships: Variable
  /// `to` is bound already.
  package var isInto: Bool
  package var differsFrom: [Variable]
  /// The pattern was written from `to` to `from`: lists are turned round.
  package var isReversed: Bool
  /// Relationships may come again.
  package var repeats: Bool

  package var outputs: [Variable] { [relationships] + segment.groups.map(\.list) }
  var reads: VariableSet {
    segment.filters.reads.subtracting(segment.locals).union(VariableSet([from] + differsFrom + (isInto ? [to] : [])))
  }
}

/// Some of the paths between two nodes, chosen by length.
package struct PathSelection: Sendable {
  /// The nodes between the segments, both ends included.
  package var junctions: [Variable]
  package var segments: [PathSegment]
  /// What holds for each of ``junctions`` by itself.
  package var junctionFilters: [[Scalar]]
  /// What holds for a whole path before it may be chosen.
  package var filters: [Scalar] = []
  package var selector: PathSelector
  /// The list of all relationships in path order.
  package var relationships: Variable
  package var path: Variable?
  package var isInto = false
  package var isReversed = false
  package var repeats = false

  package var from: Variable { junctions[0] }
  package var to: Variable { junctions[junctions.count - 1] }

  /// What a path binds beside its ends, in the order in which filters on whole paths see it.
  package var outputs: [Variable] {
    var result = Array(junctions.dropFirst().dropLast()) + [relationships]
    for segment in segments {
      if segment.isSingle { result.append(segment.hops[0].relationship) }
      result += segment.groups.map(\.list)
    }
    return result + [path].compactMap { $0 }
  }

  var locals: VariableSet { segments.reduce(into: VariableSet(junctions + outputs)) { $0.formUnion($1.locals) } }

  /// All that must hold, of whatever part.
  var conditions: [Scalar] { segments.flatMap(\.filters) + junctionFilters.flatMap { $0 } + filters }

  var reads: VariableSet { conditions.reads.subtracting(locals).union(isInto ? [from, to] : [from]) }

  /// The same walked from its end.
  var reversed: PathSelection {
    var other = self
    other.junctions.reverse()
    other.segments = segments.reversed().map(\.reversed)
    other.junctionFilters.reverse()
    other.isReversed.toggle()
    return other
  }
}

extension PathSegment {
  /// A single hop that does not repeat: its relationship is a value, not a list.
  package var isSingle: Bool { groups.isEmpty && hops.count == 1 && minimum == 1 && maximum == 1 }
}
