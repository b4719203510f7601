import SinterModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file of vectors, read row by row: NumPy's `.npy` (two dimensions, 32- or 64-bit floats) or `.fvecs`, where each row is
/// an `i32` length and so many 32-bit floats.
final class VectorFile {
  let path: String
  /// nil where only the end of the file tells.
  private(set) var rowCount: Int?
  private(set) var dimension = 0
  private let file: UnsafeMutablePointer<FILE>
  private let form: Form
  private var rowsRead = 0

  private enum Form { case fvecs, singles, doubles }

  init(_ path: String) throws(SinterError) {
    self.path = path
    guard let file = fopen(path, "rb") else { throw LoadFailure.io("\(path) cannot be opened: \(String(cString: strerror(errno))).") }
    self.file = file
    var start = [UInt8](repeating: 0, count: 8)
    let count = fread(&start, 1, 8, file)
    if count == 8, start.starts(with: [0x93] + Array("NUMPY".utf8)) {
      do {
        let header = try VectorFile.readHeader(file, majorVersion: start[6], path)
        form = header.isDouble ? .doubles : .singles
        (rowCount, dimension) = (header.rows, header.columns)
      } catch {
        fclose(file)
        throw error
      }
    } else {
      form = .fvecs
      rewind(file)
    }
  }

  deinit { fclose(file) }

  /// The next row; nil at the end of the file.
  func next() throws(SinterError) -> [Double]? {
    if let rowCount, rowsRead == rowCount { return nil }
    if form == .fvecs {
      var length: Int32 = 0
      let count = fread(&length, 1, 4, file)
      if count == 0 { return nil }
      length = Int32(littleEndian: length)
      guard count == 4, length > 0, length <= 1 << 20 else {
        throw wrong("row \(rowsRead + 1) begins with the length \(length); this is neither an .npy nor an .fvecs file")
      }
      guard dimension == 0 || dimension == Int(length) else {
        throw wrong("row \(rowsRead + 1) has \(length) numbers, and the rows before have \(dimension)")
      }
      dimension = Int(length)
    }
    defer { rowsRead += 1 }
    if form == .doubles {
      var row = [Double](repeating: 0, count: dimension)
      guard fread(&row, 8, dimension, file) == dimension else { throw wrong("it ends in row \(rowsRead + 1)") }
      return row
    }
    var row = [Float](repeating: 0, count: dimension)
    guard fread(&row, 4, dimension, file) == dimension else { throw wrong("it ends in row \(rowsRead + 1)") }
    return row.map(Double.init)
  }

  private func wrong(_ what: String) -> SinterError { VectorFile.wrong(path, what) }
  private static func wrong(_ path: String, _ what: String) -> SinterError {
    SinterError("LoadError.VectorFile", "\(path) cannot be read: \(what).")
  }

  /// The Python dictionary behind the magic, such as `{'descr': '<f4', 'fortran_order': False, 'shape': (100, 8), }`.
  private static func readHeader(
    _ file: UnsafeMutablePointer<FILE>, majorVersion: UInt8, _ path: String
  ) throws(SinterError) -> (isDouble: Bool, rows: Int, columns: Int) {
    var size = [UInt8](repeating: 0, count: 4)
    let sizeBytes = majorVersion == 1 ? 2 : 4
    guard fread(&size, 1, sizeBytes, file) == sizeBytes else { throw wrong(path, "its header is cut short") }
    let length = Int(size[0]) | Int(size[1]) << 8 | Int(size[2]) << 16 | Int(size[3]) << 24
    guard length <= 1 << 20 else { throw wrong(path, "its header is too long") }
    var bytes = [UInt8](repeating: 0, count: length)
    guard fread(&bytes, 1, length, file) == length else { throw wrong(path, "its header is cut short") }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.contains("'<f4'") || text.contains("'<f8'") else {
      throw wrong(path, "its numbers are not 32- or 64-bit floats (save it with .astype('float32'))")
    }
    guard text.contains("'fortran_order': False") else { throw wrong(path, "it is stored by columns (save it with np.ascontiguousarray)") }
    let shape = text.split(separator: "(").dropFirst().first?.split(separator: ")").first ?? ""
    let sizes = shape.split(separator: ",").compactMap { Int($0.filter { $0 != " " }) }
    guard sizes.count == 2, sizes[0] >= 0, (1...1 << 20).contains(sizes[1]) else {
      throw wrong(path, "its shape is (\(shape)), not rows of numbers")
    }
    return (text.contains("'<f8'"), sizes[0], sizes[1])
  }
}
