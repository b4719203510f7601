import SinterModel

/// An error on its way out of the parser or the checker: one reference, where ``SinterError`` is
/// large. Both recurse with the query's nesting, and every call that can throw keeps room for its
/// error in the frame.
struct Failure: Error {
  private final class Box: Sendable {
    let error: SinterError
    init(_ error: SinterError) { self.error = error }
  }
  private let box: Box

  init(_ error: SinterError) { box = Box(error) }

  var error: SinterError { box.error }

  /// The same error with more to say.
  func adding(_ words: String) -> Failure {
    var error = error
    error.message += words
    return Failure(error)
  }
}
