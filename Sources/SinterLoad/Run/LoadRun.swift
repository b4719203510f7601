import SinterModel
import SinterStorage

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One load: reads nodes, then relationships, then builds the store.
final class LoadRun {
  let storePath: String
  let options: LoadOptions
  let threads: Int
  let isCancelled: @Sendable () -> Bool
  private(set) var indexes: [IndexPlan]
  private(set) var bound: [BoundSource] = []
  var spaces: [IDSpace] = []
  private var spaceNumbers: [String: Int] = [:]
  var labelSets = LabelSetTable()
  var sinks: [RelationshipSink] = []
  private var sinkNumbers: [SinkKey: Int] = [:]
  let memory: LoadMemory
  private let rejects: RejectFile
  private var rejectedLines: [Int: Set<Int>] = [:]
  var summary = LoadSummary()
  private let startSeconds = monotonicSeconds()

  /// A mapping is known by its place in the manifest: that of a pattern of files is one for all of them.
  private struct SinkKey: Hashable {
    var mark: String
    var type: String
  }

  init(
    _ plan: LoadPlan, storePath: String, options: LoadOptions, isCancelled: @escaping @Sendable () -> Bool
  ) throws(SinterError) {
    self.storePath = storePath
    self.options = options
    self.isCancelled = isCancelled
    threads = options.threads > 0 ? options.threads : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    memory = LoadMemory(budgetBytes: options.memoryBudgetBytes, storePath: storePath)
    rejects = RejectFile(path: options.rejectPath ?? storePath + ".rejects.csv")
    let prepared = PlanPreparation.prepare(plan)
    indexes = prepared.indexes
    for source in prepared.sources { bound.append(try BoundSource(source)) }
  }

  func run(_ progress: @escaping (LoadProgress) -> Void) throws -> LoadSummary {
    GraphStore.removeLoadLeftovers(of: storePath)
    let result: LoadSummary
    var status = stat()
    if stat(storePath, &status) == 0 {
      result = try runInto(GraphStore(path: storePath, options: LoadRun.existingOptions), progress)
    } else {
      result = try run(LoadTarget(path: storePath, existing: nil), progress)
    }
    return result
  }

  private static var existingOptions: GraphStore.Options {
    var options = GraphStore.Options()
    options.createIfMissing = false
    return options
  }

  /// Runs in the store's write transaction, so that nothing else is written between reading what the store has and adding
  /// to it.
  private func runInto(_ store: GraphStore, _ progress: @escaping (LoadProgress) -> Void) throws -> LoadSummary {
    // The calling thread does it or waits for the one that does.
    nonisolated(unsafe) let run = self
    nonisolated(unsafe) let progress = progress
    try store.bulkWrite(isCancelled: isCancelled) { (transaction) throws(SinterError) in
      do {
        _ = try run.run(LoadTarget(path: run.storePath, existing: transaction), progress)
      } catch let error as SinterError {
        throw error
      } catch {
        throw LoadFailure.io("The load failed: \(error)")
      }
    }
    return summary
  }

  private func run(_ target: LoadTarget, _ progress: (LoadProgress) -> Void) throws -> LoadSummary {
    try prepareSpaces(target)
    try readPass(.nodes, progress)
    for index in spaces.indices { try spaces[index].spill(to: memory.file, isLast: true) }
    try readPass(.relationships, progress)
    try mergeDuplicates()
    for index in sinks.indices where sinks[index].isSpilled { try sinks[index].spill(to: memory.file()) }
    memory.heldBytes = spaces.reduce(0) { $0 + $1.residentBytes } + sinks.reduce(0) { $0 + $1.residentBytes }
    report(.building, 0.75, progress)
    try target.build(self) { [self] fraction in
      guard !isCancelled() else { throw LoadFailure.cancelled() }
      report(.building, 0.75 + 0.2 * fraction, progress)
    } syncing: { [self] in
      report(.syncing, 0.96, progress)
    }
    try rejects.close()
    summary.rejects = rejects.count
    summary.rejectsByReason = rejects.countsByReason
    summary.rejectPath = rejects.count > 0 ? rejects.path : nil
    summary.seconds = monotonicSeconds() - startSeconds
    var status = stat()
    if stat(storePath, &status) == 0 { summary.storeSizeBytes = Int(status.st_size) }
    return summary
  }

  private func report(_ phase: LoadProgress.Phase, _ fraction: Double, _ progress: (LoadProgress) -> Void) {
    progress(
      LoadProgress(
        phase: phase, fraction: fraction, rows: summary.rows, nodes: spaces.reduce(0) { $0 + $1.count },
        relationships: sinks.reduce(0) { $0 + $1.count }, rejects: rejects.count, seconds: monotonicSeconds() - startSeconds))
  }

  // MARK: Spaces

  func spaceNumber(_ name: String) -> Int {
    if let number = spaceNumbers[name] { return number }
    spaceNumbers[name] = spaces.count
    spaces.append(IDSpace(name: name))
    return spaces.count - 1
  }

