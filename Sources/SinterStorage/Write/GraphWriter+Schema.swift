package import SinterModel

extension GraphWriter {
  // MARK: Schema: builds from the data seen by `view`

  /// Adds an index; its id is given out here.
  /// - Throws: `SchemaError.AlreadyExists`, `ConstraintValidationFailed.NotUnique`.
  /// - Complexity: O(elements with the label + *n* log *n*) for *n* entries
  package func createIndex(_ index: IndexDescriptor) throws(SinterError) {
    try checkNameIsFree(index.name)
    var descriptor = index
    descriptor.id = view.overlay.catalog.nextIndexID
    try resolveNames(descriptor.entity, descriptor.label, descriptor.keys)
    guard let resolved = WriterSchema.resolve(descriptor, view.overlay.catalog) else {
      preconditionFailure("names were just added")
    }
    var entries = IndexEntries()
    try forEachElement(resolved.descriptor.entity, resolved.label) { (id) throws(SinterError) in
      if let key = try indexKey(resolved, id) { entries.append(key, id) }
    }
    entries.sort()
    let doubtful = descriptor.isUnique ? try checkUnique(entries, resolved) : []
    let column = ColumnKey(.index, descriptor.id)
    putColumns.append(column)
    var builder = IndexBlockBuilder(index: descriptor.id)
    try entries.forEach { (key, element) throws(SinterError) in
      if let block = builder.append(Array(key), element) { try transaction.put(block) }
    }
    if let block = builder.finish() { try transaction.put(block) }
    try perform(
      .createIndex(descriptor, blocks: UInt32(builder.blockCount), distinctKeys: UInt32(clamping: builder.distinctKeyCount)))
    schema = WriterSchema(catalog: view.overlay.catalog)
    for element in doubtful {
      if let other = try otherElement(in: resolved, like: element) { throw notUnique(resolved, element, other) }
    }
  }

  /// - Throws: `SchemaError.NotFound`; `SchemaError.InUse` when a constraint owns the index.
  package func dropIndex(named name: String) throws(SinterError) {
    guard let index = view.overlay.catalog.index(named: name) else {
      throw SinterError("SchemaError.NotFound", "There is no index `\(name)`.")
    }
    if let constraint = index.constraint {
      throw SinterError("SchemaError.InUse", "Index `\(name)` belongs to constraint `\(constraint)`: drop the constraint.")
    }
    try drop(index)
  }

  /// A unique or key constraint makes its own index.
  /// - Throws: `SchemaError.AlreadyExists`, `ConstraintValidationFailed.…` when data there is breaks it.
  package func createConstraint(_ constraint: ConstraintDescriptor) throws(SinterError) {
    try checkNameIsFree(constraint.name)
    try resolveNames(constraint.entity, constraint.label, constraint.keys)
    if constraint.kind == .unique || constraint.kind == .key {
      try createIndex(
        IndexDescriptor(
          id: 0, name: constraint.name, entity: constraint.entity, label: constraint.label, keys: constraint.keys,
          isUnique: true, constraint: constraint.name))
    }
    try perform(.createConstraint(constraint))
    schema = WriterSchema(catalog: view.overlay.catalog)
    guard constraint.kind != .unique, let resolved = schema.constraints.first(where: { $0.descriptor.name == constraint.name })
    else { return }
    try forEachElement(constraint.entity, resolved.label) { (id) throws(SinterError) in try check(resolved, id) }
  }

  package func dropConstraint(named name: String) throws(SinterError) {
    guard view.overlay.catalog.constraints.contains(where: { $0.name == name }) else {
      throw SinterError("SchemaError.NotFound", "There is no constraint `\(name)`.")
    }
    for index in view.overlay.catalog.indexes where index.constraint == name { try drop(index) }
    try perform(.dropConstraint(name: name))
    schema = WriterSchema(catalog: view.overlay.catalog)
  }

  // MARK: Parts

  private func drop(_ index: IndexDescriptor) throws(SinterError) {
    droppedColumns.append(ColumnKey(.index, index.id))
    try perform(.dropIndex(name: index.name))
    schema = WriterSchema(catalog: view.overlay.catalog)
  }

  func checkNameIsFree(_ name: String) throws(SinterError) {
    let catalog = view.overlay.catalog
    guard catalog.index(named: name) == nil, catalog.searchIndex(named: name) == nil,
      !catalog.constraints.contains(where: { $0.name == name }) else {
      throw SinterError("SchemaError.AlreadyExists", "There is an index or constraint `\(name)` already: choose another name.")
    }
  }

  /// Gives numbers to names that no data has used yet, so that later data finds the index.
  func resolveNames(_ entity: EntityKind, _ label: String, _ keys: [String]) throws(SinterError) {
    switch entity {
    case .node: _ = try self.label(label)
    case .relationship: _ = try type(label)
    }
    for key in keys { _ = try self.key(key) }
  }

  /// - Returns: Elements whose keys are cut short and equal: their values must be compared.
  private func checkUnique(_ entries: IndexEntries, _ index: WriterSchema.Index) throws(SinterError) -> [UInt32] {
    var last: (key: UnsafeRawBufferPointer, element: UInt32)?
    var doubtful: [UInt32] = []
    try entries.forEach { (key, element) throws(SinterError) in
      defer { last = (key, element) }
      guard let last, compareKeys(last.key, key) == 0 else { return }
      guard IndexKey.isTruncated(Array(key)) else { throw notUnique(index, last.element, element) }
      doubtful.append(element)
    }
    return doubtful
  }

  private func notUnique(_ index: WriterSchema.Index, _ a: UInt32, _ b: UInt32) -> SinterError {
    SinterError(
      "ConstraintValidationFailed.NotUnique",
      """
      \(index.descriptor.entity == .node ? "Nodes" : "Relationships") \(a) and \(b) with `\(index.descriptor.label)` \
      have the same \
      \(index.descriptor.keys.map { "`\($0)`" }.joined(separator: ", ")), so `\(index.descriptor.name)` cannot be created.
      """)
  }

  /// Calls `body` with every live element that has the label or type.
  private func forEachElement(
    _ entity: EntityKind, _ label: UInt32, _ body: (UInt32) throws(SinterError) -> Void
  ) throws(SinterError) {
    let limit = entity == .node ? view.nodeIDLimit : view.relationshipIDLimit
    var first: UInt32 = 0
    var ids: [UInt32] = []
    while first < limit {
      let end = limit - first > UInt32(segmentLength) ? first + UInt32(segmentLength) : limit
      ids.removeAll(keepingCapacity: true)
      switch entity {
      case .node: try view.scanNodes(first..<end, labels: [LabelID(label)], into: &ids)
      case .relationship: try view.scanRelationships(first..<end, types: [TypeID(label)], into: &ids)
      }
      for id in ids { try body(id) }
      first = end
    }
  }
}
