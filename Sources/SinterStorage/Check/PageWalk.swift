import SinterModel

/// One pass over the two trees of a file, that of the entries and that of the free pages.
struct PageWalk {
  private let file: PageFile
  private let metas: MetaPages
  private let pageSize: Int
  private let pageCount: UInt64
  private let pageLimit: Int
  private let readsOverflow: Bool
  /// One bit a page: used by a tree.
  private var used: [UInt64]
  private var usedCount = 0
  private var freeCount = 0
  private var visitedCount = 0
  private var isComplete = true

  private static let depthLimit = 32
  private static let keyLimitBytes = 511

  init(_ file: PageFile, _ metas: MetaPages, pageLimit: Int, readsOverflow: Bool) {
    self.file = file
    self.metas = metas
    self.pageLimit = pageLimit
    self.readsOverflow = readsOverflow
    pageSize = metas.newest.pageSize
    // Free pages at the end need not have been written, but a file is never much shorter than it says.
    pageCount = min(metas.newest.lastPage + 1, UInt64(file.byteCount / pageSize) + 1)
    used = [UInt64](repeating: 0, count: Int(pageCount / 64 + 1))
  }

  /// What the pages of one tree add up to.
  private struct Counts {
    var branch: UInt64 = 0
    var leaf: UInt64 = 0
    var overflow: UInt64 = 0
    var entries: UInt64 = 0
    var depth = 0
    var maximumKey: UInt64 = 0
  }

  mutating func run() throws(SinterError) -> PageCheck.Report {
    let newest = metas.newest
    guard newest.lastPage + 1 <= UInt64(file.byteCount / pageSize) + 4_096 else { throw MetaPages.truncated(file.path) }
    mark(0)
    mark(1)
    let main = try walk(newest.mainTree, isFreeTree: false)
    let free = try walk(newest.freeTree, isFreeTree: true)
    // A meta page whose number was changed would bring an old commit back: its free pages tell.
    guard free.maximumKey <= newest.transactionID, try oldestFreeKey() <= metas.older.transactionID else {
      throw damage("the commits' numbers do not fit")
    }
    var report = PageCheck.Report()
    report.pageSizeBytes = pageSize
    report.pageCount = Int(newest.lastPage + 1)
    report.usedPageCount = usedCount
    report.freePageCount = freeCount
    report.entryCount = Int(clamping: main.entries)
    report.transactionID = newest.transactionID
    report.isComplete = isComplete
    return report
  }

  /// The greatest commit number in the older meta page's tree of free pages.
  private mutating func oldestFreeKey() throws(SinterError) -> UInt64 {
    var side = PageWalk(file, metas, pageLimit: 1_000, readsOverflow: false)
    return try side.walk(metas.older.freeTree, isFreeTree: true).maximumKey
  }

  private mutating func walk(_ tree: MetaPage.Tree, isFreeTree: Bool) throws(SinterError) -> Counts {
    var counts = Counts()
    if tree.root != PageLayout.noRoot {
      try visit(tree.root, depth: 1, from: [], to: nil, isFreeTree: isFreeTree, &counts)
    }
    guard isComplete else { return counts }
    guard counts.branch == tree.branchPages, counts.leaf == tree.leafPages, counts.overflow == tree.overflowPages,
      counts.entries == tree.entries, counts.depth == tree.depth
    else { throw damage("the counts of its pages are wrong") }
    return counts
  }

  private func damage(_ what: String) -> SinterError { MetaPages.damaged(file.path, what) }

  private mutating func mark(_ page: UInt64) {
    used[Int(page / 64)] |= 1 << (page % 64)
    usedCount += 1
  }

  private mutating func take(_ page: UInt64, count: UInt64 = 1) throws(SinterError) {
    guard page >= 2, page < pageCount, count <= pageCount - page else {
      throw page <= metas.newest.lastPage && page >= 2 ? MetaPages.truncated(file.path) : damage("a page number is out of range")
    }
    for number in page..<page + count {
      guard used[Int(number / 64)] >> (number % 64) & 1 == 0 else { throw damage("page \(number) is used twice") }
      mark(number)
    }
  }

  private func readPage(_ page: UInt64, _ buffer: UnsafeMutableRawBufferPointer) throws(SinterError) {
    guard try file.read(at: Int(page) * pageSize, into: buffer) == buffer.count else { throw MetaPages.truncated(file.path) }
  }

