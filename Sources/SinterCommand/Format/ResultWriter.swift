import Sinter

/// Writes a result in one of the formats to a sink of texts.
struct ResultWriter {
  var format: OutputFormat
  /// The columns of the terminal; nil to cut nothing.
  var maximumWidth: Int?
  /// Rows after these are counted but not shown; nil to show all.
  var maximumRows: Int?
  var isColoured = false
  var emit: (String) -> Void

  /// What was written.
  struct Outcome {
    var rows = 0
    var shownRows = 0
    var isCut = false
  }

  func write(_ stream: RowStream) throws(SinterError) -> Outcome {
    guard !stream.columns.isEmpty else {
      while try stream.next() != nil {}
      return Outcome()
    }
    switch format {
    case .table: return try writeTable(stream)
    case .markdown: return try writeMarkdown(stream)
    case .json: return try writeJSON(stream)
    case .jsonl: return try writeEach(stream) { ResultWriter.object(stream.columns, $0) + "\n" }
    case .csv:
      emit(ResultWriter.csv(stream.columns))
      return try writeEach(stream) { ResultWriter.csv($0.values.map(ResultWriter.csvField)) }
    case .line: return try writeLines(stream)
    }
  }

  /// Calls `text` with each row to be shown; output is emitted in pieces of some size.
  private func writeEach(_ stream: RowStream, _ text: (Row) -> String) throws(SinterError) -> Outcome {
    var outcome = Outcome()
    var pending = ""
    while let row = try stream.next() {
      outcome.rows += 1
      if let maximumRows, outcome.rows > maximumRows { continue }
      outcome.shownRows += 1
      pending += text(row)
      if pending.utf8.count > 32 << 10 {
        emit(pending)
        pending = ""
      }
    }
    if !pending.isEmpty { emit(pending) }
    return outcome
  }

  private func collect(_ stream: RowStream) throws(SinterError) -> (outcome: Outcome, rows: [[Value]]) {
    var rows: [[Value]] = []
    let quiet = ResultWriter(format: format, maximumRows: maximumRows, emit: { _ in })
    let outcome = try quiet.writeEach(stream) { row in
      rows.append(row.values)
      return ""
    }
    return (outcome, rows)
  }

  private func writeTable(_ stream: RowStream) throws(SinterError) -> Outcome {
    var (outcome, rows) = try collect(stream)
    let layout = TableLayout(columns: stream.columns, rows: rows, maximumWidth: maximumWidth)
    emit(Terminal.styled(layout.header, .bold, isOn: isColoured) + "\n")
    emit(Terminal.styled(layout.rule, .faint, isOn: isColoured) + "\n")
    for row in layout.cells { emit(layout.line(row) + "\n") }
    outcome.isCut = layout.isCut
    return outcome
  }

  private func writeMarkdown(_ stream: RowStream) throws(SinterError) -> Outcome {
    let (outcome, rows) = try collect(stream)
    func line(_ cells: [String]) -> String {
      "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }
    let layout = TableLayout(columns: stream.columns, rows: rows)
    emit(line(layout.columns))
    emit(line(layout.isNumeric.map { $0 ? "---:" : "---" }))
    for row in layout.cells { emit(line(row)) }
    return outcome
  }

  private func writeJSON(_ stream: RowStream) throws(SinterError) -> Outcome {
    emit("[")
    var isFirst = true
    let outcome = try writeEach(stream) { row in
      defer { isFirst = false }
      return (isFirst ? "\n  " : ",\n  ") + ResultWriter.object(stream.columns, row)
    }
    emit(outcome.shownRows == 0 ? "]\n" : "\n]\n")
    return outcome
  }

  private func writeLines(_ stream: RowStream) throws(SinterError) -> Outcome {
    let width = stream.columns.map { TextWidth.of($0) }.max() ?? 0
    var isFirst = true
    return try writeEach(stream) { row in
      defer { isFirst = false }
      let lines = zip(row.columns, row.values).map { name, value in
        "\(TextWidth.padded(name, to: width, onLeft: true)) = \(TableLayout.cell(value))\n"
      }
      return (isFirst ? "" : "\n") + lines.joined()
    }
  }

  private static func object(_ columns: [String], _ row: Row) -> String {
    var writer = JSONWriter()
    writer.raw("{")
    var isFirst = true
    for (name, value) in zip(columns, row.values) {
      writer.comma(unlessFirst: &isFirst)
      writer.name(name)
      writer.value(value)
    }
    writer.raw("}")
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// A text as it is; null is empty; lists, maps and elements are JSON.
  static func csvField(_ value: Value) -> String {
    switch value {
    case .null: return ""
    case .list, .map, .node, .relationship, .path:
      var writer = JSONWriter()
      writer.value(value)
      return String(decoding: writer.bytes, as: UTF8.self)
    default: return value.displayText
    }
  }

  /// One record, RFC 4180: fields with a delimiter, a quote or a line break stand in quotes.
  static func csv(_ fields: [String]) -> String {
    fields.map { field in
      let needsQuotes = field.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
      return needsQuotes ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
    }.joined(separator: ",") + "\n"
  }
}
