extension Checker {
  /// What to write instead of a function of SQL, of other languages, or of older versions of this one.
  /// - Parameter name: lower-case.
  static func foreignFunctionAdvice(_ name: String) -> String? {
    if let instead = replacements[name] { return "Write \(instead)" }
    if name == "point" || name.hasPrefix("point.") || name == "distance" {
      return "Points are no values here: keep coordinates as numbers (n.x, n.y, or latitude and longitude) and calculate with them"
    }
    if name.hasPrefix("graph.") { return "A store holds one graph, so there is no other to name; leave out USE and graph.*" }
    return name == "vector" ? "A vector is a list of numbers: write the list itself" : foreignLibraryAdvice(name)
  }

  /// What to say of a function or procedure of a library that other engines have.
  /// - Parameter name: lower-case.
  static func foreignLibraryAdvice(_ name: String) -> String? {
    if name.hasPrefix("apoc.") {
      return "APOC is not part of Sinter; COLLECT {}, CALL {}, WHEN, coll.* and format() do much of what it does"
    }
    if name.hasPrefix("gds.") {
      return "Graph Data Science is not part of Sinter; SHOW FUNCTIONS and SHOW PROCEDURES list what there is"
    }
    return nil
  }

  private static let replacements: [String: String] = [
    "toint": "toInteger(x)", "int": "toInteger(x)", "tostr": "toString(x)", "str": "toString(x)", "tobool": "toBoolean(x)",
    "bool": "toBoolean(x)", "todouble": "toFloat(x)", "double": "toFloat(x)", "tonumber": "toInteger(x) or toFloat(x)",
    "len": "size(x), or length(p) for a path", "strlen": "size(s)", "cnt": "count(x)",
    "ucase": "toUpper(s)", "lcase": "toLower(s)", "uppercase": "toUpper(s)", "lowercase": "toLower(s)",
    "ifnull": "coalesce(x, y)", "nvl": "coalesce(x, y)", "isnull": "x IS NULL", "isnotnull": "x IS NOT NULL",
    "iif": "CASE WHEN p THEN x ELSE y END", "if": "CASE WHEN p THEN x ELSE y END", "decode": "CASE x WHEN 1 THEN … END",
    "concat": "a + b, or a || b", "group_concat": "reduce() over collect(x), or return collect(x)",
    "string_agg": "reduce() over collect(x), or return collect(x)", "listagg": "reduce() over collect(x), or return collect(x)",
    "array_agg": "collect(x)", "collect_set": "collect(DISTINCT x)", "array_length": "size(x)",
    "now": "datetime(), localdatetime(), date() or timestamp()", "sysdate": "datetime()", "getdate": "datetime()",
    "current_timestamp": "datetime()", "current_date": "date()", "current_time": "time()", "today": "date()",
    "datediff": "duration.between(a, b) or duration.inDays(a, b)", "dateadd": "d + duration({days: 1})",
    "date_trunc": "date.truncate('month', d) or datetime.truncate('month', d)", "to_date": "date('2025-01-31')",
    "substr": "substring(s, start, length), the first character being 0", "mid": "substring(s, start, length)",
    "instr": "s CONTAINS t", "strpos": "s CONTAINS t", "indexof": "coll.indexOf(list, x), or s CONTAINS t",
    "startswith": "s STARTS WITH t", "endswith": "s ENDS WITH t", "contains": "s CONTAINS t",
    "random": "rand()", "uuid": "randomUUID()", "newid": "randomUUID()",
    "pow": "x ^ y", "power": "x ^ y", "mod": "x % y", "square": "x ^ 2", "trunc": "toInteger(x)", "log2": "log(x) / log(2)",
    "first": "head(list)", "rest": "tail(list)", "nth": "list[n]", "get": "list[n] or map[key]",
    "filter": "[x IN list WHERE p]", "extract": "[x IN list | e]", "reduce": "reduce(acc = 0, x IN list | acc + x)",
    "allreduce": "allReduce(acc = 0, x IN list | acc + x, acc < 10)",
    "all": "all(x IN list WHERE p)", "any": "any(x IN list WHERE p)", "none": "none(x IN list WHERE p)",
    "single": "single(x IN list WHERE p)", "flatten": "coll.flatten(list)", "distinct": "collect(DISTINCT x) or coll.distinct(list)",
    "sort": "coll.sort(list)", "average": "avg(x)", "mean": "avg(x)", "stddev": "stDev(x)", "variance": "stDev(x) ^ 2",
    "var": "stDev(x) ^ 2", "median": "percentileCont(x, 0.5)", "row_number": "UNWIND range(…) over collect(x)",
    "label": "labels(n)", "getlabels": "labels(n)", "typeof": "valueType(x)", "node_id": "id(n) or elementId(n)",
    "hasproperty": "n.key IS NOT NULL", "hasprop": "n.key IS NOT NULL", "has": "n.key IS NOT NULL",
    "haslabel": "n:Label", "length_of": "size(x)", "json_extract": "map.key",
  ]
}