  /// Looks at a page and all below it, whose keys lie in `lower ..< upper`.
  private mutating func visit(
    _ page: UInt64, depth: Int, from lower: [UInt8], to upper: [UInt8]?, isFreeTree: Bool, _ counts: inout Counts
  ) throws(SinterError) {
    guard depth <= PageWalk.depthLimit else { throw damage("its tree is too deep") }
    try take(page)
    visitedCount += 1
    guard visitedCount <= pageLimit else {
      isComplete = false
      return
    }
    counts.depth = max(counts.depth, depth)
    var bytes = [UInt8](repeating: 0, count: pageSize)
    try bytes.withUnsafeMutableBytesTyped { (buffer) throws(SinterError) in try readPage(page, buffer) }
    let parsed = bytes.withUnsafeBytes { ParsedPage($0, number: page) }
    guard let parsed, isInOrder(parsed, bytes, lower, upper, isFreeTree) else { throw damage("page \(page) is damaged") }
    if parsed.isLeaf {
      guard counts.leaf == 0 || counts.depth == depth else { throw damage("its tree is not balanced") }
      counts.leaf += 1
      counts.entries += UInt64(parsed.nodes.count)
      for node in parsed.nodes { try visitEntry(node, bytes, isFreeTree: isFreeTree, &counts) }
      return
    }
    counts.branch += 1
    for node in parsed.nodes where node.child < pageCount { file.willRead(at: Int(node.child) * pageSize, count: pageSize) }
    for (index, node) in parsed.nodes.enumerated() {
      let first = index == 0 ? lower : Array(bytes[node.key])
      let last = index + 1 < parsed.nodes.count ? Array(bytes[parsed.nodes[index + 1].key]) : upper
      try visit(node.child, depth: depth + 1, from: first, to: last, isFreeTree: isFreeTree, &counts)
      guard isComplete else { return }
    }
  }

  /// Keys ascend and lie between the bounds that the pages above give.
  private func isInOrder(
    _ page: ParsedPage, _ bytes: [UInt8], _ lower: [UInt8], _ upper: [UInt8]?, _ isFreeTree: Bool
  ) -> Bool {
    bytes.withUnsafeBytes { raw in
      func order(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        guard isFreeTree else { return IndexBlock.compare(a, b) }
        // Integer keys in the machine's order of bytes.
        guard a.count == 8, b.count == 8 else { return a.count - b.count }
        let (x, y) = (a.load64(0), b.load64(0))
        return x < y ? -1 : (x > y ? 1 : 0)
      }
      var previous: UnsafeRawBufferPointer?
      for (index, node) in page.nodes.enumerated() {
        // The first key of a branch page stands for everything below the second.
        if !page.isLeaf, index == 0 { continue }
        guard !node.key.isEmpty, node.key.count <= PageWalk.keyLimitBytes, !isFreeTree || node.key.count == 8 else { return false }
        let key = UnsafeRawBufferPointer(rebasing: raw[node.key])
        if let previous, order(previous, key) >= 0 { return false }
        let isTooLow = lower.withUnsafeBytes { !lower.isEmpty && order(key, $0) < 0 }
        let isTooHigh = upper?.withUnsafeBytes { order(key, $0) >= 0 } ?? false
        if isTooLow || isTooHigh { return false }
        previous = key
      }
      return true
    }
  }

  private mutating func visitEntry(
    _ node: ParsedPage.Node, _ bytes: [UInt8], isFreeTree: Bool, _ counts: inout Counts
  ) throws(SinterError) {
    if node.isBig {
      let pages = UInt64(PageLayout.overflowPages(valueByteCount: node.dataByteCount, pageSize: pageSize))
      try take(node.child, count: pages)
      counts.overflow += pages
      if readsOverflow || isFreeTree { try checkOverflow(node.child, pages) }
    }
    guard isFreeTree else { return }
    let key = bytes.withUnsafeBytes { $0.load64(node.key.lowerBound) }
    counts.maximumKey = max(counts.maximumKey, key)
    var data = [UInt8](repeating: 0, count: node.dataByteCount)
    if node.isBig {
      let count = try data.withUnsafeMutableBytesTyped { (buffer) throws(SinterError) in
        try file.read(at: Int(node.child) * pageSize + PageLayout.headerByteCount, into: buffer)
      }
      guard count == data.count else { throw MetaPages.truncated(file.path) }
    } else {
      data = Array(bytes[node.dataStart..<node.dataStart + node.dataByteCount])
    }
    try checkFreeList(data)
  }

