package import SinterModel

/// What a search index is made of. Raw values are part of the file format.
package enum SearchIndexKind: UInt8, Sendable {
  case vector = 0
  case fulltext = 1
}

/// The definition of a vector or full-text index.
package struct SearchIndexDescriptor: Hashable, Sendable {
  package var id: UInt32
  package var name: String
  package var kind: SearchIndexKind
  package var entity: EntityKind
  /// Elements with any of these labels or types are in the index.
  package var labels: [String]
  package var keys: [String]
  /// Properties named for filters (`WITH [n.a]`); any predicate can be used whether or not it is named.
  package var filterKeys: [String]
  /// Settings by name, scalars and flat lists.
  package var options: [String: Value]
  package init(
    id: UInt32, name: String, kind: SearchIndexKind, entity: EntityKind, labels: [String], keys: [String],
    filterKeys: [String] = [], options: [String: Value]
  ) {
    self.id = id
    self.name = name
    self.kind = kind
    self.entity = entity
    self.labels = labels
    self.keys = keys
    self.filterKeys = filterKeys
    self.options = options
  }
}

/// A search index in the catalogue: its definition, and what may have changed since its base was built.
///
/// The base, a blob, is built from a snapshot by the layer above; whatever may differ from it since is named by
/// ``changes``, so that a snapshot's answer is always that of its own data.
package struct SearchIndexEntry: Sendable, Equatable {
  package var descriptor: SearchIndexDescriptor
  /// The commit that the base shows; nil while there is no base that may be used.
  package var baseSequence: UInt64?
  /// Goes up when all that is known of the elements is void: after a bulk load.
  package var epoch: UInt32 = 0
  /// What may differ from the base, or from the index' creation where there is none.
  package var changes = SearchChanges()
  /// The numbers of the definition's names.
  var labelIDs: [UInt32] = []
  var keyIDs: [UInt32] = []

  init(_ descriptor: SearchIndexDescriptor) { self.descriptor = descriptor }

  /// The blob with the base.
  package var blobName: String { SearchIndexEntry.blobName(descriptor.id) }
  package static func blobName(_ id: UInt32) -> String { "search/\(id)" }

  mutating func resolve(_ catalog: Catalog) {
    labelIDs = descriptor.labels.compactMap { label in
      descriptor.entity == .node ? catalog.labelID(label)?.rawValue : catalog.typeID(label)?.rawValue
    }
    keyIDs = descriptor.keys.compactMap { catalog.keyID($0)?.rawValue }
  }
}

/// Ids of elements that may have changed, with the commit that did it; commits ascend.
package struct SearchChanges: Sendable, Equatable {
  package struct Commit: Sendable, Equatable {
    package var sequence: UInt64
    package var ids: [UInt32]
  }
  package private(set) var commits: [Commit] = []

  package var isEmpty: Bool { commits.isEmpty }
  /// Ids noted, repeats counted.
  package var count: Int { commits.reduce(0) { $0 + $1.ids.count } }

  mutating func note(_ id: UInt32, at sequence: UInt64) {
    guard let last = commits.indices.last, commits[last].sequence == sequence else {
      commits.append(Commit(sequence: sequence, ids: [id]))
      return
    }
    if commits[last].ids.last != id { commits[last].ids.append(id) }
  }

  /// The ids of commits after `sequence`, in order of change, repeats among them.
  package func ids(after sequence: UInt64) -> [UInt32] {
    var ids: [UInt32] = []
    for commit in commits.reversed() {
      if commit.sequence <= sequence { break }
      ids.append(contentsOf: commit.ids)
    }
    return ids
  }

  /// Forgets what a base that shows `sequence` has.
  mutating func drop(through sequence: UInt64) { commits.removeAll { $0.sequence <= sequence } }

  /// Makes one commit of all: it names a few ids too many to a base that is being built, which does no harm.
  mutating func merge() {
    guard let last = commits.last else { return }
    commits = [Commit(sequence: last.sequence, ids: Array(Set(commits.flatMap(\.ids))).sorted())]
  }

  mutating func add(_ commit: Commit) { commits.append(commit) }
}

// MARK: The catalogue's list

extension Catalog {
  package func searchIndex(named name: String) -> SearchIndexEntry? { searchIndexes.first { $0.descriptor.name == name } }
  package func searchIndex(_ id: UInt32) -> SearchIndexEntry? { searchIndexes.first { $0.descriptor.id == id } }

  mutating func addSearchIndex(_ descriptor: SearchIndexDescriptor) {
    var entry = SearchIndexEntry(descriptor)
    entry.resolve(self)
    searchIndexes.append(entry)
    nextIndexID = max(nextIndexID, descriptor.id &+ 1)
  }

  mutating func removeSearchIndex(named name: String) { searchIndexes.removeAll { $0.descriptor.name == name } }

