/// The types that a function takes as an argument or gives, as far as the text of a query can tell them apart.
package struct ArgumentTypes: OptionSet, Sendable, Hashable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let boolean = ArgumentTypes(rawValue: 1 << 0)
  package static let integer = ArgumentTypes(rawValue: 1 << 1)
  package static let float = ArgumentTypes(rawValue: 1 << 2)
  package static let string = ArgumentTypes(rawValue: 1 << 3)
  package static let list = ArgumentTypes(rawValue: 1 << 4)
  package static let map = ArgumentTypes(rawValue: 1 << 5)
  package static let node = ArgumentTypes(rawValue: 1 << 6)
  package static let relationship = ArgumentTypes(rawValue: 1 << 7)
  package static let path = ArgumentTypes(rawValue: 1 << 8)
  /// Any temporal instant or a duration.
  package static let temporal = ArgumentTypes(rawValue: 1 << 9)
  package static let any = ArgumentTypes(rawValue: (1 << 10) - 1)

  private static let bases: [(ArgumentTypes, StaticType.Base, String)] = [
    (.boolean, .boolean, "a boolean"), (.integer, .integer, "an integer"), (.float, .float, "a float"),
    (.string, .string, "a string"), (.list, .list, "a list"), (.map, .map, "a map"), (.node, .node, "a node"),
    (.relationship, .relationship, "a relationship"), (.path, .path, "a path"), (.temporal, .temporal, "a temporal value"),
  ]

  /// Whether a value of the type may be passed; one of which nothing is known may.
  func accepts(_ type: StaticType) -> Bool {
    guard let known = ArgumentTypes.bases.first(where: { $0.1 == type.base }) else { return true }
    return isSuperset(of: known.0)
  }

  /// The type of a value of these types; `.any` where they are several.
  var staticType: StaticType {
    StaticType(base: ArgumentTypes.bases.first { $0.0 == self }?.1 ?? .any)
  }

  /// How messages name them: `a string or a list`.
  var description: String {
    var names = ArgumentTypes.bases.filter { isSuperset(of: $0.0) }.map(\.2)
    if isSuperset(of: [.integer, .float]) {
      names.removeAll { $0 == "an integer" || $0 == "a float" }
      names.insert("a number", at: 0)
    }
    return names.joined(separator: " or ")
  }
}
