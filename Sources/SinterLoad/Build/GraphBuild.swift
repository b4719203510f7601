import SinterModel
import SinterStorage

/// Where built segments go.
protocol SegmentSink: AnyObject {
  /// Takes the values of one segment; segments come in ascending order of their keys.
  func put(_ key: SegmentKey, _ values: [SegmentValue]) throws(SinterError)
  /// Begins an index, whose blocks come next.
  func beginIndex(_ index: UInt32) throws(SinterError)
  func putIndexBlock(_ block: SegmentValue) throws(SinterError)
}

/// Builds everything that a layout describes, segment by segment in key order: threads encode, the
/// calling thread puts.
struct GraphBuild {
  private let layout: GraphLayout
  private let builder: SegmentBuilder
  private let indexes: [IndexDescriptor]
  private let threads: Int
  private let memory: LoadMemory
  /// The catalogue that results.
  private(set) var catalog: Catalog

  /// A piece of work whose results are consecutive in key order.
  private enum Task: Sendable {
    case labelSets(Range<Int>)
    case records(SegmentKind, Range<Int>)
    case property(EntityKind, KeyID, [Int])
    case adjacency(GraphLayout.TypeGroup, Direction, Range<Int>, (SegmentBuilder.Pairs.Extents, SpillFile)?)
    case index(IndexDescriptor)
  }

  private struct Output: Sendable {
    var segments: [(key: SegmentKey, values: [SegmentValue])] = []
    var nodesWithAny: (type: TypeID, direction: Direction, change: Int)?
    var index: (result: SegmentBuilder.IndexResult, blocks: [SegmentValue])?
  }

  private static let segmentsPerTask = 32

  /// What sorting an index takes for each entry, about.
  private static let indexEntryBytes = 64

  init(layout: GraphLayout, base: ExistingGraph?, indexes: [IndexDescriptor], threads: Int, memory: LoadMemory) {
    self.layout = layout
    builder = SegmentBuilder(layout: layout, base: base)
    self.indexes = indexes
    self.threads = threads
    self.memory = memory
    catalog = layout.catalog
  }

  /// - Parameter progress: called with the share done, 0 to 1; what it throws ends the build.
  mutating func run(into sink: any SegmentSink, progress: (Double) throws -> Void) throws {
    try countElements()
    let builder = builder
    // Indexes too large to be sorted side by side in memory follow one by one.
    let indexBytes = indexes.reduce(0) { $0 + builder.entryLimit(of: $1) * Self.indexEntryBytes }
    let areIndexesLarge = indexBytes > memory.sortBytes
    var tasks = try makeTasks()
    if !areIndexesLarge { tasks += indexes.map { .index($0) } }
    let steps = Double(tasks.count + (areIndexesLarge ? indexes.count : 0))
    let feed = TaskFeed(tasks)
    var done = 0.0
    var catalog = catalog
    try OrderedPipeline.run(
      threads: threads, next: { feed.next() },
      makeTransform: { { task in try GraphBuild.perform(task, builder) } },
      consume: { (output: Output) in
        for (key, values) in output.segments { try sink.put(key, values) }
        if let (type, direction, change) = output.nodesWithAny {
          switch direction {
          case .outgoing: catalog.startNodesByType[Int(type.rawValue)] += change
          case .incoming: catalog.endNodesByType[Int(type.rawValue)] += change
          }
        }
        if let (result, blocks) = output.index {
          try sink.beginIndex(result.descriptor.id)
          for block in blocks { try sink.putIndexBlock(block) }
          catalog.setIndex(result)
        }
        done += 1
        try progress(done / steps)
      })
    for index in areIndexesLarge ? indexes : [] {
      try sink.beginIndex(index.id)
      let sorter = KeySorter(limitBytes: memory.sortBytes, file: try memory.file())
      catalog.setIndex(try builder.index(index, sorter) { (block) throws(SinterError) in try sink.putIndexBlock(block) })
      done += 1
      try progress(done / steps)
    }
    self.catalog = catalog
  }

  private mutating func countElements() throws(SinterError) {
    for (index, space) in layout.spaces.enumerated() {
      var counts = [Int](repeating: 0, count: layout.labelSets.sets.count)
      for set in space.labelSets.dropFirst(layout.existingIDs[index].count) { counts[Int(set)] += 1 }
      for (set, count) in counts.enumerated() where count > 0 {
        catalog.count(labelSet: layout.labelSetIDs[set], by: count)
      }
    }
    for group in layout.types { catalog.count(type: group.type, by: group.count) }
    var changes: [(UInt32, UInt32)] = []
    try builder.base?.forEachLabelChange { changes.append(($0, $1)) }
    for (before, after) in changes {
      catalog.count(labelSet: before, by: -1)
      catalog.count(labelSet: after, by: 1)
    }
  }

