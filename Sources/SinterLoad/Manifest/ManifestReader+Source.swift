import SinterModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension ManifestReader {
  private static let sourceKeys = [
    "file", "format", "delimiter", "quote", "header", "columns", "encoding", "null", "where", "nodes", "relationships",
  ]

  /// One plan per file that the pattern names.
  func readSource(_ node: ManifestNode) throws(SinterError) -> [SourcePlan] {
    let object = try node.object("a source", keys: Self.sourceKeys)
    let fileNode = try object.required("file")
    let pattern = try fileNode.text("`file`")
    var plan = SourcePlan(path: "", displayName: pattern, mark: node.place)
    try readFormat(object, pattern, &plan)
    try readHeader(object, &plan)
    if let nulls = object["null"] { plan.nullTexts = nulls.isNull ? [] : try nulls.texts("`null`").map { Array($0.utf8) } }
    plan.filter = try object["where"].map { n throws(SinterError) in try readFilter(n) }
    for item in try object["nodes"]?.list("`nodes`") ?? [] { plan.nodes.append(try readNode(item)) }
    for item in try object["relationships"]?.list("`relationships`") ?? [] {
      plan.relationships.append(try readRelationship(item))
    }
    guard !plan.nodes.isEmpty || !plan.relationships.isEmpty else {
      throw node.failure("the source makes nothing: give it `nodes` or `relationships`")
    }
    var plans: [SourcePlan] = []
    for (path, name) in try resolveFiles(pattern, fileNode) {
      plan.path = path
      plan.displayName = name
      plans.append(plan)
    }
    return plans
  }

  func readFilter(_ node: ManifestNode) throws(SinterError) -> Filter {
    let text = try node.text("a condition")
    do throws(FilterParser.Failure) {
      return try FilterParser.parse(text)
    } catch {
      throw node.failure("the condition `\(text)` cannot be read at its character \(error.offset + 1): \(error.message)")
    }
  }

  private func readFormat(_ object: ManifestObject, _ pattern: String, _ plan: inout SourcePlan) throws(SinterError) {
    var name = pattern
    for suffix in [".gz", ".zst"] where name.hasSuffix(suffix) { name.removeLast(suffix.count) }
    let isJSON = name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson")
    let format = try object.text("format") ?? (isJSON ? "jsonl" : name.hasSuffix(".tsv") ? "tsv" : "csv")
    switch format {
    case "csv": break
    case "tsv": plan.format.delimiter = 0x09
    case "jsonl": plan.format.kind = .jsonLines
    default: throw (object["format"] ?? object.node).failure("`format` cannot be `\(format)`; it is one of `csv`, `tsv`, `jsonl`")
    }
    if let node = object["delimiter"] {
      let bytes = Array(try node.text("`delimiter`").utf8)
      guard bytes.count == 1, bytes[0] != 0x0A, bytes[0] != 0x0D, bytes[0] != UInt8(ascii: "\"") else {
        throw node.failure("`delimiter` must be one ASCII character that is neither a quote nor a newline")
      }
      plan.format.delimiter = bytes[0]
    }
    if let node = object["quote"] {
      switch try node.text("`quote`") {
      case "\"": break
      case "none": plan.format.quotes = false
      default: throw node.failure("`quote` is `\"` or `none`")
      }
    }
    switch try object.text("encoding")?.lowercased() {
    case nil, "utf-8", "utf8": break
    case "latin1", "iso-8859-1": plan.format.encoding = .latin1
    case let other?: throw object.node.failure("`encoding` cannot be `\(other)`; it is `utf-8` or `latin1`")
    }
  }

  private func readHeader(_ object: ManifestObject, _ plan: inout SourcePlan) throws(SinterError) {
    let columns = try object["columns"]?.texts("`columns`")
    let header = try object.text("header")
    switch header?.lowercased() {
    case nil where columns == nil, "true", "yes":
      if let node = object["columns"] { throw node.failure("`columns` is for files without a header; add `header: false`") }
    case "typed": plan.header = .named(typed: true)
    case nil, "false", "no":
      guard let columns else { throw object.node.failure("a source with `header: false` needs `columns: […]`") }
      if let twice = columns.first(where: { name in columns.count(where: { $0 == name }) > 1 }) {
        throw object.node.failure("`columns` names `\(twice)` twice")
      }
      plan.header = .none(columns: columns)
    default: throw (object["header"] ?? object.node).failure("`header` is `true`, `false` or `typed`")
    }
  }

  /// The files a name or pattern stands for, sorted.
  private func resolveFiles(_ pattern: String, _ node: ManifestNode) throws(SinterError) -> [(path: String, name: String)] {
    let path = pattern.hasPrefix("/") ? pattern : dataDirectory + "/" + pattern
    guard pattern.contains(where: { "*?[".contains($0) }) else {
      guard access(path, F_OK) == 0 else {
        let folder = String(path[..<path.lastIndex(of: "/")!])
        let missing = path[path.index(after: path.lastIndex(of: "/")!)...]
        throw LoadFailure.missingFile(
          "\(node.place): there is no file `\(pattern)` in "
            + "`\(dataDirectory)`.\(suggestion(for: String(missing), in: filesIn(folder)))")
      }
      return [(path, pattern)]
    }
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(path, 0, nil, &result) == 0, result.gl_pathc > 0 else {
      throw LoadFailure.missingFile("\(node.place): no file matches `\(pattern)` in `\(dataDirectory)`.")
    }
    let found = (0..<Int(result.gl_pathc)).compactMap { result.gl_pathv[$0].map { String(cString: $0) } }
    return found.sorted().map { ($0, $0.hasPrefix(dataDirectory + "/") ? String($0.dropFirst(dataDirectory.count + 1)) : $0) }
  }
}

/// The names in a folder, sorted; none when it cannot be read.
func filesIn(_ folder: String) -> [String] {
  guard let handle = opendir(folder) else { return [] }
  defer { closedir(handle) }
  var names: [String] = []
  while let entry = readdir(handle) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) { String(cString: $0) }
    }
    if !name.hasPrefix(".") { names.append(name) }
  }
  return names.sorted()
}
