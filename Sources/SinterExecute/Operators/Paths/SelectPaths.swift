import SinterLanguage
import SinterModel
import SinterPlan
import SinterStorage

/// Paths of which a selector chooses: for each row and each pair of ends the k shortest, or all of the k least lengths.
final class SelectPaths: UnaryOperator {
  private let selection: PathSelection
  private let space: PathSpace
  private let reader: PathReader
  private let fromPosition: Int
  private let toPosition: Int?
  private let boundTo: Int?
  private let rows: RowBuilder
  private let columns: [(column: Int, part: PathReader.Part)]
  /// On whole paths; ``wholeParts`` are the columns it may read.
  private let wholeFilter: StepFilter?
  private let wholeParts: [PathReader.Part]
  /// For the commonest case, one shortest path along one kind of relationship between bound nodes.
  private let simpleSearch: BidirectionalSearch?
  private var source: Batch?
  private var row = 0
  private var search: PathSearch?
  private var searchStart = Vector.nullID
  private var count = 1
  /// The end in hand, and how many of the search's ends were looked at.
  private var enumerator: PathEnumerator?
  private var nextEnd = 0
  private var hasStarted = false
  private var boundEnd: UInt32?
  /// What was given for the end in hand: paths, and different lengths.
  private var paths = 0
  private var groups = 0
  private var lastLength = -1

  private struct Found {
    var targets: [UInt32] = []
    var parents: [Int32] = []
    var values: [[Value]]
  }

  init(_ plan: LogicalPlan, _ input: Operator, _ selection: PathSelection) throws {
    self.selection = selection
    space = PathSpace(selection, row: input.layout, input.context)
    reader = PathReader(selection, space)
    let layout = Layout(plan.outputs)
    fromPosition = try input.layout.position(selection.from)
    toPosition = selection.isInto ? nil : layout[selection.to]
    boundTo = selection.isInto ? try input.layout.position(selection.to) : nil
    rows = RowBuilder(plan.outputs, from: input.layout)
    let parts = reader.parts
    columns = parts.compactMap { part in layout[part.variable].map { ($0, part.part) } }
    wholeParts = parts.map(\.part)
    simpleSearch = selection.selector.isGrouped ? nil : BidirectionalSearch(selection, row: input.layout, input.context)
    wholeFilter = StepFilter(selection.filters, row: input.layout, locals: parts.map(\.variable), input.context)
    super.init(plan, input)
  }

  override func next() throws -> Batch? {
    count = try pathCount()
    while true {
      guard let source else {
        guard let batch = try input.pull() else { return nil }
        self.source = batch
        row = 0
        hasStarted = false
        continue
      }
      var found = Found(values: [[Value]](repeating: [], count: columns.count))
      while row < source.count, found.parents.count < context.options.batchSize {
        try context.checkInterrupts()
        if try addSimplePath(source, &found) {
          row += 1
          continue
        }
        if try !hasStarted && !start(source) || !advance(source, &found) {
          row += 1
          hasStarted = false
        }
      }
      if row >= source.count { self.source = nil }
      if found.parents.isEmpty { continue }
      var new = zip(columns, found.values).map { ($0.column, Vector.values($1)) }
      if let toPosition { new.append((toPosition, .nodes(found.targets))) }
      return rows.batch(source, parents: found.parents, new: new)
    }
  }

  /// The selector's k.
  private func pathCount() throws -> Int {
    switch selection.selector.count {
    case nil: return 1
    case .literal(let count): return count
    case .parameter(let name):
      switch context.parameters[name] {
      case .integer(let count)? where count > 0: return Int(count)
      case .integer(let count)?:
        throw SinterError("ArgumentError.NumberOutOfRange", "The number of paths begins at 1, but $\(name) is \(count).")
      case nil: throw SinterError("ParameterMissing.MissingParameter", "The parameter $\(name) is missing; pass it with the query.")
      case let other?:
        throw SinterError("TypeError.InvalidArgumentType", "The number of paths must be an integer, but $\(name) is \(other.typePhrase).")
      }
    }
  }

