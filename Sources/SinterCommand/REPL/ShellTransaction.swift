import Dispatch
import Sinter
import class SinterExecute.CancellationToken

/// A transaction that several statements of the shell share, between `.begin` and `.commit` or `.rollback`.
///
/// The writer's thread waits inside one write transaction for statements to run.
/// `@unchecked Sendable`: `request` and `answer` change hands by the semaphores, one side at a time.
final class ShellTransaction: @unchecked Sendable {
  private enum Request {
    case run(String, [String: Value], QueryOptions, CancellationToken)
    case commit
    case rollback
  }

  private struct RolledBack: Error {}

  private let asked = DispatchSemaphore(value: 0)
  private let answered = DispatchSemaphore(value: 0)
  private var request = Request.rollback
  private var answer = Result<Rows?, SinterError>.success(nil)
  private var isOpen = true

  /// Begins; waits for other writers.
  init(_ store: Store) throws(SinterError) {
    DispatchQueue(label: "sinter.shell.transaction").async { [self] in
      do {
        try store.write { transaction in try self.serve(transaction) }
        answer = .success(nil)
      } catch is RolledBack {
        answer = .success(nil)
      } catch let error as SinterError {
        answer = .failure(error)
      } catch {
        answer = .failure(SinterError("InternalError.Unexpected", "\(error)"))
      }
      isOpen = false
      answered.signal()
    }
    answered.wait()
    _ = try answer.get()
  }

  /// On the writer's thread: runs what is asked for until the end of the transaction.
  private func serve(_ transaction: borrowing Transaction) throws {
    answered.signal()
    while true {
      asked.wait()
      switch request {
      case .commit: return
      case .rollback: throw RolledBack()
      case .run(let text, let parameters, let options, let token):
        do throws(SinterError) {
          answer = .success(try transaction.query(text, parameters, options: options, cancellation: token))
        } catch {
          answer = .failure(error)
        }
        answered.signal()
      }
    }
  }

  private func ask(_ request: Request) throws(SinterError) -> Rows? {
    guard isOpen else { return nil }
    self.request = request
    asked.signal()
    answered.wait()
    return try answer.get()
  }

  /// Runs a statement. One that fails changes nothing, and the transaction goes on.
  func run(
    _ text: String, _ parameters: [String: Value], _ options: QueryOptions, _ token: CancellationToken
  ) throws(SinterError) -> Rows {
    try ask(.run(text, parameters, options, token)) ?? Rows(columns: [], values: [])
  }

  func commit() throws(SinterError) { _ = try ask(.commit) }

  /// Nothing of the transaction remains.
  func rollback() { _ = try? ask(.rollback) }
}

extension InteractiveShell {
  func beginTransaction() throws(SinterError) {
    guard transaction == nil else {
      throw SinterError("TransactionError.AlreadyOpen", "A transaction is open already; end it with .commit or .rollback.")
    }
    transaction = try ShellTransaction(store)
  }

  func endTransaction(commits: Bool) throws(SinterError) {
    guard let open = transaction else {
      throw SinterError("TransactionError.NotOpen", "No transaction is open; .begin opens one.")
    }
    transaction = nil
    if commits { try open.commit() } else { open.rollback() }
  }

  /// Drops a transaction that was left open, and says so.
  func dropTransaction() {
    guard let open = transaction else { return }
    transaction = nil
    open.rollback()
    Terminal.printToError("The open transaction was rolled back.")
  }

  /// `name => expression`, as in Neo4j's shell: the value is computed.
  func setParameter(_ name: String, to expression: String) throws(SinterError) {
    let row = try store.query("RETURN " + expression + " AS value", parameters)
    parameters[name] = row.first?.values.first ?? .null
  }

  /// `{name: expression, …}`, as in Neo4j's shell.
  func setParameters(to map: String) throws(SinterError) {
    let row = try store.query("RETURN " + map + " AS value", parameters)
    guard case .map(let values) = row.first?.values.first else { return }
    parameters.merge(values) { $1 }
  }
}
