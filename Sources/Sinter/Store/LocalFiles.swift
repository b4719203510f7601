internal import SinterExecute
internal import SinterLoad
internal import SinterModel

/// Lets LOAD CSV read what the bulk loader reads.
struct LocalFiles: FileExtension {
  func openDelimited(_ path: String, fieldTerminator: UInt8) throws(SinterError) -> any DelimitedRecords {
    Records(file: try DelimitedFile(path: path, delimiter: fieldTerminator))
  }

  private final class Records: DelimitedRecords {
    private let file: DelimitedFile

    init(file: DelimitedFile) { self.file = file }

    func next() throws(SinterError) -> [String?]? { try file.next() }
    var line: Int { file.line }
  }
}
