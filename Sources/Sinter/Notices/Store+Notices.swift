import SinterExecute
package import SinterLanguage
public import SinterModel
import SinterStorage

extension Store {
  /// Names of labels, relationship types and properties that a statement reads and nothing in the store has.
  ///
  /// Such a statement is right and finds nothing, which is rarely what was meant. Names that the statement itself
  /// makes are not among them.
  /// - Throws: ``SinterError`` when the text is no statement.
  /// - Complexity: O(length of the text × names in the store); no data is read.
  public func notices(for text: String) throws(SinterError) -> [QueryNotice] {
    var uses = NameUses()
    uses.visit(try engine.prepare(text).statement)
    let view = try graph.snapshot()
    var notices: [QueryNotice] = []
    func note(_ names: [Name], known: [String], made: Set<String>, _ subject: (String) -> String) {
      var told: Set<String> = []
      for name in names where !known.contains(name.text) && !made.contains(name.text) && told.insert(name.text).inserted {
        let near = closest(to: name.text, among: known).map { " Did you mean `\($0)`?" } ?? ""
        notices.append(QueryNotice(message: subject(name.text) + near, span: Store.place(of: name, in: text), queryText: text))
      }
    }
    note(uses.labels, known: view.labelNames, made: uses.made) { "No node has the label `\($0)`." }
    note(uses.types, known: view.typeNames, made: uses.made) { "No relationship has the type `\($0)`." }
    note(uses.tests, known: view.labelNames + view.typeNames, made: uses.made) { "Nothing has the label or type `\($0)`." }
    note(uses.keys, known: view.keyNames.filter { !$0.hasPrefix("@") }, made: uses.made) { "Nothing has the property `\($0)`." }
    return notices.sorted { $0.span.start < $1.span.start }
  }

  /// Where a name itself stands: its last occurrence up to the end of the piece of text it was found in.
  private static func place(of name: Name, in text: String) -> SourceSpan {
    let bytes = Array(text.utf8)
    let key = Array(name.text.utf8)
    var start = min(name.span.end, bytes.count) - key.count
    // A name in backticks may be written otherwise than it is; then the piece must do.
    while start >= max(0, name.span.start - 200) {
      if bytes[start..<start + key.count].elementsEqual(key) { return SourceSpan(start: start, end: start + key.count) }
      start -= 1
    }
    return name.span
  }

  /// The parameters a statement names, each once, where it stands first.
  package func parameterUses(in text: String) throws(SinterError) -> [Name] {
    var uses = NameUses()
    uses.visit(try engine.prepare(text).statement)
    var seen: Set<String> = []
    return uses.parameters.filter { seen.insert($0.text).inserted }
  }
}
