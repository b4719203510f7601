/// Something that waits to write.
///
/// `@unchecked Sendable`: every field is guarded by the queue's lock, except that ``failure`` is written by the thread that
/// does the job before it is finished and read by its caller after.
final class WriteJob: @unchecked Sendable {
  enum Work {
    /// Runs in a transaction that it shares with others.
    case write((GraphWriter) throws -> Void)
    /// Runs alone and commits itself.
    case exclusive((WriteHandle) throws -> Void)
  }

  enum State { case waiting, running, finished, abandoned }

  let work: Work
  var state = State.waiting
  var failure: (any Error)?

  init(_ work: Work) { self.work = work }
}