  /// Begins the current row; answers whether its ends are there.
  private func start(_ source: Batch) throws -> Bool {
    let start = try source.columns[fromPosition].nodeID(at: row)
    boundEnd = try boundTo.map { try source.columns[$0].nodeID(at: row) }
    guard start != Vector.nullID, boundEnd != Vector.nullID else { return false }
    if selection.selector.isFunction, boundEnd == start, selection.segments[0].minimum > 0 { throw sharedEndsError() }
    hasStarted = true
    if search == nil || start != searchStart || !space.isIndependent {
      search = nil
      search = try PathSearch(space, from: start, source, row)
      searchStart = start
    }
    enumerator = nil
    nextEnd = 0
    return true
  }

  /// Adds the next path of the row; answers whether there was one.
  private func advance(_ source: Batch, _ found: inout Found) throws -> Bool {
    guard let search else { return false }
    while true {
      guard enumerator != nil else {
        guard let end = try followingEnd(search) else { return false }
        enumerator = PathEnumerator(search, to: end, repeats: selection.repeats)
        (paths, groups, lastLength) = (0, 0, -1)
        continue
      }
      // When enough lengths were met, only further paths of the last one are wanted.
      let isGrouped = selection.selector.isGrouped
      let longest = isGrouped && groups == count ? lastLength : Int.max
      guard isGrouped || paths < count, let steps = try enumerator!.next(upTo: longest, context) else {
        enumerator = nil
        continue
      }
      let path = reader.read(steps, search)
      guard try reader.passes(path, source, row), try passes(path, source) else { continue }
      paths += 1
      if enumerator!.length != lastLength {
        lastLength = enumerator!.length
        groups += 1
      }
      add(path, to: &found)
      return true
    }
  }

  private func add(_ path: FoundPath, to found: inout Found) {
    found.parents.append(Int32(truncatingIfNeeded: row))
    found.targets.append(path.nodes[path.nodes.count - 1])
    for (i, column) in columns.enumerated() { found.values[i].append(reader.value(column.part, of: path)) }
  }

  /// Finishes a row that needs no general search; answers whether it was one.
  private func addSimplePath(_ source: Batch, _ found: inout Found) throws -> Bool {
    guard !hasStarted, count == 1, let simpleSearch, let boundTo else { return false }
    let start = try source.columns[fromPosition].nodeID(at: row)
    let end = try source.columns[boundTo].nodeID(at: row)
    guard start != Vector.nullID, end != Vector.nullID, start != end else { return false }
    if let path = try simpleSearch.path(from: start, to: end, source, row) { add(path, to: &found) }
    return true
  }

  /// The next end to find paths to: the one that is bound, or each that the search reaches.
  private func followingEnd(_ search: PathSearch) throws -> Int32? {
    if let boundEnd {
      if nextEnd > 0 { return nil }
      nextEnd = 1
      while true {
        if let end = search.end(at: boundEnd) { return end }
        if search.isComplete { return nil }
        try search.advance()
      }
    }
    while nextEnd >= search.ends.count {
      if search.isComplete { return nil }
      try search.advance()
    }
    defer { nextEnd += 1 }
    return search.ends[nextEnd]
  }

  private func passes(_ path: FoundPath, _ source: Batch) throws -> Bool {
    guard let wholeFilter else { return true }
    return try !wholeFilter.passing(1, of: source, row: row) { local in
      .values([reader.value(wholeParts[local], of: path)])
    }.isEmpty
  }

  override func reset() {
    source = nil
    search = nil
    enumerator = nil
    super.reset()
  }
}

extension PathSelector {
  /// All paths of a length are wanted, not a number of them.
  fileprivate var isGrouped: Bool {
    switch self {
    case .allShortestPaths, .shortestGroups: true
    default: false
    }
  }
}

/// The old functions refuse what they were never made for; the selectors find the ring.
func sharedEndsError() -> SinterError {
  SinterError(
    "ArgumentError.InvalidArgument",
    "A shortest path function needs two different nodes, and here both ends are the same node. Leave such rows out (WHERE a <> b), "
      + "begin the length at 0 ([*0..]) for the path of no length, or use ANY SHORTEST to find a ring.")
}