  private func checkOverflow(_ page: UInt64, _ pages: UInt64) throws(SinterError) {
    var header = [UInt8](repeating: 0, count: PageLayout.headerByteCount)
    let count = try header.withUnsafeMutableBytesTyped { (buffer) throws(SinterError) in
      try file.read(at: Int(page) * pageSize, into: buffer)
    }
    let isGood = header.withUnsafeBytes { raw in
      raw.load64(0) == page && raw.load16(10) == PageLayout.overflow && UInt64(raw.load32(12)) == pages
    }
    guard count == header.count, isGood else { throw damage("page \(page) is damaged") }
  }

  /// A list of free pages: how many, then their numbers, descending; none of them may be in use.
  private mutating func checkFreeList(_ data: [UInt8]) throws(SinterError) {
    try data.withUnsafeBufferPointer { (buffer) throws(SinterError) in
      let raw = UnsafeRawBufferPointer(buffer)
      guard raw.count >= 8, raw.count % 8 == 0, raw.load64(0) <= UInt64(raw.count / 8 - 1) else {
        throw damage("a list of free pages is damaged")
      }
      var previous = metas.newest.lastPage + 1
      for index in 0..<Int(raw.load64(0)) {
        let page = raw.load64(8 + index * 8)
        guard page >= 2, page < previous else { throw damage("a list of free pages is damaged") }
        previous = page
        freeCount += 1
        // Past the file's end a free page need not have been written.
        guard page < pageCount else { continue }
        guard used[Int(page / 64)] >> (page % 64) & 1 == 0 else { throw damage("page \(page) is both used and free") }
        used[Int(page / 64)] |= 1 << (page % 64)
      }
    }
  }
}

/// The nodes of a branch or leaf page, with all offsets found to lie in the page.
struct ParsedPage {
  struct Node {
    var key: Range<Int>
    var dataStart: Int
    var dataByteCount: Int
    /// The page below, or the first page of a long value.
    var child: UInt64
    var isBig: Bool
  }
  var isLeaf: Bool
  var nodes: [Node] = []

  init?(_ page: UnsafeRawBufferPointer, number: UInt64) {
    let flags = page.load16(10)
    guard page.load64(0) == number, flags == PageLayout.branch || flags == PageLayout.leaf else { return nil }
    isLeaf = flags == PageLayout.leaf
    let lower = Int(page.load16(12))
    let upper = Int(page.load16(14))
    guard lower >= PageLayout.headerByteCount, lower % 2 == 0, lower <= upper, upper <= page.count else { return nil }
    let count = (lower - PageLayout.headerByteCount) / 2
    guard count >= (isLeaf ? 1 : 2) else { return nil }
    var taken = 0
    nodes.reserveCapacity(count)
    for index in 0..<count {
      let offset = Int(page.load16(PageLayout.headerByteCount + index * 2))
      guard offset >= upper, offset % 2 == 0, offset + PageLayout.nodeHeaderByteCount <= page.count else { return nil }
      let (low, high) = (page.load16(offset), page.load16(offset + 2))
      let flags = page.load16(offset + 4)
      let keyStart = offset + PageLayout.nodeHeaderByteCount
      let dataStart = keyStart + Int(page.load16(offset + 6))
      guard dataStart <= page.count else { return nil }
      var node = Node(key: keyStart..<dataStart, dataStart: dataStart, dataByteCount: 0, child: 0, isBig: false)
      var end = dataStart
      if isLeaf {
        guard flags == 0 || flags == PageLayout.bigData else { return nil }
        node.isBig = flags == PageLayout.bigData
        node.dataByteCount = Int(low) | Int(high) << 16
        end += node.isBig ? 8 : node.dataByteCount
        guard end <= page.count else { return nil }
        if node.isBig { node.child = page.load64(dataStart) }
      } else {
        node.child = UInt64(low) | UInt64(high) << 16 | UInt64(flags) << 32
      }
      taken += (end - offset + 1) & ~1
      nodes.append(node)
    }
    // Nodes that overlapped would take more room than there is.
    guard taken <= page.count - upper else { return nil }
  }
}
