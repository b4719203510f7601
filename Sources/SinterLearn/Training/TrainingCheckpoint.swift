#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif
internal import SinterModel

/// What a training knows besides its matrices.
struct TrainingState {
  struct Best {
    var mrr: Double
    var epoch: Int
    var entities: [Float]
    var relations: [Float]
  }

  var history: [EpochMetrics]
  var stepsDone: Int
  var validationsWithoutGain: Int
  var secondsElapsed: Double
  var best: Best?
}

/// A file that keeps a training's state, rewritten after every epoch, so that a killed training can go on.
///
/// The file is written beside its name and renamed over it: whenever the process dies, it holds a whole state or none.
/// Its last eight bytes are a checksum of the others.
package struct TrainingCheckpoint: Sendable {
  private static let magic: UInt64 = 0x3150_4b43_5253_4e53
  package let path: String

  package init(path: String) { self.path = path }

  /// Removes the file, when the training has come to its end.
  package func remove() { _ = unlink(path) }

  /// - Throws: `LearnError.BadCheckpoint` where the file is damaged or of another training; `LearnError.IO`.
  func load(_ shared: TrainingShared, fingerprint: UInt64) throws(SinterError) -> TrainingState? {
    guard let bytes = try read() else { return nil }
    var reader = Reader(bytes: bytes)
    let damaged = SinterError(
      "LearnError.BadCheckpoint", "\(path) is not a whole checkpoint. Delete it to start the training over.")
    guard bytes.count >= 16, Self.checksum(bytes.dropLast(8)) == Reader(bytes: Array(bytes.suffix(8))).peek(),
      reader.next(UInt64.self) == Self.magic
    else { throw damaged }
    guard reader.next(UInt64.self) == fingerprint else {
      throw SinterError(
        "LearnError.BadCheckpoint",
        "\(path) is the checkpoint of a training with other settings or triples. Delete it, or name another file.")
    }
    guard let state = state(&reader, shared) else { throw damaged }
    return state
  }

  private func state(_ reader: inout Reader, _ shared: TrainingShared) -> TrainingState? {
    guard let steps = reader.next(Int64.self), let stale = reader.next(Int64.self), let seconds = reader.next(Double.self),
      let epochs = reader.next(Int64.self), epochs >= 0, epochs <= 1_000_000
    else { return nil }
    var history: [EpochMetrics] = []
    for epoch in 0..<epochs {
      guard let loss = reader.next(Double.self), let mrr = reader.next(Double.self), let elapsed = reader.next(Double.self)
      else { return nil }
      history.append(
        EpochMetrics(epoch: Int(epoch) + 1, loss: loss, validationMRR: mrr.isNaN ? nil : mrr, secondsElapsed: elapsed))
    }
    var best: TrainingState.Best?
    guard let bestEpoch = reader.next(Int64.self), let bestMRR = reader.next(Double.self) else { return nil }
    if bestEpoch > 0 {
      guard let entities = reader.floats(shared.entities.count), let relations = reader.floats(shared.relations.count) else {
        return nil
      }
      best = TrainingState.Best(mrr: bestMRR, epoch: Int(bestEpoch), entities: entities, relations: relations)
    }
    for table in [shared.entities, shared.relations] {
      for part in table.parts {
        guard let floats = reader.floats(table.count) else { return nil }
        floats.withUnsafeBufferPointer { if let base = $0.baseAddress { part.update(from: base, count: table.count) } }
      }
    }
    return TrainingState(
      history: history, stepsDone: Int(steps), validationsWithoutGain: Int(stale), secondsElapsed: seconds, best: best)
  }

  func save(_ state: TrainingState, _ shared: TrainingShared, fingerprint: UInt64) throws(SinterError) {
    var bytes: [UInt8] = []
    func append<Number: BitwiseCopyable>(_ number: Number) { withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) } }
    func appendAll(_ floats: UnsafeBufferPointer<Float>) { bytes.append(contentsOf: UnsafeRawBufferPointer(floats)) }
    append(Self.magic)
    append(fingerprint)
    append(Int64(state.stepsDone))
    append(Int64(state.validationsWithoutGain))
    append(state.secondsElapsed)
    append(Int64(state.history.count))
    for epoch in state.history {
      append(epoch.loss)
      append(epoch.validationMRR ?? .nan)
      append(epoch.secondsElapsed)
    }
    append(Int64(state.best?.epoch ?? 0))
    append(state.best?.mrr ?? 0)
    state.best?.entities.withUnsafeBufferPointer { appendAll($0) }
    state.best?.relations.withUnsafeBufferPointer { appendAll($0) }
    for table in [shared.entities, shared.relations] {
      for part in table.parts { appendAll(UnsafeBufferPointer(start: part, count: table.count)) }
    }
    append(Self.checksum(bytes[...]))
    try write(bytes)
  }

  /// FNV-1a over eight bytes at a time.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    bytes.withUnsafeBytes { buffer in
      let words = buffer.count / 8
      for i in 0..<words {
        hash = (hash ^ buffer.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self)) &* 0x0000_0100_0000_01b3
        hash ^= hash >> 29
      }
      for i in 8 * words..<buffer.count { hash = (hash ^ UInt64(buffer[i])) &* 0x0000_0100_0000_01b3 }
    }
    return hash
  }

  /// Of the settings, written out, and the triples.
  static func fingerprint(_ settings: String, _ triples: TripleSet) -> UInt64 {
    var hash = checksum(Array(settings.utf8)[...])
    for column in [triples.heads, triples.relations, triples.tails] {
      for id in column { hash = (hash ^ UInt64(id)) &* 0x0000_0100_0000_01b3 }
    }
    return hash
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    func peek() -> UInt64? {
      bytes.count < 8 ? nil : bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }

    mutating func next<Number: BitwiseCopyable>(_: Number.Type) -> Number? {
      let size = MemoryLayout<Number>.size
      guard bytes.count - position >= size else { return nil }
      defer { position += size }
      return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: Number.self) }
    }

    mutating func floats(_ count: Int) -> [Float]? {
      guard (bytes.count - position) / 4 >= count else { return nil }
      defer { position += 4 * count }
      return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
        bytes.withUnsafeBytes { source in
          UnsafeMutableRawBufferPointer(buffer).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: source[position..<position + 4 * count]))
        }
        filled = count
      }
    }
  }

  private func failure(_ what: String) -> SinterError {
    SinterError("LearnError.IO", "The checkpoint \(path) cannot be \(what): \(String(cString: strerror(errno))).")
  }

  private func read() throws(SinterError) -> [UInt8]? {
    guard let file = fopen(path, "rb") else {
      if errno == ENOENT { return nil }
      throw failure("read")
    }
    defer { fclose(file) }
    guard fseek(file, 0, SEEK_END) == 0 else { throw failure("read") }
    let size = ftell(file)
    guard size >= 0 else { throw failure("read") }
    rewind(file)
    var bytes = [UInt8](repeating: 0, count: size)
    guard fread(&bytes, 1, size, file) == size else { throw failure("read") }
    return bytes
  }

  private func write(_ bytes: [UInt8]) throws(SinterError) {
    let temporary = path + ".new"
    guard let file = fopen(temporary, "wb") else { throw failure("written") }
    let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count && fflush(file) == 0 && fsync(fileno(file)) == 0
    guard fclose(file) == 0, isWritten, rename(temporary, path) == 0 else {
      let error = failure("written")
      unlink(temporary)
      throw error
    }
  }
}