  /// The label, id property and space of nodes that may be in the store already.
  var spaceKeys: [(label: String, key: String, space: String)] {
    var keys: [(label: String, key: String, space: String)] = []
    for node in bound.flatMap(\.plan.nodes) {
      guard let label = node.labels.first, let key = node.key, !keys.contains(where: { $0 == (label, key, node.space) }) else {
        continue
      }
      keys.append((label, key, node.space))
    }
    for end in bound.flatMap(\.plan.relationships).flatMap({ [$0.from, $0.to] }) {
      guard let label = end.label, !keys.contains(where: { $0.space == end.space }) else { continue }
      keys.append((label, "id", end.space))
    }
    return keys
  }

  /// Makes every space that the plan speaks of, with the ids the store already has.
  private func prepareSpaces(_ target: LoadTarget) throws {
    var mapped: Set<String> = []
    for node in bound.flatMap(\.plan.nodes) {
      let number = spaceNumber(node.space)
      if node.isIntegerID { spaces[number].isInteger = true }
      mapped.insert(node.space)
    }
    try target.readExistingIDs(self)
    for relationship in bound.flatMap(\.plan.relationships) {
      for end in [relationship.from, relationship.to] where !mapped.contains(end.space) {
        guard spaces[spaceNumber(end.space)].count > 0 else {
          throw LoadFailure.manifest(
            "\(relationship.mark): no source makes nodes of `\(end.label ?? end.space)`."
              + suggestion(for: end.label ?? end.space, in: mapped.sorted())
              + " Map them, or set `missing: create`.")
        }
      }
    }
  }

  // MARK: Passes

  private func readPass(_ pass: SourceWorker.Pass, _ progress: (LoadProgress) -> Void) throws {
    let wanted = bound.indices.filter { pass == .nodes ? !bound[$0].plan.nodes.isEmpty : !bound[$0].plan.relationships.isEmpty }
    guard !wanted.isEmpty else { return }
    let feed = BlockFeed(bound, sources: wanted)
    let context = PassContext(
      bound: bound, pass: pass,
      spaces: pass == .nodes ? [:] : spaces.reduce(into: [:]) { ids, space in
        ids[space.name] = SpaceIDs(ids: space.ids, isInteger: space.isInteger)
      },
      rejectedLines: rejectedLines)
    let (base, share) = pass == .nodes ? (0.0, 0.25) : (0.25, 0.5)
    let isCancelled = isCancelled
    try OrderedPipeline.run(
      threads: threads,
      next: {
        if isCancelled() { throw LoadFailure.cancelled() }
        return try feed.next()
      },
      makeTransform: {
        var workers: [Int: SourceWorker] = [:]
        return { item in
          if workers[item.source] == nil { workers = [item.source: context.makeWorker(item.source)] }
          return workers[item.source]!.process(item.block, isFirst: item.isFirst)
        }
      },
      consume: { [self] result in
        try take(result, pass)
        report(pass == .nodes ? .nodes : .relationships, base + share * feed.fraction, progress)
      })
  }

  private func take(_ result: ChunkResult, _ pass: SourceWorker.Pass) throws {
    summary.rows += result.rows
    summary.filtered += result.filtered
    summary.skipped += result.skipped
    let plan = bound[result.source].plan
    var found = result.rejects
    for (node, chunk) in zip(plan.nodes, result.nodes) where chunk.ids.count > 0 {
      found += mergeNodes(chunk, node, result.source)
    }
    try spillNodes()
    for chunk in result.relationships { append(chunk, source: result.source) }
    try spillRelationships()
    for reject in found.sorted(by: { $0.line < $1.line }) { try take(reject, plan) }
  }

  private func take(_ reject: Reject, _ plan: SourcePlan) throws {
    let place = "`\(plan.displayName)`, line \(reject.line)\(reject.fault.column.map { ", column `\($0)`" } ?? "")"
    if options.isStrict { throw LoadFailure.badRow("\(place): \(reject.fault.detail).") }
    rejectedLines[reject.source, default: []].insert(reject.line)
    try rejects.append(reject, file: plan.displayName)
    if let maximum = options.maximumRejects, rejects.count > maximum {
      try rejects.close()
      throw LoadFailure.tooManyRejects(
        "More than \(maximum) rows are bad; the last one: \(place): \(reject.fault.detail). All are in `\(rejects.path)`.")
    }
  }