  /// The index' blob now holds a base that shows `sequence`.
  mutating func coverSearchIndex(_ id: UInt32, through sequence: UInt64) {
    guard let position = searchIndexes.firstIndex(where: { $0.descriptor.id == id }) else { return }
    searchIndexes[position].baseSequence = sequence
    searchIndexes[position].changes.drop(through: sequence)
  }

  /// No base shows what the store holds any longer; for those who change columns past ``Change``.
  package mutating func invalidateSearchBases() {
    for position in searchIndexes.indices {
      searchIndexes[position].baseSequence = nil
      searchIndexes[position].epoch &+= 1
      searchIndexes[position].changes = SearchChanges()
      searchIndexes[position].resolve(self)
    }
  }

  mutating func mergeSearchChanges() {
    for position in searchIndexes.indices { searchIndexes[position].changes.merge() }
  }

  // MARK: Changes as they are carried out

  /// A property of an element was set or removed.
  mutating func noteSearchChange(_ entity: EntityKind, key: UInt32, _ id: UInt32, at sequence: UInt64) {
    for position in searchIndexes.indices
    where searchIndexes[position].descriptor.entity == entity && searchIndexes[position].keyIDs.contains(key) {
      searchIndexes[position].changes.note(id, at: sequence)
    }
  }

  /// A node's labels are others now.
  mutating func noteSearchChange(labelSet from: UInt32, to: UInt32, _ id: UInt32, at sequence: UInt64) {
    for position in searchIndexes.indices where searchIndexes[position].descriptor.entity == .node {
      let labels = searchIndexes[position].labelIDs
      func covers(_ set: UInt32) -> Bool { labelSets[Int(set)].contains { labels.contains($0.rawValue) } }
      if covers(from) != covers(to) { searchIndexes[position].changes.note(id, at: sequence) }
    }
  }
}

// MARK: Coding

extension Catalog {
  static func append(_ index: SearchIndexDescriptor, to writer: inout ByteWriter) {
    writer.append(index.id)
    writer.append(index.name)
    writer.append(index.kind.rawValue)
    writer.append(index.entity.rawValue)
    for names in [index.labels, index.keys, index.filterKeys] {
      writer.appendVarint(names.count)
      for name in names { writer.append(name) }
    }
    writer.appendVarint(index.options.count)
    for option in index.options.sorted(by: { $0.key < $1.key }) {
      writer.append(option.key)
      ValueCodec.append(option.value, to: &writer)
    }
  }

  static func readSearchIndex(_ reader: inout ByteReader) throws(DecodeFailure) -> SearchIndexDescriptor {
    let id = try reader.read(UInt32.self)
    let name = try reader.readString()
    guard let kind = SearchIndexKind(rawValue: try reader.read()), let entity = EntityKind(rawValue: try reader.read()) else {
      throw DecodeFailure()
    }
    var names: [[String]] = []
    for _ in 0..<3 {
      var list: [String] = []
      for _ in 0..<(try reader.readCount()) { list.append(try reader.readString()) }
      names.append(list)
    }
    var options: [String: Value] = [:]
    for _ in 0..<(try reader.readCount()) {
      let key = try reader.readString()
      options[key] = try ValueCodec.read(&reader)
    }
    return SearchIndexDescriptor(
      id: id, name: name, kind: kind, entity: entity, labels: names[0], keys: names[1], filterKeys: names[2], options: options)
  }

  func appendSearchIndexes(to writer: inout ByteWriter) {
    writer.appendVarint(searchIndexes.count)
    for entry in searchIndexes {
      Catalog.append(entry.descriptor, to: &writer)
      writer.append(UInt8(entry.baseSequence == nil ? 0 : 1))
      writer.append(entry.baseSequence ?? 0)
      writer.append(entry.epoch)
      writer.appendVarint(entry.changes.commits.count)
      for commit in entry.changes.commits {
        writer.append(commit.sequence)
        writer.appendVarint(commit.ids.count)
        for id in commit.ids { writer.append(id) }
      }
    }
  }

  mutating func readSearchIndexes(_ reader: inout ByteReader) throws(DecodeFailure) {
    for _ in 0..<(try reader.readCount()) {
      var entry = SearchIndexEntry(try Catalog.readSearchIndex(&reader))
      let hasBase = try reader.read(UInt8.self) == 1
      let sequence = try reader.read(UInt64.self)
      entry.baseSequence = hasBase ? sequence : nil
      entry.epoch = try reader.read()
      for _ in 0..<(try reader.readCount()) {
        var commit = SearchChanges.Commit(sequence: try reader.read(), ids: [])
        let count = try reader.readCount(itemByteCount: 4)
        commit.ids.reserveCapacity(count)
        for _ in 0..<count { commit.ids.append(try reader.read()) }
        entry.changes.add(commit)
      }
      entry.resolve(self)
      searchIndexes.append(entry)
    }
  }
}
