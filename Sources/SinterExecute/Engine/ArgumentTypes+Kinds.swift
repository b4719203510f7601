import SinterFunctions
import SinterLanguage

extension ArgumentTypes {
  /// What the checker of a query's text knows of kinds of value: it tells no temporal types apart.
  init(_ kinds: ValueKinds) {
    let same: [(ValueKinds, ArgumentTypes)] = [
      (.boolean, .boolean), (.integer, .integer), (.float, .float), (.string, .string), (.list, .list), (.map, .map),
      (.node, .node), (.relationship, .relationship), (.path, .path),
    ]
    self = same.reduce(into: []) { if kinds.isSuperset(of: $1.0) { $0.insert($1.1) } }
    if !kinds.isDisjoint(with: ValueKinds.instant.union(.duration)) { insert(.temporal) }
  }
}