  private func mergeNodes(_ chunk: NodeChunk, _ plan: NodePlan, _ source: Int) -> [Reject] {
    let base = labelSets.number(plan.labels)
    var sets: [UInt32] = []
    if let texts = chunk.labelTexts, let separator = plan.labelColumn?.separator {
      var cache: [ArraySlice<UInt8>: UInt32] = [:]
      sets = (0..<texts.count).map { row in
        guard texts.isPresent(row) else { return base }
        let text = texts.bytes[texts.range(row)]
        if let number = cache[text] { return number }
        var labels = plan.labels
        text.withUnsafeBufferPointer { bytes in
          var pieces = Pieces(bytes, separator: separator)
          while let piece = pieces.next() {
            if !piece.isEmpty { labels.append(String(decoding: piece, as: UTF8.self)) }
          }
        }
        if let key = plan.key {
          for label in labels {
            let index = IndexPlan(label: label, keys: [key], isUnique: true)
            if !indexes.contains(index) { indexes.append(index) }
          }
        }
        cache[text] = labelSets.number(labels)
        return cache[text]!
      }
    }
    let duplicates = spaces[spaceNumber(plan.space)].merge(
      chunk, plan: plan, labelSet: { sets.isEmpty ? base : sets[$0] }, union: { labelSets.union($0, $1) })
    return duplicates.map { row in
      let id = String(decoding: chunk.ids.bytes[chunk.ids.range(row)], as: UTF8.self)
      let fault = RowFault(
        reason: .duplicateID, detail: "the id `\(id)` of a `\(plan.labels.first ?? "node")` stands twice",
        column: plan.id.columns.first)
      return Reject(source: source, line: chunk.lines?[row] ?? 0, fault: fault, raw: [])
    }
  }

  private func append(_ chunk: RelationshipChunk, source: Int) {
    let plan = bound[source].plan.relationships[chunk.mapping]
    let key = SinkKey(mark: plan.mark, type: chunk.type)
    let number: Int
    if let known = sinkNumbers[key] {
      number = known
    } else {
      number = sinks.count
      sinkNumbers[key] = number
      sinks.append(
        RelationshipSink(
          type: chunk.type, fromSpace: spaceNumber(plan.from.space), toSpace: spaceNumber(plan.to.space),
          propertyNames: plan.properties.map(\.name)))
    }
    sinks[number].append(chunk)
  }

  private func spillNodes() throws(SinterError) {
    guard spaces.reduce(0, { $0 + $1.residentBytes }) > memory.nodeBytes else { return }
    for index in spaces.indices { try spaces[index].spill(to: memory.file, isLast: false) }
  }

  private func spillRelationships() throws(SinterError) {
    guard sinks.reduce(0, { $0 + $1.residentBytes }) > memory.relationshipBytes else { return }
    for index in sinks.indices { try sinks[index].spill(to: memory.file()) }
  }

  private func mergeDuplicates() throws(SinterError) {
    let plans = Dictionary(bound.flatMap(\.plan.relationships).map { ($0.mark, $0) }, uniquingKeysWith: { first, _ in first })
    for (key, number) in sinkNumbers {
      guard let plan = plans[key.mark] else { continue }
      try sinks[number].removeDuplicates(plan.duplicates, countKey: plan.countKey, memory: memory)
    }
  }

  /// Lets go of what the layout now holds.
  func releaseInput() {
    spaces = []
    sinks = []
  }
}

/// What the threads of a pass share; nothing of it changes during the pass.
private struct PassContext: Sendable {
  let bound: [BoundSource]
  let pass: SourceWorker.Pass
  let spaces: [String: SpaceIDs]
  let rejectedLines: [Int: Set<Int>]

  func makeWorker(_ source: Int) -> SourceWorker {
    SourceWorker(
      bound[source], source: source, pass: pass, countsRows: pass == .nodes || bound[source].plan.nodes.isEmpty, spaces: spaces,
      knownRejects: rejectedLines[source] ?? [])
  }
}

/// The blocks of several files, one file after another. The pipeline's lock is held on every call
/// of ``next()``; ``fraction`` may lag behind.
final class BlockFeed {
  struct Item: Sendable {
    var source: Int
    var block: Block
    var isFirst: Bool
  }
  private let bound: [BoundSource]
  private var sources: ArraySlice<Int>
  private var reader: BlockReader?
  private var isFirst = true
  private let totalBytes: Double
  private var doneBytes = 0.0
  private(set) var fraction = 0.0

  init(_ bound: [BoundSource], sources: [Int]) {
    self.bound = bound
    self.sources = sources[...]
    totalBytes = sources.reduce(1.0) { sum, source in
      var status = stat()
      return sum + (stat(bound[source].plan.path, &status) == 0 ? Double(status.st_size) : 0)
    }
  }

  func next() throws(SinterError) -> Item? {
    while let source = sources.first {
      if reader == nil {
        reader = try BlockReader(path: bound[source].plan.path, format: bound[source].plan.format)
        isFirst = true
      }
      if let reader, let block = try reader.next() {
        fraction = (doneBytes + Double(reader.source.positionBytes)) / totalBytes
        defer { isFirst = false }
        return Item(source: source, block: block, isFirst: isFirst)
      }
      doneBytes += Double(reader?.source.sizeBytes ?? 0)
      reader = nil
      sources.removeFirst()
    }
    return nil
  }
}
