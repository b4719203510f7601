import SinterModel

enum ListFunctions {
  static let all: [FunctionDefinition] = ends + measures + parts

  static func elements(_ value: Value) -> [Value] {
    if case .list(let elements) = value { elements } else { [] }
  }

  /// Keys in a fixed order, so that the same map always gives the same list.
  private static func names(_ entries: [String: Value]) -> Value { .list(entries.keys.sorted().map { .string($0) }) }

  private static let ends: [FunctionDefinition] = [
    FunctionDefinition(
      "head", .list, "head(list :: LIST<ANY>) :: ANY", "The first element of a list; null for an empty one.", [.list],
      gives: .any
    ) { arguments, _ in elements(arguments[0]).first ?? .null },
    FunctionDefinition(
      "last", .list, "last(list :: LIST<ANY>) :: ANY", "The last element of a list; null for an empty one.", [.list],
      gives: .any
    ) { arguments, _ in elements(arguments[0]).last ?? .null },
    FunctionDefinition(
      "tail", .list, "tail(list :: LIST<ANY>) :: LIST<ANY>", "The list without its first element.", [.list], gives: .list
    ) { arguments, _ in .list(Array(elements(arguments[0]).dropFirst())) },
    FunctionDefinition(
      "reverse", .list, "reverse(input :: STRING | LIST<ANY>) :: STRING | LIST<ANY>",
      "The string or list from its end to its start.", [[.string, .list]], gives: [.string, .list]
    ) { arguments, _ in
      if case .string(let text) = arguments[0] {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: text.unicodeScalars.reversed())
        return .string(String(scalars))
      }
      return .list(elements(arguments[0]).reversed())
    },
    FunctionDefinition(
      "range", .list, "range(start :: INTEGER, end :: INTEGER, step :: INTEGER) :: LIST<INTEGER>",
      "The integers from one to another, both included, by steps of 1 or as given.", [.integer, .integer, .integer],
      minimum: 2, gives: .list, isCheckedStatically: false, wrongKindCode: "ArgumentError.InvalidArgumentType"
    ) { arguments, context throws(SinterError) in
      guard let range = try IntegerRange(arguments: arguments) else { return .null }
      try context.checkListLength(range.count)
      try context.limits.checkRoom(range.count * MemoryLayout<Value>.stride)
      var numbers: [Value] = []
      numbers.reserveCapacity(range.count)
      for number in range {
        numbers.append(.integer(number))
        if numbers.count & 0xFFFF == 0 { try context.limits.checkInterrupts(dropping: &numbers) }
      }
      return .list(numbers)
    },
  ]

  private static let measures: [FunctionDefinition] = [
    FunctionDefinition(
      "size", aliases: ["cardinality"], .list, "size(input :: STRING | LIST<ANY>) :: INTEGER",
      "The number of elements of a list or of characters of a string.", [[.string, .list]], gives: .integer
    ) { arguments, _ in
      if case .string(let text) = arguments[0] { return .integer(Int64(text.unicodeScalars.count)) }
      return .integer(Int64(elements(arguments[0]).count))
    },
    FunctionDefinition(
      "length", aliases: ["path_length"], .list, "length(input :: PATH) :: INTEGER", "The number of relationships of a path.", [.path],
      gives: .integer
    ) { arguments, _ in
      guard case .path(let path) = arguments[0] else { return .null }
      return .integer(Int64(path.length))
    },
    FunctionDefinition(
      "isEmpty", .predicate, "isEmpty(input :: STRING | LIST<ANY> | MAP) :: BOOLEAN",
      "Whether a string, list or map has nothing in it.", [[.string, .list, .map]], gives: .boolean
    ) { arguments, _ in
      switch arguments[0] {
      case .string(let text): .boolean(text.isEmpty)
      case .list(let elements): .boolean(elements.isEmpty)
      case .map(let entries): .boolean(entries.isEmpty)
      default: .null
      }
    },
  ]

  private static let parts: [FunctionDefinition] = [
    FunctionDefinition(
      "keys", .list, "keys(input :: MAP | NODE | RELATIONSHIP) :: LIST<STRING>",
      "The names of the entries of a map or of the properties of a node or relationship.",
      [[.map, .node, .relationship]], gives: .list
    ) { arguments, _ in
      switch arguments[0] {
      case .map(let entries): names(entries)
      case .node(let node): names(node.properties)
      case .relationship(let relationship): names(relationship.properties)
      default: .null
      }
    },
    FunctionDefinition(
      "nodes", .list, "nodes(path :: PATH) :: LIST<NODE>", "The nodes of a path in order.", [.path], gives: .list
    ) { arguments, _ in
      guard case .path(let path) = arguments[0] else { return .null }
      return .list(path.nodes.map { .node($0) })
    },
    FunctionDefinition(
      "relationships", aliases: ["rels"], .list, "relationships(path :: PATH) :: LIST<RELATIONSHIP>",
      "The relationships of a path in order.", [.path], gives: .list
    ) { arguments, _ in
      guard case .path(let path) = arguments[0] else { return .null }
      return .list(path.relationships.map { .relationship($0) })
    },
  ]
}
