import SinterModel
import SinterStorage

/// The paths from a search's start to one of its ends, the shorter first: iterative deepening from the end back,
/// bounded by the distances that the search has found.
///
/// Memory grows with the length of a path. Where no relationship has to come twice on a shortest walk, which is
/// the rule, every step back leads to a path.
struct PathEnumerator {
  private let search: PathSearch
  private let end: Int32
  /// Relationships may come again.
  private let repeats: Bool
  /// The length of the paths given now.
  private(set) var length: Int
  /// The least length at which a walk that was cut short may become a path.
  private var nextLength = Int.max
  private var hasStarted = false
  private var isExhausted = false
  private var frames: [Frame] = []
  private var trail = Trail()
  /// Steps since the last path. After many of them it is worth asking of every step whether it can lead to a path at all.
  private var fruitlessSteps = 0
  private var isWary: Bool { !repeats && fruitlessSteps > PathEnumerator.patience }
  private static let patience = 4096
  /// Positions seen by the question, by its number.
  private var marks: [UInt32] = []
  private var markCount: UInt32 = 0

  private struct Frame {
    var position: Int32
    var way: Int32
    /// The relationship that leads on from here; `Vector.nullID` for none.
    var relationship: UInt32
  }

  /// A path as positions from the start to the end, each with the relationship that leads to the next.
  typealias Steps = [(position: Int32, relationship: UInt32)]

  init(_ search: PathSearch, to end: Int32, repeats: Bool) {
    self.search = search
    self.end = end
    self.repeats = repeats
    length = Int(search.positions[Int(end)].distance)
  }

  /// The next path.
  /// - Parameter longest: ends when all paths up to this length were given.
  mutating func next(upTo longest: Int, _ context: ExecutionContext) throws -> Steps? {
    while !isExhausted {
      if frames.isEmpty, try !deepen(upTo: longest) { return nil }
      while let top = frames.indices.last {
        try context.countStep()
        fruitlessSteps += isWary ? 0 : 1
        let w = frames[top].way
        if w < 0 {
          // Nothing leads into the start.
          let isPath = frames[top].position == 0 && trail.count == length
          let path: Steps? = isPath ? frames.reversed().map { ($0.position, $0.relationship) } : nil
          if frames[top].relationship != Vector.nullID { trail.removeLast() }
          frames.removeLast()
          if let path {
            if !isWary { fruitlessSteps = 0 }
            return path
          }
          continue
        }
        let way = search.ways[Int(w)]
        frames[top].way = way.next
        let isHop = way.relationship != Vector.nullID
        let least = trail.count + (isHop ? 1 : 0) + Int(search.positions[Int(way.from)].distance)
        if isHop, !repeats, trail.contains(way.relationship) { continue }
        if isHop { trail.append(way.relationship) }
        let isHopeless = try isWary && !canReachStart(from: way.from, context)
        if least > length || isHopeless {
          if isHop { trail.removeLast() }
          if !isHopeless { nextLength = min(nextLength, least) }
          continue
        }
        frames.append(Frame(position: way.from, way: search.positions[Int(way.from)].firstWay, relationship: way.relationship))
      }
    }
    return nil
  }

  /// Whether the start can be reached back from a position by relationships that are not on the trail.
  /// - Complexity: O(positions + ways)
  private mutating func canReachStart(from position: Int32, _ context: ExecutionContext) throws -> Bool {
    if position == 0 { return true }
    while marks.count < search.positions.count { marks.append(0) }
    markCount += 1
    var open = [position]
    marks[Int(position)] = markCount
    while let next = open.popLast() {
      try context.countStep()
      var w = search.positions[Int(next)].firstWay
      while w >= 0 {
        let way = search.ways[Int(w)]
        w = way.next
        guard marks[Int(way.from)] != markCount, way.relationship == Vector.nullID || !trail.contains(way.relationship) else { continue }
        if way.from == 0 { return true }
        marks[Int(way.from)] = markCount
        open.append(way.from)
      }
    }
    return false
  }

  /// Begins again from the end with the next greater length; answers whether there is one.
  private mutating func deepen(upTo longest: Int) throws -> Bool {
    if hasStarted {
      if search.isComplete, nextLength == Int.max {
        isExhausted = true
        return false
      }
      let next = search.isComplete ? nextLength : length + 1
      if next > longest { return false }
      length = next
    }
    hasStarted = true
    nextLength = Int.max
    while search.level < length, !search.isComplete { try search.advance() }
    frames = [Frame(position: end, way: search.positions[Int(end)].firstWay, relationship: Vector.nullID)]
    return true
  }
}
