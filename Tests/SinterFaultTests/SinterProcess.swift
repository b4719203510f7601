import TestSupport

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The `sinter` program: the one built together with the tests, or `$SINTER_BINARY`.
final class SinterProcess {
  /// How a process ended.
  struct Outcome: CustomStringConvertible {
    /// The exit status; nil when a signal ended it.
    var status: Int32?
    var signal: Int32 = 0
    var output: [UInt8] = []
    var errorText = ""
    var text: String { String(decoding: output, as: UTF8.self) }
    var description: String { "status \(status.map(String.init) ?? "-"), signal \(signal): \(errorText.prefix(600)) \(text.prefix(300))" }
    /// Whether the program ended by itself: a trap or a fault is a signal.
    var endedInOrder: Bool { status != nil }
  }

  static let path = getenv("SINTER_BINARY").map { String(cString: $0) } ?? ChildProcess.productFolder + "/sinter"
  let id: pid_t
  private let input: Int32
  private let output: Int32
  private let errorPath: String
  private var buffered: [UInt8] = []
  private var isReaped = false

  /// - Parameter outputPath: where standard output goes instead of to this object.
  init(_ arguments: [[UInt8]], errorPath: String, outputPath: String? = nil) {
    self.errorPath = errorPath
    var inputs: [Int32] = [0, 0]
    var outputs: [Int32] = [0, 0]
    precondition(pipe(&inputs) == 0 && pipe(&outputs) == 0)
    // Other children started meanwhile must not hold these ends open.
    for descriptor in inputs + outputs { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, inputs[0], STDIN_FILENO)
    if let outputPath {
      posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputPath, O_WRONLY, 0)
    } else {
      posix_spawn_file_actions_adddup2(&actions, outputs[1], STDOUT_FILENO)
    }
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errorPath, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    // The threads that run tests block signals, and children would inherit that.
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var pointers: [UnsafeMutablePointer<CChar>?] = ([Array(SinterProcess.path.utf8)] + arguments).map { bytes in
      (bytes + [0]).withUnsafeBytes { strdup($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
    }
    pointers.append(nil)
    var environment: [UnsafeMutablePointer<CChar>?] = []
    for setting in ["NO_COLOR=1", "SWIFT_BACKTRACE=enable=no"] { environment.append(strdup(setting)) }
    var position = environ
    while let entry = position.pointee {
      environment.append(entry)
      position += 1
    }
    environment.append(nil)
    var child = pid_t()
    let code = posix_spawn(&child, SinterProcess.path, &actions, &attributes, &pointers, &environment)
    for pointer in pointers + environment[..<2] { free(pointer) }
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
    close(inputs[0])
    close(outputs[1])
    precondition(code == 0, "cannot start \(SinterProcess.path)")
    id = child
    input = inputs[1]
    output = outputs[0]
  }

  deinit {
    if !isReaped {
      kill(id, SIGKILL)
      _ = wait()
    }
  }

  /// Writes to its standard input.
  func send(_ bytes: [UInt8]) {
    var mask = sigset_t()
    sigemptyset(&mask)
    sigaddset(&mask, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &mask, nil)
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes { Int(write(input, $0.baseAddress, $0.count)) }
      guard count > 0 else { return }
      start += count
    }
  }

  /// The next line of its output; nil at the end.
  func readLine() -> String? {
    while true {
      if let end = buffered.firstIndex(of: 0x0A) {
        defer { buffered.removeSubrange(...end) }
        return String(decoding: buffered[..<end], as: UTF8.self)
      }
      guard fill() else { return nil }
    }
  }

  private func fill() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = read(output, &chunk, chunk.count)
    guard count > 0 else { return false }
    buffered += chunk[..<count]
    return true
  }

  private var isInputClosed = false
  func endInput() {
    if !isInputClosed { close(input) }
    isInputClosed = true
  }

  /// Reads no more, as `head` does when it has enough.
  private var isOutputClosed = false
  func stopReading() {
    if !isOutputClosed { close(output) }
    isOutputClosed = true
  }

  func wait() -> Outcome {
    endInput()
    if !isOutputClosed { while fill() {} }
    var state: Int32 = 0
    while waitpid(id, &state, 0) < 0 && errno == EINTR {}
    isReaped = true
    stopReading()
    var outcome = Outcome(output: buffered)
    if state & 0x7F == 0 { outcome.status = (state >> 8) & 0xFF } else { outcome.signal = state & 0x7F }
    outcome.errorText = String(decoding: bytes(of: errorPath), as: UTF8.self)
    return outcome
  }
}

