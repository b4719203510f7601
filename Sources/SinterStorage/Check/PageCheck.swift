import SinterModel

/// Checks the B-tree of a store file by reading its pages, before LMDB, which trusts them, is let near.
///
/// Every page that a reader or the writer can reach is looked at: its number, flags and bounds, the
/// order of its keys against those of the pages above, the pages of long values, and that no page is
/// used twice or both used and free. The layout is that of LMDB 0.9 (`mdb.c`).
enum PageCheck {
  /// What a check of all pages found.
  struct Report {
    var pageSizeBytes = 0
    var pageCount = 0
    var usedPageCount = 0
    var freePageCount = 0
    var entryCount = 0
    var transactionID: UInt64 = 0
    /// Whether all pages were looked at.
    var isComplete = false
  }

  /// Branch and leaf pages that opening a store looks at, at most: some milliseconds.
  private static let openingPageLimit = 50_000

  /// What opening a store checks.
  /// - Throws: `StorageError.NotAStore`, `.NewerFormat`, `.Truncated`, `.Damaged`.
  static func checkOpening(_ file: PageFile) throws(SinterError) {
    file.expectScatteredReads()
    _ = try check(file, pageLimit: openingPageLimit, readsOverflow: false)
  }

  /// Checks all pages, the first ones of long values too.
  static func checkAll(_ file: PageFile) throws(SinterError) -> Report {
    file.willReadAll()
    return try check(file, pageLimit: .max, readsOverflow: true)
  }

  private static func check(_ file: PageFile, pageLimit: Int, readsOverflow: Bool) throws(SinterError) -> Report {
    var attempts = 0
    while true {
      let metas = try MetaPages(file)
      do {
        var walk = PageWalk(file, metas, pageLimit: pageLimit, readsOverflow: readsOverflow)
        return try walk.run()
      } catch {
        // Another process may have committed twice meanwhile and reused pages of the tree walked.
        attempts += 1
        let now = try MetaPages(file)
        if now.newest.transactionID == metas.newest.transactionID || attempts == 20 { throw error }
      }
    }
  }
}

/// One of LMDB's two meta pages; the one with the greater transaction id counts.
struct MetaPage: Equatable {
  struct Tree: Equatable {
    var flags: UInt16
    var depth: Int
    var branchPages: UInt64
    var leafPages: UInt64
    var overflowPages: UInt64
    var entries: UInt64
    var root: UInt64
  }
  var pageSize: Int
  var freeTree: Tree
  var mainTree: Tree
  var lastPage: UInt64
  var transactionID: UInt64
}

/// Both meta pages, found good.
struct MetaPages {
  let newest: MetaPage
  let older: MetaPage

  static let byteCount = PageLayout.headerByteCount + 136

  init(_ file: PageFile) throws(SinterError) {
    let path = file.path
    guard file.byteCount > 0 else {
      throw SinterError("StorageError.NotAStore", "\(path) is an empty file, not a store. Remove it, or choose another path.")
    }
    var first = [UInt8](repeating: 0, count: MetaPages.byteCount)
    let count = try first.withUnsafeMutableBytesTyped { (bytes) throws(SinterError) in try file.read(at: 0, into: bytes) }
    let magic = first.withUnsafeBytes { $0.load32(16) }
    let pageSize = Int(first.withUnsafeBytes { $0.load32(40) })
    let isPageSize = pageSize >= 512 && pageSize <= 1 << 16 && pageSize & (pageSize - 1) == 0
    guard count >= 20, magic == PageLayout.magic else {
      throw try MetaPages.isSecondGood(file) ? MetaPages.damaged(path, "its first page is overwritten") : MetaPages.foreign(path)
    }
    let version = first.withUnsafeBytes { $0.load32(20) }
    guard count == MetaPages.byteCount else { throw MetaPages.truncated(path) }
    guard isPageSize else { throw MetaPages.damaged(path, "its page size is \(pageSize)") }
    guard file.byteCount >= 2 * pageSize else { throw MetaPages.truncated(path) }
    var second = first
    _ = try second.withUnsafeMutableBytesTyped { (bytes) throws(SinterError) in try file.read(at: pageSize, into: bytes) }
    if version != PageLayout.dataVersion {
      guard second.withUnsafeBytes({ $0.load32(20) }) == version else { throw MetaPages.damaged(path, "its first page is damaged") }
      throw SinterError(
        "StorageError.NewerFormat",
        "\(path) was written by another version of the storage engine (\(version)). Open it with the version that wrote it.")
    }
    guard let one = MetaPages.read(first, number: 0, pageSize), let two = MetaPages.read(second, number: 1, pageSize),
      MetaPages.agree(one, two)
    else { throw MetaPages.damaged(path, "its first pages are damaged") }
    newest = one.transactionID > two.transactionID ? one : two
    older = one.transactionID > two.transactionID ? two : one
  }

