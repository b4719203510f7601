import SinterModel
import SinterStorage

/// Where built segments go.
protocol SegmentSink: AnyObject {
  /// Takes the values of one segment; segments come in ascending order of their keys.
  func put(_ key: SegmentKey, _ values: [SegmentValue]) throws(SinterError)
  func putIndex(_ index: UInt32, _ values: [SegmentValue]) throws(SinterError)
}

/// Builds everything that a layout describes, segment by segment in key order: threads encode, the
/// calling thread puts.
struct GraphBuild {
  private let layout: GraphLayout
  private let builder: SegmentBuilder
  private let indexes: [IndexDescriptor]
  private let threads: Int
  private let pairsPerTask: Int
  /// The catalogue that results.
  private(set) var catalog: Catalog

  /// A piece of work whose results are consecutive in key order.
  private enum Task: Sendable {
    case labelSets(Range<Int>)
    case records(SegmentKind, Range<Int>)
    case property(EntityKind, KeyID, [Int])
    case adjacency(GraphLayout.TypeGroup, Direction, Range<Int>)
    case index(IndexDescriptor)
  }

  private struct Output: Sendable {
    var segments: [(key: SegmentKey, values: [SegmentValue])] = []
    var nodesWithAny: (type: TypeID, direction: Direction, change: Int)?
    var index: SegmentBuilder.IndexResult?
  }

  private static let segmentsPerTask = 32

  init(layout: GraphLayout, base: ExistingGraph?, indexes: [IndexDescriptor], threads: Int, memoryBudgetBytes: Int) {
    self.layout = layout
    builder = SegmentBuilder(layout: layout, base: base)
    self.indexes = indexes
    self.threads = threads
    // A pair takes 8 bytes while it is sorted and 8 encoded, in each of the pipeline's slots.
    pairsPerTask = max(1 << 16, memoryBudgetBytes / 16 / (threads * 3 + 1))
    catalog = layout.catalog
  }

  /// - Parameter progress: called with the share done, 0 to 1; what it throws ends the build.
  mutating func run(into sink: any SegmentSink, progress: (Double) throws -> Void) throws {
    try countElements()
    let tasks = makeTasks()
    let feed = TaskFeed(tasks)
    let builder = builder
    var done = 0
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
        if let index = output.index {
          try sink.putIndex(index.descriptor.id, index.values)
          if catalog.index(named: index.descriptor.name) == nil {
            catalog.addIndex(index.descriptor, blocks: index.blocks, distinctKeys: index.distinctKeys)
          } else {
            catalog.setIndex(index.descriptor.id, blocks: index.blocks, distinctKeys: index.distinctKeys)
          }
        }
        done += 1
        try progress(Double(done) / Double(tasks.count))
      })
    self.catalog = catalog
  }

  private mutating func countElements() throws(SinterError) {
    for (index, space) in layout.spaces.enumerated() {
      var counts = [Int](repeating: 0, count: layout.labelSets.sets.count)
      for set in space.labelSets.dropFirst(layout.existingIDs[index].count) { counts[Int(set)] += 1 }
      for (set, count) in counts.enumerated() where count > 0 { catalog.count(labelSet: layout.labelSetIDs[set], by: count) }
    }
    for group in layout.types { catalog.count(type: group.type, by: group.count) }
    var changes: [(UInt32, UInt32)] = []
    try builder.base?.forEachLabelChange { changes.append(($0, $1)) }
    for (before, after) in changes {
      catalog.count(labelSet: before, by: -1)
      catalog.count(labelSet: after, by: 1)
    }
  }

  private func makeTasks() -> [Task] {
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
        for piece in pieces[key] ?? [] { segments.formUnion(GraphLayout.segments(of: piece.firstID..<(piece.firstID + piece.count))) }
        if entity == .node, let base = builder.base { segments.formUnion(base.changedSegments(key)) }
        let sorted = segments.sorted()
        for start in stride(from: 0, to: sorted.count, by: Self.segmentsPerTask) {
          tasks.append(.property(entity, key, Array(sorted[start..<min(start + Self.segmentsPerTask, sorted.count)])))
        }
      }
    }
    for direction in [Direction.outgoing, .incoming] {
      for group in layout.types { tasks += adjacencyTasks(group, direction) }
    }
    tasks += indexes.map { .index($0) }
    return tasks
  }

  private func parts(of segments: Range<Int>) -> [Range<Int>] {
    stride(from: segments.lowerBound, to: segments.upperBound, by: Self.segmentsPerTask).map {
      $0..<min($0 + Self.segmentsPerTask, segments.upperBound)
    }
  }

  /// Runs of segments that have relationships, each of at most ``pairsPerTask`` where segments allow.
  private func adjacencyTasks(_ group: GraphLayout.TypeGroup, _ direction: Direction) -> [Task] {
    var tasks: [Task] = []
    var start: Int?
    var pairs = 0
    let counts = builder.histogram(group, direction)
    for (segment, count) in counts.enumerated() {
      if let first = start, count == 0 || pairs + count > pairsPerTask {
        tasks.append(.adjacency(group, direction, first..<segment))
        start = nil
        pairs = 0
      }
      if count > 0 {
        start = start ?? segment
        pairs += count
      }
    }
    if let start { tasks.append(.adjacency(group, direction, start..<counts.count)) }
    return tasks
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
      for segment in segments {
        let segmentKey = SegmentKey(.property(entity), key.rawValue, UInt32(segment))
        output.segments.append((segmentKey, try builder.property(entity, key, segment: segment)))
      }
    case .adjacency(let group, let direction, let segments):
      let result = try builder.adjacency(group, direction, segments: segments)
      output.nodesWithAny = (group.type, direction, result.nodesWithAny - result.nodesWithAnyBefore)
      for value in result.values {
        if output.segments.last?.key.segment == value.key.segment {
          output.segments[output.segments.count - 1].values.append(value)
        } else {
          output.segments.append((value.key, [value]))
        }
      }
    case .index(let descriptor): output.index = try builder.index(descriptor)
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
