internal import SinterAnalysis
internal import SinterModel
internal import SinterStorage

/// The settings of a full-text index.
enum TextOptions {
  static let analyzerKey = "fulltext.analyzer"
  /// Neo4j's: here an index is never behind its data, whatever this says.
  private static let consistencyKey = "fulltext.eventually_consistent"

  /// The analyser of a definition that was checked.
  static func analyzer(_ index: SearchIndexDescriptor) throws(SinterError) -> Analyzer {
    guard case .string(let name)? = index.options[analyzerKey] else { return try Analyzer.named(nil) }
    return try Analyzer.named(name)
  }

  static func checked(_ given: [String: Value], for index: SearchIndexDescriptor) throws(SinterError) -> [String: Value] {
    var checked: [String: Value] = [analyzerKey: .string(Analyzer.defaultName)]
    guard index.keys.count <= TextLayout.fieldLimit else {
      throw SinterError(
        "SchemaError.IndexOption", "A full-text index covers at most \(TextLayout.fieldLimit) properties; this one names \(index.keys.count).")
    }
    for (key, value) in given.sorted(by: { $0.key < $1.key }) {
      switch key {
      case analyzerKey:
        guard case .string(let name) = value else { throw wrong("`\(key)` takes the name of an analyser") }
        do {
          checked[key] = .string(try Analyzer.named(name).name)
        } catch {
          throw SinterError("SchemaError.IndexOption", error.message)
        }
      case consistencyKey:
        guard case .boolean = value else { throw wrong("`\(key)` takes true or false") }
      default:
        let advice = closest(to: key, among: [analyzerKey]).map { "Did you mean `\($0)`?" } ?? "There is `\(analyzerKey)`."
        throw SinterError("SchemaError.IndexOption", "A full-text index has no setting `\(key)`. \(advice)")
      }
    }
    return checked
  }

  private static func wrong(_ message: String) -> SinterError { SinterError("SchemaError.IndexOption", message + ".") }
}
