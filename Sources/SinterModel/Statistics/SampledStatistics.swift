/// What a look at the graph told: how labels are joined, how many relationships nodes have, which values properties have.
///
/// Made from a sample of the nodes of each label and the relationships of each type when segments are written, and again when
/// a part of the graph has changed since.
package struct SampledStatistics: Sendable, Equatable {
  /// Relationships by the labels of their ends.
  package var connections: [Connection: Double] = [:]
  /// By type, what nodes have going out and coming in.
  package var degrees: [String: Degrees] = [:]
  package var values: [Property: ValueSketch] = [:]

  package init() {}

  /// A label, a type and a label; nil for nodes of any label.
  package struct Connection: Sendable, Hashable {
    package var start: String?
    package var type: String
    package var end: String?
    package init(start: String?, type: String, end: String?) {
      self.start = start
      self.type = type
      self.end = end
    }
  }

  package struct Degrees: Sendable, Equatable {
    package var outgoing = DegreeSketch()
    package var incoming = DegreeSketch()
    package init() {}
  }

  /// A property of the nodes with a label, or of the relationships of a type.
  package struct Property: Sendable, Hashable {
    package var entity: EntityKind
    package var label: String
    package var key: String
    package init(entity: EntityKind, label: String, key: String) {
      self.entity = entity
      self.label = label
      self.key = key
    }
  }
}
