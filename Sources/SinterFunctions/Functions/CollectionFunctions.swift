import SinterModel

/// Cypher 25's functions that make lists from lists.
enum CollectionFunctions {
  static let all: [FunctionDefinition] = whole + changes

  /// A value as DISTINCT tells it from others.
  private struct Equivalent: Hashable {
    let value: Value
    static func == (a: Equivalent, b: Equivalent) -> Bool { a.value.isEquivalent(to: b.value) }
    func hash(into hasher: inout Hasher) { value.hashForGrouping(into: &hasher) }
  }

  private static func index(_ value: Value, _ name: String, _ what: String = "position") throws(SinterError) -> Int {
    guard case .integer(let number) = value, number >= 0, let index = Int(exactly: number) else {
      throw SinterError("ArgumentError.NumberOutOfRange", "\(name)() takes a \(what) from 0.")
    }
    return index
  }

  private static func beyond(_ name: String, _ index: Int, _ count: Int) -> SinterError {
    SinterError(
      "ArgumentError.NumberOutOfRange", "\(name)(): there is no position \(index) in a list of \(count) elements.")
  }

  private static let whole: [FunctionDefinition] = [
    FunctionDefinition(
      "coll.distinct", .list, "coll.distinct(list :: LIST<ANY>) :: LIST<ANY>",
      "The elements of a list, each once, in the order of their first places.", [.list], gives: .list
    ) { arguments, _ in
      var seen: Set<Equivalent> = []
      return .list(ListFunctions.elements(arguments[0]).filter { seen.insert(Equivalent(value: $0)).inserted })
    },
    FunctionDefinition(
      "coll.flatten", .list, "coll.flatten(list :: LIST<ANY>, depth :: INTEGER) :: LIST<ANY>",
      "The list with the elements of its inner lists in their place, one level deep or as given.", [.list, .integer],
      minimum: 1, gives: .list
    ) { arguments, context throws(SinterError) in
      let depth = arguments.count == 2 ? try index(arguments[1], "coll.flatten", "depth") : 1
      var result: [Value] = []
      flatten(ListFunctions.elements(arguments[0]), depth, into: &result)
      try context.checkListLength(result.count)
      return .list(result)
    },
    FunctionDefinition(
      "coll.max", .list, "coll.max(list :: LIST<ANY>) :: ANY",
      "The greatest element in the order of ORDER BY, nulls aside; null for none.", [.list], gives: .any
    ) { arguments, _ in
      ListFunctions.elements(arguments[0]).filter { !$0.isNull }.max { $0.orderability($1) < 0 } ?? .null
    },
    FunctionDefinition(
      "coll.min", .list, "coll.min(list :: LIST<ANY>) :: ANY",
      "The least element in the order of ORDER BY, nulls aside; null for none.", [.list], gives: .any
    ) { arguments, _ in
      ListFunctions.elements(arguments[0]).filter { !$0.isNull }.min { $0.orderability($1) < 0 } ?? .null
    },
    FunctionDefinition(
      "coll.sort", .list, "coll.sort(list :: LIST<ANY>) :: LIST<ANY>", "The list in the order of ORDER BY.", [.list], gives: .list
    ) { arguments, _ in .list(ListFunctions.elements(arguments[0]).sorted { $0.orderability($1) < 0 }) },
    FunctionDefinition(
      "coll.indexOf", .list, "coll.indexOf(list :: LIST<ANY>, value :: ANY) :: INTEGER",
      "The first position of a value in a list, from 0; -1 where it is not.", [.list, .any], gives: .integer
    ) { arguments, _ in
      let position = ListFunctions.elements(arguments[0]).firstIndex { $0.isEqual(arguments[1]) == true }
      return .integer(Int64(position ?? -1))
    },
  ]

  private static func flatten(_ list: [Value], _ depth: Int, into result: inout [Value]) {
    for element in list {
      if depth > 0, case .list(let inner) = element {
        flatten(inner, depth - 1, into: &result)
      } else {
        result.append(element)
      }
    }
  }

  private static let changes: [FunctionDefinition] = [
    FunctionDefinition(
      "coll.insert", .list, "coll.insert(list :: LIST<ANY>, index :: INTEGER, value :: ANY) :: LIST<ANY>",
      "The list with a value put in at a position, from 0.", [.list, .integer, .any], gives: .list, propagatesNull: false
    ) { arguments, _ throws(SinterError) in
      if arguments[0].isNull || arguments[1].isNull { return .null }
      var elements = ListFunctions.elements(arguments[0])
      let index = try index(arguments[1], "coll.insert")
      guard index <= elements.count else { throw beyond("coll.insert", index, elements.count) }
      elements.insert(arguments[2], at: index)
      return .list(elements)
    },
    FunctionDefinition(
      "coll.remove", .list, "coll.remove(list :: LIST<ANY>, index :: INTEGER) :: LIST<ANY>",
      "The list without the element at a position, from 0.", [.list, .integer], gives: .list
    ) { arguments, _ throws(SinterError) in
      var elements = ListFunctions.elements(arguments[0])
      let index = try index(arguments[1], "coll.remove")
      guard index < elements.count else { throw beyond("coll.remove", index, elements.count) }
      elements.remove(at: index)
      return .list(elements)
    },
  ]
}
