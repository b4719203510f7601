import SinterModel
import SinterPlan

/// LOAD CSV: for each row, the records of a file, a batch of them at a time.
final class LoadCSVOperator: UnaryOperator {
  private let source: CSVSource
  private let rows: RowBuilder
  private let evaluator: Evaluator
  private let positions: (row: Int?, file: Int?, line: Int?)
  /// The input's rows at hand, and where their files are.
  private var outer: (batch: Batch, urls: Vector)?
  private var row = 0
  private var open: OpenFile?

  /// A batch ends with this much text, so that long records do not fill the memory.
  private static let batchBytes = 1 << 20

  private struct OpenFile {
    var records: any DelimitedRecords
    var path: String
    /// The columns' names, by WITH HEADERS; nil for a column that has none.
    var headers: [String?]?
  }

  init(_ plan: LogicalPlan, _ input: Operator, _ source: CSVSource) {
    self.source = source
    rows = RowBuilder(plan.outputs, from: input.layout)
    evaluator = Evaluator(input.layout, input.context)
    let layout = Layout(plan.outputs)
    positions = (layout[source.row], layout[source.file], layout[source.line])
    super.init(plan, input)
  }

  override func next() throws -> Batch? {
    while true {
      if let file = open, let outer {
        if let batch = try evaluator.located(source.spot, { try read(file, outer.batch) }) { return batch }
        open = nil
        row += 1
      }
      guard let outer, row < outer.batch.count else {
        guard let batch = try input.pull() else { return nil }
        self.outer = (batch, try evaluator.evaluate(source.url, batch))
        row = 0
        continue
      }
      open = try evaluator.located(source.spot) { try openFile(outer.urls[row]) }
    }
  }

  private func openFile(_ url: Value) throws -> OpenFile {
    guard let files = context.extensions.files else {
      throw SinterError(
        "FeatureError.NotAvailable", "This store was opened without LOAD CSV; pass the rows as a parameter to UNWIND.")
    }
    guard case .string(let text) = url else {
      throw SinterError("TypeError.InvalidArgumentType", "LOAD CSV reads the file that a string names, not \(url.typePhrase).")
    }
    let location = try FileLocation(text)
    let records = try files.openDelimited(location.path, fieldTerminator: source.fieldTerminator)
    var file = OpenFile(records: records, path: location.absolutePath)
    if source.withHeaders { file.headers = try records.next() ?? [] }
    return file
  }

  /// The next records of the file, each beside the row that asked for it; nil at its end.
  private func read(_ file: OpenFile, _ outer: Batch) throws -> Batch? {
    var values: [Value] = []
    var lines: [Int64] = []
    var bytes = 0
    while values.count < context.options.batchSize, bytes < Self.batchBytes, let fields = try file.records.next() {
      for field in fields { bytes += 32 + (field?.utf8.count ?? 0) }
      values.append(value(fields, file.headers))
      lines.append(Int64(file.records.line))
    }
    if values.isEmpty { return nil }
    var new: [(Int, Vector)] = []
    if let position = positions.row { new.append((position, .values(values))) }
    if let position = positions.file { new.append((position, .constant(.string(file.path), count: values.count))) }
    if let position = positions.line { new.append((position, .integers(lines))) }
    return rows.batch(outer, parents: [Int32](repeating: Int32(row), count: values.count), new: new)
  }

  /// A record: a list of its fields, or a map by the headers, in which missing fields are null and further ones left out.
  private func value(_ fields: [String?], _ headers: [String?]?) -> Value {
    guard let headers else { return .list(fields.map { $0.map { .string($0) } ?? .null }) }
    var entries: [String: Value] = [:]
    for (position, header) in headers.enumerated() {
      guard let header else { continue }
      let field = position < fields.count ? fields[position] : nil
      entries[header] = field.map { .string($0) } ?? .null
    }
    return .map(entries)
  }

  override func reset() {
    outer = nil
    open = nil
    row = 0
    super.reset()
  }
}