  private func makeTasks() throws(SinterError) -> [Task] {
    var tasks: [Task] = []
    let newNodes = GraphLayout.segments(of: layout.firstNodeID..<layout.nodeLimit)
    let newRelationships = GraphLayout.segments(of: layout.firstRelationshipID..<layout.relationshipLimit)
    for segment in (builder.base?.changedLabelSegments ?? []).filter({ !newNodes.contains($0) }).sorted() {
      tasks.append(.labelSets(segment..<segment + 1))
    }
    for part in parts(of: newNodes) { tasks.append(.labelSets(part)) }
    for kind in [SegmentKind.relationshipTypes, .starts, .ends] {
      for part in parts(of: newRelationships) { tasks.append(.records(kind, part)) }
    }
    for entity in [EntityKind.node, .relationship] {
      let pieces = entity == .node ? layout.nodePieces : layout.relationshipPieces
      let changed = entity == .node ? builder.base?.changedKeys ?? [] : []
      for key in Set(pieces.keys).union(changed).sorted() {
        var segments = Set<Int>()
        for piece in pieces[key] ?? [] {
          segments.formUnion(GraphLayout.segments(of: piece.firstID..<(piece.firstID + piece.count)))
        }
        if entity == .node, let base = builder.base { segments.formUnion(base.changedSegments(key)) }
        let sorted = segments.sorted()
        for start in stride(from: 0, to: sorted.count, by: Self.segmentsPerTask) {
          tasks.append(.property(entity, key, Array(sorted[start..<min(start + Self.segmentsPerTask, sorted.count)])))
        }
      }
    }
    for direction in [Direction.outgoing, .incoming] {
      for group in layout.types { tasks += try adjacencyTasks(group, direction) }
    }
    return tasks
  }

  private func parts(of segments: Range<Int>) -> [Range<Int>] {
    stride(from: segments.lowerBound, to: segments.upperBound, by: Self.segmentsPerTask).map {
      $0..<min($0 + Self.segmentsPerTask, segments.upperBound)
    }
  }

  /// Runs of segments that have relationships. Those of a group that was put aside are distributed
  /// over the runs on disk first, so that each is read once.
  private func adjacencyTasks(_ group: GraphLayout.TypeGroup, _ direction: Direction) throws(SinterError) -> [Task] {
    let isSpilled = group.sinks.contains { layout.sinks[$0.sink].isSpilled }
    let counts = try builder.histogram(group, direction)
    let existing = try builder.base?.histogram(group.type, direction, segments: counts.count)
    // A pair takes 8 bytes while it is sorted, 8 encoded and 12 as it is read back or taken from the
    // store, in each of the pipeline's slots.
    let pairBytes = isSpilled || existing != nil ? 28 : 16
    let most = max(1 << 12, memory.buildBytes / pairBytes / (threads * 3 + 1))
    // At least one run for each thread, where they are worth it.
    let limit = min(most, max(1 << 20, group.count / threads))
    var runs: [Range<Int>] = []
    var start: Int?
    var pairs = 0
    for (segment, new) in counts.enumerated() {
      let count = new + (existing?[segment] ?? 0)
      if let first = start, new == 0 || pairs + count > limit {
        runs.append(first..<segment)
        start = nil
        pairs = 0
      }
      if new > 0 {
        start = start ?? segment
        pairs += count
      }
    }
    if let start { runs.append(start..<counts.count) }
    guard isSpilled else { return runs.map { .adjacency(group, direction, $0, nil) } }
    let file = try memory.file()
    let partitions = try builder.partition(group, direction, runs: runs, memoryBytes: memory.sortBytes, file: file)
    return runs.indices.map { .adjacency(group, direction, runs[$0], (partitions.extents[$0], file)) }
  }

  private static func perform(_ task: Task, _ builder: SegmentBuilder) throws(SinterError) -> Output {
    var output = Output()
    switch task {
    case .labelSets(let segments):
      for segment in segments {
        output.segments.append((SegmentKey(.labelSets, 0, UInt32(segment)), try builder.labelSets(segment: segment)))
      }
    case .records(let kind, let segments):
      for segment in segments {
        output.segments.append((SegmentKey(kind, 0, UInt32(segment)), try builder.records(kind, segment: segment)))
      }
    case .property(let entity, let key, let segments):
      var cache: SegmentBuilder.ChunkColumn?
      for segment in segments {
        let segmentKey = SegmentKey(.property(entity), key.rawValue, UInt32(segment))
        output.segments.append((segmentKey, try builder.property(entity, key, segment: segment, cache: &cache)))
      }
    case .adjacency(let group, let direction, let segments, let extents):
      let result = try builder.adjacency(group, direction, segments: segments, extents: extents)
      output.nodesWithAny = (group.type, direction, result.nodesWithAny - result.nodesWithAnyBefore)
      for value in result.values {
        if output.segments.last?.key.segment == value.key.segment {
          output.segments[output.segments.count - 1].values.append(value)
        } else {
          output.segments.append((value.key, [value]))
        }
      }
    case .index(let descriptor):
      var blocks: [SegmentValue] = []
      let sorter = KeySorter(limitBytes: .max, file: nil)
      let result = try builder.index(descriptor, sorter) { blocks.append($0) }
      output.index = (result, blocks)
    }
    return output
  }
}

/// Tasks in order; called under the pipeline's lock.
private final class TaskFeed<Task: Sendable> {
  private var tasks: ArraySlice<Task>
  init(_ tasks: [Task]) { self.tasks = tasks[...] }
  func next() -> Task? { tasks.popFirst() }
}

extension Catalog {
  fileprivate mutating func setIndex(_ result: SegmentBuilder.IndexResult) {
    let index = result.descriptor
    if self.index(named: index.name) == nil {
      addIndex(index, blocks: result.blocks, distinctKeys: result.distinctKeys)
    } else {
      setIndex(index.id, blocks: result.blocks, distinctKeys: result.distinctKeys)
    }
  }
}
