import SinterModel
import SinterPlan

/// A path pattern as a machine that reads relationships: where in the pattern a walk may stand.
///
/// A state is a junction between two segments, or a place inside a repetition. Repetitions are counted as far as
/// the bounds need it; behind an open end they all look the same. States are numbers that are computed, not stored,
/// so that a large bound costs nothing until a walk gets there.
struct PathAutomaton {
  struct Segment {
    var hopCount: Int
    var minimum: Int
    /// nil for no upper bound.
    var maximum: Int?
    /// Repetitions that are told apart.
    var counted: Int
    /// The state of the junction before the segment; those inside follow.
    var firstState: Int
  }

  private(set) var segments: [Segment] = []
  /// The junction behind the last segment.
  let finalState: Int

  init(_ parts: [PathSegment]) {
    var next = 0
    for part in parts {
      // A longer path fails before it gets so far.
      let maximum = part.maximum.flatMap { $0 < maximumTrailLength ? $0 : nil }
      let minimum = min(part.minimum, maximumTrailLength)
      let counted = max(maximum ?? minimum, 1)
      segments.append(
        Segment(hopCount: part.hops.count, minimum: minimum, maximum: maximum, counted: counted, firstState: next))
      next += 1 + counted * part.hops.count
    }
    finalState = next
  }

  /// Where a state lies.
  enum Place {
    case junction(Int)
    /// In a repetition of a segment, counted from 1, behind so many of its hops.
    case inside(segment: Int, repetition: Int, hops: Int)
  }

  func place(_ state: Int) -> Place {
    if state == finalState { return .junction(segments.count) }
    var s = segments.count - 1
    while segments[s].firstState > state { s -= 1 }
    let offset = state - segments[s].firstState - 1
    if offset < 0 { return .junction(s) }
    return .inside(segment: s, repetition: offset / segments[s].hopCount + 1, hops: offset % segments[s].hopCount + 1)
  }

  func junction(_ index: Int) -> Int { index == segments.count ? finalState : segments[index].firstState }

  private func state(_ segment: Int, _ repetition: Int, _ hops: Int) -> Int {
    let s = segments[segment]
    return s.firstState + 1 + (min(repetition, s.counted) - 1) * s.hopCount + hops - 1
  }

  /// The junction that a state may be taken for without a further relationship.
  func exit(_ place: Place) -> Int? {
    switch place {
    case .junction(let j): return j < segments.count && segments[j].minimum == 0 ? j + 1 : nil
    case .inside(let s, let repetition, let hops):
      return hops == segments[s].hopCount && repetition >= segments[s].minimum ? s + 1 : nil
    }
  }

  /// The hop that may be taken from a state, and the state behind it.
  func hop(_ place: Place) -> (segment: Int, hop: Int, to: Int)? {
    switch place {
    case .junction(let j): return j < segments.count ? (j, 0, state(j, 1, 1)) : nil
    case .inside(let s, let repetition, let hops):
      if hops < segments[s].hopCount { return (s, hops, state(s, repetition, hops + 1)) }
      guard repetition < segments[s].maximum ?? Int.max else { return nil }
      return (s, 0, state(s, repetition + 1, 1))
    }
  }
}
