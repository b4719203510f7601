import ArgumentParser

/// How rows are written.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  /// Aligned columns for people.
  case table
  /// One JSON array of objects.
  case json
  /// A JSON object on a line for each row.
  case jsonl
  /// RFC 4180, with a header; null is an empty field.
  case csv
  /// `column = value`, an empty line between rows.
  case line
  /// A Markdown table.
  case markdown

  static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
