package import SinterModel

/// Names and their dense ids, in order of first appearance.
package struct Vocabulary: Sendable {
  package private(set) var names: [String] = []
  private var ids: [String: UInt32] = [:]

  package init() {}

  package var count: Int { names.count }

  /// The id of a name, or nil.
  package func id(of name: String) -> UInt32? { ids[name] }

  /// The id of a name, new where it is not known yet.
  package mutating func intern(_ name: String) -> UInt32 {
    if let id = ids[name] { return id }
    let id = UInt32(names.count)
    names.append(name)
    ids[name] = id
    return id
  }
}

/// Reads triples as lines of head, relation and tail, separated by tabs.
package struct TripleReader: Sendable {
  package private(set) var entities = Vocabulary()
  package private(set) var relations = Vocabulary()

  package init() {}

  /// Parses a whole file, adding names to the vocabularies. Empty lines are skipped; lines may end in CR LF and a
  /// byte order mark may stand in front.
  /// - Parameter name: the file's name, for errors.
  /// - Throws: `LearnError.BadTriples` with the file's name and the line's number, where a line has not three
  ///   non-empty columns or is not UTF-8.
  package mutating func read(_ bytes: [UInt8], name: String) throws(SinterError) -> TripleSet {
    var triples = TripleSet()
    var start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    var line = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      line += 1
      var content = bytes[start..<end]
      if content.last == UInt8(ascii: "\r") { content.removeLast() }
      start = end + 1
      if content.isEmpty { continue }
      let columns = content.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      guard columns.count == 3, columns.allSatisfy({ !$0.isEmpty }) else {
        throw SinterError(
          "LearnError.BadTriples",
          "\(name), line \(line): expected head, relation and tail separated by tabs, found \(columns.count) "
            + "column\(columns.count == 1 ? "" : "s")\(columns.count == 3 ? " of which one is empty" : "").")
      }
      guard let head = String(validating: columns[0], as: UTF8.self),
        let relation = String(validating: columns[1], as: UTF8.self),
        let tail = String(validating: columns[2], as: UTF8.self)
      else {
        throw SinterError("LearnError.BadTriples", "\(name), line \(line): the text is not valid UTF-8.")
      }
      triples.append(
        head: entities.intern(head), relation: relations.intern(relation), tail: entities.intern(tail))
    }
    return triples
  }
}