  /// The two are those of consecutive commits, and files do not shrink.
  private static func agree(_ even: MetaPage, _ odd: MetaPage) -> Bool {
    if even.transactionID == 0, odd.transactionID <= 1 { return even.lastPage <= odd.lastPage || odd.transactionID == 0 }
    guard even.transactionID & 1 == 0, odd.transactionID & 1 == 1 else { return false }
    return even.transactionID > odd.transactionID
      ? even.transactionID - odd.transactionID == 1 && even.lastPage >= odd.lastPage
      : odd.transactionID - even.transactionID == 1 && odd.lastPage >= even.lastPage
  }

  private static func read(_ bytes: [UInt8], number: UInt64, _ pageSize: Int) -> MetaPage? {
    bytes.withUnsafeBytes { raw in
      func tree(_ offset: Int) -> MetaPage.Tree {
        MetaPage.Tree(
          flags: raw.load16(offset + 4), depth: Int(raw.load16(offset + 6)), branchPages: raw.load64(offset + 8),
          leafPages: raw.load64(offset + 16), overflowPages: raw.load64(offset + 24), entries: raw.load64(offset + 32),
          root: raw.load64(offset + 40))
      }
      let meta = MetaPage(
        pageSize: pageSize, freeTree: tree(40), mainTree: tree(88), lastPage: raw.load64(136), transactionID: raw.load64(144))
      // Integer keys in the tree of free pages; a file without folder is what the environment's own flags say.
      let isGood =
        raw.load64(0) == number && raw.load16(10) == PageLayout.meta && raw.load32(16) == PageLayout.magic
        && raw.load32(20) == PageLayout.dataVersion && raw.load64(24) == 0 && Int(raw.load32(40)) == pageSize
        && raw.load32(88) == 0 && meta.freeTree.flags & ~0x4000 == 0x08 && meta.mainTree.flags == 0 && meta.lastPage >= 1
        && meta.lastPage < 1 << 40
      return isGood ? meta : nil
    }
  }

  private static func isSecondGood(_ file: PageFile) throws(SinterError) -> Bool {
    var magic = [UInt8](repeating: 0, count: 4)
    for pageSize in [4096, 8192, 16_384, 32_768] {
      let count = try magic.withUnsafeMutableBytesTyped { (bytes) throws(SinterError) in
        try file.read(at: pageSize + PageLayout.headerByteCount, into: bytes)
      }
      if count == 4, magic.withUnsafeBytes({ $0.load32(0) }) == PageLayout.magic { return true }
    }
    return false
  }

  static func foreign(_ path: String) -> SinterError {
    SinterError("StorageError.NotAStore", "\(path) is not a Sinter store. Choose another path, or move the file away.")
  }

  static func truncated(_ path: String) -> SinterError {
    SinterError("StorageError.Truncated", "\(path) has been cut short: pages at its end are missing. Restore a backup.")
  }

  static func damaged(_ path: String, _ what: String) -> SinterError {
    SinterError("StorageError.Damaged", "\(path) is damaged: \(what). Restore a backup.")
  }
}

extension [UInt8] {
  /// `withUnsafeMutableBytes` with the error's type kept.
  mutating func withUnsafeMutableBytesTyped<R, E: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    try withUnsafeMutableBufferPointer { (buffer) throws(E) in try body(UnsafeMutableRawBufferPointer(buffer)) }
  }
}
