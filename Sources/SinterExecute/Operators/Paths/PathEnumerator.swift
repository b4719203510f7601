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
        let w = frames[top].way
        if w < 0 {
          // Nothing leads into the start.
          let isPath = frames[top].position == 0 && trail.count == length
          let path: Steps? = isPath ? frames.reversed().map { ($0.position, $0.relationship) } : nil
          if frames[top].relationship != Vector.nullID { trail.removeLast() }
          frames.removeLast()
          if let path { return path }
          continue
        }
        let way = search.ways[Int(w)]
        frames[top].way = way.next
        let isHop = way.relationship != Vector.nullID
        let least = trail.count + (isHop ? 1 : 0) + Int(search.positions[Int(way.from)].distance)
        if least > length {
          nextLength = min(nextLength, least)
          continue
        }
        if isHop {
          if !repeats && trail.contains(way.relationship) { continue }
          trail.append(way.relationship)
        }
        frames.append(Frame(position: way.from, way: search.positions[Int(way.from)].firstWay, relationship: way.relationship))
      }
    }
    return nil
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
