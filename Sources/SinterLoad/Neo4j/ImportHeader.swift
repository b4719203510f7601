import SinterModel

/// One column of a file with a Neo4j-import header: `name:type`, `id:ID(space)`, `:LABEL`, ….
struct ImportColumn {
  enum Role: Equatable {
    case id(space: String)
    case label
    case start(space: String)
    case end(space: String)
    case type
    case property(ValueType)
    case ignored
  }
  /// The property's name; empty where the column is none.
  var name: String
  var role: Role
  /// The column as the header writes it.
  var text: String

  private static let types: [String: ValueType] = [
    "string": .string, "char": .string, "int": .integer, "long": .integer, "short": .integer, "byte": .integer,
    "integer": .integer,
    "float": .float, "double": .float, "boolean": .boolean, "date": .date, "localtime": .localTime, "time": .time,
    "localdatetime": .localDateTime, "datetime": .dateTime, "duration": .duration, "json": .json,
  ]

  /// - Throws: `LoadError.Manifest` for a type that does not exist.
  init(_ text: String, file: String) throws(SinterError) {
    self.text = text
    let colon = text.lastIndex(of: ":")
    name = colon.map { String(text[..<$0]) } ?? text
    var type = colon.map { String(text[text.index(after: $0)...]) } ?? "string"
    // Options in braces behind the type, as in `:datetime{timezone: …}`, change nothing here.
    if let brace = type.firstIndex(of: "{") { type = String(type[..<brace]) }
    var space = ""
    if let open = type.firstIndex(of: "("), type.last == ")" {
      space = String(type[type.index(after: open)...].dropLast())
      type = String(type[..<open])
    }
    switch type.uppercased() {
    case "ID": role = .id(space: space)
    case "LABEL": role = .label
    case "START_ID": role = .start(space: space)
    case "END_ID": role = .end(space: space)
    case "TYPE": role = .type
    case "IGNORE": role = .ignored
    default:
      let isList = type.hasSuffix("[]")
      let element = isList ? String(type.dropLast(2)) : type
      guard let known = Self.types[element.lowercased()] else {
        throw LoadFailure.manifest(
          "`\(file)`, line 1: the column `\(text)` has the unknown type `\(type)`."
            + "\(suggestion(for: element, in: Self.types.keys.sorted()))")
      }
      guard !name.isEmpty else { throw LoadFailure.manifest("`\(file)`, line 1: the column `\(text)` has no name.") }
      role = .property(isList ? .list(known) : known)
    }
  }
}
