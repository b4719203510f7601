internal import Synchronization

/// Scratch memory of one recommendation, reused by the next.
///
/// `@unchecked Sendable`: it is in the pool or with one caller.
final class Workspace: @unchecked Sendable {
  /// Weighted sums over all scorers, and of the scorer at work.
  let total: ScoreBoard
  let scorer: ScoreBoard
  /// Items the user has.
  let owned: ScoreBoard
  /// Log of the factor, at most 0, by which dislikes lower an item's score.
  let dislike: ScoreBoard
  /// What a scorer sums over users on the way, by node id.
  let users: ScoreBoard
  /// Marks of users, by node id; whoever sets one clears it.
  let userMarks: FixedArray<UInt8>

  init(itemCount: Int, userCount: Int) {
    total = ScoreBoard(count: itemCount)
    scorer = ScoreBoard(count: itemCount)
    owned = ScoreBoard(count: itemCount)
    dislike = ScoreBoard(count: itemCount)
    users = ScoreBoard(count: userCount)
    userMarks = FixedArray(repeating: 0, count: userCount)
  }

  func clear() {
    for board in [total, scorer, owned, dislike, users] { board.clear() }
  }
}

/// Workspaces that nobody uses; shared by the indexes of one shop.
final class WorkspacePool: Sendable {
  private let idle = Mutex<[Workspace]>([])

  /// A clear workspace with room for so many items, and users with node ids below `userCount`.
  func take(itemCount: Int, userCount: Int) -> Workspace {
    while let workspace = idle.withLock({ $0.popLast() }) {
      if workspace.total.count >= itemCount, workspace.userMarks.count >= userCount { return workspace }
    }
    // A little room to grow, so that a new user or item does not make it useless.
    return Workspace(itemCount: itemCount + itemCount / 64 + 64, userCount: userCount + userCount / 64 + 64)
  }

  func give(back workspace: Workspace) {
    workspace.clear()
    idle.withLock { if $0.count < 8 { $0.append(workspace) } }
  }
}
