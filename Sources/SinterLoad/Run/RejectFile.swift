import SinterModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The CSV file of rejected rows: file, line, column, reason, row. Made with the first reject.
final class RejectFile {
  let path: String
  private var file: UnsafeMutablePointer<FILE>?
  private(set) var count = 0
  private(set) var countsByReason: [String: Int] = [:]

  init(path: String) { self.path = path }

  deinit { if let file { fclose(file) } }

  func append(_ reject: Reject, file name: String) throws(SinterError) {
    if file == nil {
      file = fopen(path, "w")
      guard file != nil else {
        throw LoadFailure.io(
          "The file for rejected rows, `\(path)`, cannot be written: \(systemErrorText(errno)). Name another one.")
      }
      try write("file,line,column,reason,row\n")
    }
    count += 1
    countsByReason[reject.fault.reason.rawValue, default: 0] += 1
    var raw = reject.raw[...]
    while raw.last == 0x0A || raw.last == 0x0D { raw.removeLast() }
    let fields = [name, String(reject.line), reject.fault.column ?? "", reject.fault.detail, String(decoding: raw, as: UTF8.self)]
    try write(fields.map(CSVText.field).joined(separator: ",") + "\n")
  }

  func close() throws(SinterError) {
    guard let open = file else { return }
    file = nil
    guard fclose(open) == 0 else { throw LoadFailure.io("Writing `\(path)` failed: \(systemErrorText(errno)).") }
  }

  private func write(_ text: String) throws(SinterError) {
    var text = text
    // Not as a C string: a row may hold a byte that is 0.
    let isWritten = text.withUTF8 { fwrite($0.baseAddress, 1, $0.count, file) == $0.count }
    guard isWritten else { throw LoadFailure.io("Writing `\(path)` failed: \(systemErrorText(errno)).") }
  }
}

/// Text as a field of a CSV record.
enum CSVText {
  /// Quoted where RFC 4180 asks for it.
  static func field(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D }) else {
      return text
    }
    return quoted(text)
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for character in text.unicodeScalars {
      if character == "\"" { result += "\"\"" } else { result.unicodeScalars.append(character) }
    }
    return result + "\""
  }
}
