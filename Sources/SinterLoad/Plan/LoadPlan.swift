import SinterModel

/// What to load from which files: the loader's input, made from a manifest or from a folder of
/// files with Neo4j-import headers.
package struct LoadPlan: Sendable {
  package var name: String
  package var summary: String
  var sources: [SourcePlan]
  var indexes: [IndexPlan]
  /// The files read, in order, for messages and progress.
  package var files: [String] { sources.map(\.path) }
}

/// One file and what its rows become.
struct SourcePlan: Sendable {
  enum Header: Sendable {
    /// The first record names the columns; with `typed`, `:type` suffixes are cut off.
    case named(typed: Bool)
    case none(columns: [String])
  }
  var path: String
  /// The path as the manifest gives it.
  var displayName: String
  /// Where the manifest speaks of it, for errors: `file:line:column`.
  var mark: String
  var format = RecordFormat()
  var header = Header.named(typed: false)
  var nullTexts: [[UInt8]] = [[]]
  /// Whether an empty field in quotes is an empty text although an empty field is null.
  var quotedIsNeverNull = false
  var filter: Filter?
  var nodes: [NodePlan] = []
  var relationships: [RelationshipPlan] = []
}

/// What happens to a second row of the same node id.
enum NodeDuplicates: String, Sendable, CaseIterable {
  case first, last, error
}

enum RelationshipDuplicates: String, Sendable, CaseIterable {
  case keep, count, last, first
}

enum MissingNode: String, Sendable, CaseIterable {
  case create, reject, skip
}

/// A row's column cut into pieces; `{piece}` stands for one of them in templates.
struct SplitPlan: Sendable {
  var column: String
  var separator: [UInt8]
}

struct NodePlan: Sendable {
  var labels: [String]
  /// A column with further labels, and what separates them.
  var labelColumn: SplitPlan?
  /// Ids are unique within a space; by default the first label.
  var space: String
  var id: Template
  /// The property that holds the id; nil stores none.
  var key: String?
  var isIntegerID = false
  var properties: [PropertyPlan] = []
  var condition: Filter?
  var split: SplitPlan?
  var duplicates = NodeDuplicates.first
  var mark: String
}

struct EndPlan: Sendable {
  /// The label of nodes that `missing: create` makes.
  var label: String?
  var space: String
  var id: Template
}

struct RelationshipPlan: Sendable {
  var type: Template
  var from: EndPlan
  var to: EndPlan
  var missing = MissingNode.reject
  var properties: [PropertyPlan] = []
  var duplicates = RelationshipDuplicates.keep
  /// The property that counts merged rows.
  var countKey: String?
  var condition: Filter?
  var split: SplitPlan?
  var mark: String
}

struct PropertyPlan: Sendable {
  enum Source: Sendable {
    case column(String)
    case value(Value)
    case template(Template)
  }
  var name: String
  var source: Source
  var type = ValueType.string
  /// Between the elements of a list.
  var separator: [UInt8] = [UInt8(ascii: ";")]
  var format: TemporalFormat?
  var mark: String
}

struct IndexPlan: Sendable, Hashable {
  var entity = EntityKind.node
  var label: String
  var keys: [String]
  var isUnique: Bool
}

/// The type a text is read as.
indirect enum ValueType: Sendable, Hashable {
  case string, integer, float, boolean
  case date, localDateTime, dateTime, localTime, time, duration
  /// Any storable value, in the notation ``ValueNotation`` describes.
  case json
  case list(ValueType)

  /// The type's name in a manifest.
  var name: String {
    switch self {
    case .string: "string"
    case .integer: "integer"
    case .float: "float"
    case .boolean: "boolean"
    case .date: "date"
    case .localDateTime: "localdatetime"
    case .dateTime: "datetime"
    case .localTime: "localtime"
    case .time: "time"
    case .duration: "duration"
    case .json: "json"
    case .list(let element): "list<\(element.name)>"
    }
  }

  static let scalarNames = [
    "string", "integer", "float", "boolean", "date", "localdatetime", "datetime", "localtime", "time", "duration", "json",
  ]

  init?(name: String) {
    let scalars: [ValueType] = [
      .string, .integer, .float, .boolean, .date, .localDateTime, .dateTime, .localTime, .time, .duration, .json,
    ]
    if let scalar = scalars.first(where: { $0.name == name }) {
      self = scalar
    } else if name.hasPrefix("list<"), name.hasSuffix(">"),
      let element = scalars.first(where: { $0.name == name.dropFirst(5).dropLast() })
    {
      self = .list(element)
    } else {
      return nil
    }
  }

  var isTemporal: Bool {
    switch self {
    case .date, .localDateTime, .dateTime, .localTime, .time, .duration: true
    case .list(let element): element.isTemporal
    default: false
    }
  }
}