/// A folder with a store and files, and the program run on them.
struct Workshop {
  let temporary: TemporaryStore
  var store: String { temporary.path }
  init(in parent: String = "/tmp") { temporary = TemporaryStore(in: parent) }

  func path(_ name: String) -> String { temporary.folder + "/" + name }

  func start(_ arguments: [String], outputPath: String? = nil) -> SinterProcess {
    SinterProcess(arguments.map { Array($0.utf8) }, errorPath: path("errors-\(UInt32.random(in: 0 ... .max))"), outputPath: outputPath)
  }

  /// Runs to the end.
  func run(_ arguments: [String], input: [UInt8] = [], outputPath: String? = nil) -> SinterProcess.Outcome {
    let process = start(arguments, outputPath: outputPath)
    if !input.isEmpty { process.send(input) }
    return process.wait()
  }

  func run(raw arguments: [[UInt8]]) -> SinterProcess.Outcome {
    SinterProcess(arguments, errorPath: path("errors-raw")).wait()
  }

  @discardableResult
  func write(_ name: String, _ contents: [UInt8]) -> String {
    writeBytes(path(name), contents)
    return path(name)
  }

  @discardableResult
  func write(_ name: String, _ text: String) -> String { write(name, Array(text.utf8)) }

  /// A small store with every kind of thing in it.
  func makeStore() -> String {
    let made = run([
      "query", store,
      """
      CREATE CONSTRAINT user_id FOR (u:User) REQUIRE u.id IS UNIQUE;
      CREATE INDEX item_price FOR (i:Item) ON (i.price);
      UNWIND range(1, 60) AS n CREATE (:User {id: 'u' + n, age: n, joined: date('2020-01-01'), tags: ['a', 'b' + n]});
      UNWIND range(1, 80) AS n CREATE (:Item {id: 'i' + n, price: n * 1.5, title: 'Title ' + n + ' 茶', even: n % 2 = 0});
      MATCH (u:User), (i:Item) WHERE u.age % 7 = toInteger(i.price) % 7 CREATE (u)-[:BOUGHT {n: u.age}]->(i)
      """,
    ])
    precondition(made.status == 0, made.description)
    precondition(run(["compact", store]).status == 0)
    let more = run(["query", store, "MATCH (u:User {id: 'u1'}), (i:Item {id: 'i2'}) CREATE (u)-[:VIEWED {at: 5}]->(i)"])
    precondition(more.status == 0, more.description)
    return store
  }

  /// What a store says to questions that touch all of it; compared before and after.
  static let questions = [
    "MATCH (n) RETURN n ORDER BY n.id, id(n)",
    "MATCH (a)-[r]->(b) RETURN a.id AS a, type(r) AS t, r.n AS n, r.at AS at, b.id AS b ORDER BY a, t, b",
    "MATCH (a)<-[r:BOUGHT]-(b) RETURN a.id AS a, count(*) AS c ORDER BY a",
    "MATCH (u:User {id: 'u33'}) RETURN u.age AS age",
    "MATCH (i:Item) WHERE i.price > 90 RETURN i.id AS id ORDER BY id",
  ]
}

func bytes(of path: String) -> [UInt8] {
  let descriptor = open(path, O_RDONLY)
  guard descriptor >= 0 else { return [] }
  defer { close(descriptor) }
  var contents: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while case let count = read(descriptor, &chunk, chunk.count), count > 0 { contents += chunk[..<count] }
  return contents
}

func writeBytes(_ path: String, _ contents: [UInt8]) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
  defer { close(descriptor) }
  contents.withUnsafeBytes { _ = write(descriptor, $0.baseAddress, $0.count) }
}

func fileNames(in folder: String) -> [String] {
  guard let directory = opendir(folder) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    names.append(
      withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      })
  }
  return names.filter { $0 != "." && $0 != ".." }.sorted()
}
