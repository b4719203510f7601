import CZlib
import CZstd
import SinterModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The decompressed bytes of a file: plain, gzip (any number of members) or zstd (any number of frames).
///
/// What the file is follows from its first bytes; a name ending in `.gz` or `.zst` must keep its word.
/// Not thread-safe: the block reader calls it under its lock.
final class InputFile {
  private enum Codec {
    case plain
    case gzip
    case zstd
  }

  let path: String
  /// Bytes on disk; 0 for what has no size, such as a pipe.
  let sizeBytes: Int
  /// Bytes of the file consumed so far, for progress.
  private(set) var positionBytes = 0

  private let descriptor: Int32
  private var codec = Codec.plain
  private let input: UnsafeMutablePointer<UInt8>
  private var inputStart = 0
  private var inputEnd = 0
  private var inputEnded = false
  /// Inside a gzip member or a zstd frame: the end of the file here means that it is cut short.
  private var isInside = false
  private var inflater = z_stream()
  private var zstd: OpaquePointer?

  private static let inputSizeBytes = 256 << 10

  /// - Throws: `LoadError.MissingFile`, `LoadError.IO`, `LoadError.DamagedInput`
  init(path: String) throws(SinterError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      if code == ENOENT { throw LoadFailure.missingFile("There is no file `\(path)`.") }
      throw LoadFailure.io("`\(path)` cannot be read: \(systemErrorText(code)).")
    }
    var status = stat()
    fstat(descriptor, &status)
    sizeBytes = Int(status.st_size)
    input = .allocate(capacity: Self.inputSizeBytes)
    guard status.st_mode & S_IFMT != S_IFDIR else { throw LoadFailure.io("`\(path)` is a folder, not a file.") }
    try fill()
    try detectCodec()
  }

  deinit {
    if codec == .gzip { inflateEnd(&inflater) }
    if let zstd { ZSTD_freeDStream(zstd) }
    input.deallocate()
    close(descriptor)
  }

  /// Fills `output` as far as the file goes; fewer bytes than asked for mean its end.
  /// - Throws: `LoadError.IO`, `LoadError.DamagedInput` with the file and the offset.
  func read(into output: UnsafeMutableBufferPointer<UInt8>) throws(SinterError) -> Int {
    var written = 0
    while written < output.count {
      let target = UnsafeMutableBufferPointer(rebasing: output[written...])
      let count: Int
      switch codec {
      case .plain: count = try readPlain(target)
      case .gzip: count = try readGzip(target)
      case .zstd: count = try readZstd(target)
      }
      if count == 0 { break }
      written += count
    }
    return written
  }

  private func detectCodec() throws(SinterError) {
    let count = inputEnd
    if count >= 2, input[0] == 0x1F, input[1] == 0x8B {
      codec = .gzip
      // 15 bits of window, +16: a gzip wrapper.
      guard inflateInit2_(&inflater, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        codec = .plain
        throw LoadFailure.io("zlib cannot be set up to read `\(path)`.")
      }
    } else if count >= 4, input[0] == 0x28, input[1] == 0xB5, input[2] == 0x2F, input[3] == 0xFD {
      codec = .zstd
      zstd = ZSTD_createDStream()
    } else if path.hasSuffix(".gz") || path.hasSuffix(".zst") {
      let kind = path.hasSuffix(".gz") ? "gzip" : "zstd"
      throw LoadFailure.damagedInput(
        "`\(path)` is not \(kind) data: it does not begin with \(kind)'s signature. Rename it or compress it anew.")
    }
  }

  private func fill() throws(SinterError) {
    guard inputStart == inputEnd, !inputEnded else { return }
    inputEnd = try readDescriptor(into: input, Self.inputSizeBytes)
    inputStart = 0
    inputEnded = inputEnd == 0
  }

  private func readDescriptor(into target: UnsafeMutablePointer<UInt8>, _ limit: Int) throws(SinterError) -> Int {
    while true {
      #if canImport(Glibc)
        let count = Glibc.read(descriptor, target, limit)
      #else
        let count = Darwin.read(descriptor, target, limit)
      #endif
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw LoadFailure.io("Reading `\(path)` failed at byte \(positionBytes): \(systemErrorText(errno)).")
      }
      return count
    }
  }

  private func consume(_ count: Int) {
    inputStart += count
    positionBytes += count
  }

  private func readPlain(_ output: UnsafeMutableBufferPointer<UInt8>) throws(SinterError) -> Int {
    // Straight to where it is wanted, when there is much to read.
    if inputStart == inputEnd, !inputEnded, output.count >= Self.inputSizeBytes {
      let count = try readDescriptor(into: output.baseAddress!, output.count)
      inputEnded = count == 0
      positionBytes += count
      return count
    }
    try fill()
    let count = min(output.count, inputEnd - inputStart)
    if count > 0 { output.baseAddress!.update(from: input + inputStart, count: count) }
    consume(count)
    return count
  }

  private func readGzip(_ output: UnsafeMutableBufferPointer<UInt8>) throws(SinterError) -> Int {
    while true {
      try fill()
      if inputStart == inputEnd {
        guard !isInside else { throw truncated("gzip") }
        return 0
      }
      if !isInside {
        // Between members only another member, or padding with zeros, may stand.
        if input[inputStart] == 0 {
          consume(1)
          continue
        }
        isInside = true
      }
      inflater.next_in = input + inputStart
      inflater.avail_in = UInt32(inputEnd - inputStart)
      inflater.next_out = output.baseAddress
      inflater.avail_out = UInt32(clamping: output.count)
      let before = Int(inflater.avail_out)
      let status = inflate(&inflater, Z_NO_FLUSH)
      consume(inputEnd - inputStart - Int(inflater.avail_in))
      let produced = before - Int(inflater.avail_out)
      switch status {
      case Z_STREAM_END:
        isInside = false
        inflateReset(&inflater)
      case Z_OK, Z_BUF_ERROR: break
      default: throw damaged("gzip", inflater.msg.map { String(cString: $0) } ?? "error \(status)")
      }
      if produced > 0 { return produced }
    }
  }

  private func readZstd(_ output: UnsafeMutableBufferPointer<UInt8>) throws(SinterError) -> Int {
    while true {
      try fill()
      if inputStart == inputEnd, !isInside { return 0 }
      let atEnd = inputStart == inputEnd
      var source = ZSTD_inBuffer(src: input + inputStart, size: inputEnd - inputStart, pos: 0)
      var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
      let result = ZSTD_decompressStream(zstd, &target, &source)
      consume(source.pos)
      if ZSTD_isError(result) != 0 { throw damaged("zstd", String(cString: ZSTD_getErrorName(result))) }
      isInside = result != 0
      if target.pos > 0 { return target.pos }
      if atEnd, isInside { throw truncated("zstd") }
    }
  }

  private func truncated(_ kind: String) -> SinterError {
    LoadFailure.damagedInput(
      "`\(path)` is cut short: its \(kind) data ends in the middle, at byte \(positionBytes). Copy the file again.")
  }

  private func damaged(_ kind: String, _ reason: String) -> SinterError {
    LoadFailure.damagedInput(
      "`\(path)` is damaged: its \(kind) data breaks off near byte \(positionBytes) (\(reason)). Copy the file again.")
  }
}
