import SinterModel

/// Turns blocks of one file into nodes or relationships. Used by one thread.
struct SourceWorker {
  enum Pass: Sendable {
    case nodes
    case relationships
  }

  private let bound: BoundSource
  private let source: Int
  private let filter: RowFilter?
  private var nodes: [NodeMapper] = []
  private var relationships: [RelationshipMapper] = []
  /// Relationship mappings that make their nodes: their rows must be good before nodes are made.
  private var validators: [RelationshipMapper] = []
  /// Columns that are ids of relationships' ends as they stand.
  private var endColumns: [RelationshipMapper.EndColumn] = []
  private let countsRows: Bool
  /// Lines rejected in the first pass.
  private let knownRejects: Set<Int>

  /// - Parameters:
  ///   - countsRows: whether this pass is the first over the file.
  ///   - spaces: the nodes' ids, for the pass over relationships.
  init(_ bound: BoundSource, source: Int, pass: Pass, countsRows: Bool, spaces: [String: SpaceIDs], knownRejects: Set<Int>) {
    self.bound = bound
    self.source = source
    self.countsRows = countsRows
    self.knownRejects = knownRejects
    filter = bound.plan.filter.map { RowFilter($0, nulls: bound.nulls, index: bound.index) }
    switch pass {
    case .nodes:
      nodes = bound.plan.nodes.map { NodeMapper($0, in: bound) }
      validators = bound.plan.relationships.enumerated().filter { $1.missing == .create }.map {
        RelationshipMapper($1, mapping: $0, in: bound, spaces: [:])
      }
    case .relationships:
      relationships = bound.plan.relationships.enumerated().map {
        RelationshipMapper($1, mapping: $0, in: bound, spaces: spaces)
      }
      endColumns = relationships.flatMap(\.endColumns)
    }
  }

  mutating func process(_ block: consuming Block, isFirst: Bool) -> ChunkResult {
    var result = ChunkResult(source: source)
    // Taken out, so that they are changed in place however this worker is reached.
    var nodeMappers: [NodeMapper] = []
    var relationshipMappers: [RelationshipMapper] = []
    swap(&nodes, &nodeMappers)
    swap(&relationships, &relationshipMappers)
    for index in nodeMappers.indices { nodeMappers[index].reset() }
    for index in relationshipMappers.indices { relationshipMappers[index].reset() }
    let start = isFirst ? min(bound.headerBytes, block.bytes.count) : 0
    let line = block.firstLine + (isFirst ? bound.headerLines : 0)
    // The fields point into the block.
    withExtendedLifetime(block.bytes) {
      if bound.plan.format.kind == .jsonLines {
        var parser = JSONLinesParser(columns: bound.columns)
        parser.begin(block.bytes.buffer, from: start, firstLine: line)
        run(&parser, &nodeMappers, &relationshipMappers, &result)
      } else {
        var parser = DelimitedParser(format: bound.plan.format, columns: bound.columns)
        parser.begin(block.bytes.buffer, from: start, firstLine: line)
        run(&parser, &nodeMappers, &relationshipMappers, &result)
      }
    }
    result.nodes = nodeMappers.map(\.chunk)
    for mapper in relationshipMappers {
      result.relationships += mapper.chunks
      result.skipped += mapper.skipped
    }
    swap(&nodes, &nodeMappers)
    swap(&relationships, &relationshipMappers)
    return result
  }

  private func run<Parser: RecordParser>(
    _ parser: inout Parser, _ nodes: inout [NodeMapper], _ relationships: inout [RelationshipMapper], _ result: inout ChunkResult
  ) {
    nodes.withUnsafeMutableBufferPointer { nodes in
      relationships.withUnsafeMutableBufferPointer { relationships in
        run(&parser, nodes, relationships, &result)
      }
    }
  }

  private func run<Parser: RecordParser>(
    _ parser: inout Parser, _ nodes: UnsafeMutableBufferPointer<NodeMapper>,
    _ relationships: UnsafeMutableBufferPointer<RelationshipMapper>, _ result: inout ChunkResult
  ) {
    let endColumns = endColumns
    var marks = [Int](repeating: 0, count: nodes.count)
    while true {
      var isRead = false
      do throws(RowFault) {
        guard try parser.next() else { return }
        isRead = true
        if !endColumns.isEmpty {
          parser.forEachRecordAhead { fields in
            for end in endColumns { end.ids.prefetch(fields[end.column].bytes) }
          }
        }
        if countsRows { result.rows += 1 }
        if !knownRejects.isEmpty, knownRejects.contains(parser.recordLine) { continue }
        for index in nodes.indices { marks[index] = nodes[index].chunk.ids.count }
        for index in relationships.indices { relationships[index].beginRow() }
        let fields = parser.fields
        if let filter, !filter.passes(fields) {
          if countsRows { result.filtered += 1 }
          continue
        }
        for index in validators.indices { try validators[index].validate(fields) }
        for index in nodes.indices { try nodes[index].map(fields, line: parser.recordLine) }
        for index in relationships.indices { try relationships[index].map(fields) }
      } catch {
        if !knownRejects.isEmpty, knownRejects.contains(parser.recordLine) { continue }
        if countsRows, !isRead { result.rows += 1 }
        if isRead {
          for index in nodes.indices { nodes[index].truncate(to: marks[index]) }
          for index in relationships.indices { relationships[index].undoRow() }
        }
        result.rejects.append(Reject(source: source, line: parser.recordLine, fault: error, raw: parser.rawRecord()))
      }
    }
  }
}
