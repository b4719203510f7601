import SinterLanguage

/// Functions and procedures for the checker, as an engine would give them.
enum TestEnvironment {
  static let functions: [String: FunctionSignature] = {
    var table: [String: FunctionSignature] = [:]
    func add(_ names: String, _ minimum: Int, _ maximum: Int?, aggregate: Bool = false, arguments: [ArgumentTypes] = []) {
      for name in names.split(separator: " ") {
        table[name.lowercased()] = FunctionSignature(
          minimumArguments: minimum, maximumArguments: maximum, isAggregate: aggregate, arguments: arguments)
      }
    }
    add("count sum avg min max collect stDev stDevP", 1, 1, aggregate: true)
    add("percentileCont percentileDisc", 2, 2, aggregate: true)
    add("labels type id elementId nodes relationships startNode endNode keys properties size head last tail reverse", 1, 1)
    add(
      "toString toInteger toFloat toBoolean toUpper toLower trim ltrim rtrim abs ceil floor round sign sqrt exp log log10", 1, 1)
    add("length", 1, 1, arguments: [.path])
    add("sin cos tan cot asin acos atan degrees radians isEmpty", 1, 1)
    add("rand e pi timestamp randomUUID", 0, 0)
    add("range substring", 2, 3)
    add("split left right atan2", 2, 2)
    add("replace", 3, 3)
    add("coalesce", 1, nil)
    add("date time localtime datetime localdatetime", 0, 2)
    add("duration datetime.fromepochmillis confidence source", 1, 1)
    add("datetime.fromepoch duration.between duration.inMonths duration.inDays duration.inSeconds", 2, 2)
    for kind in ["date", "time", "localtime", "datetime", "localdatetime"] {
      add("\(kind).transaction \(kind).statement \(kind).realtime", 0, 1)
    }
    add("date.truncate time.truncate localtime.truncate datetime.truncate localdatetime.truncate", 2, 3)
    return table
  }()

  static func make(procedures: [String: ProcedureSignature] = [:], parameters: Set<String>? = nil) -> CheckEnvironment {
    CheckEnvironment(
      function: { functions[$0] }, procedure: { procedures[$0] }, functionNames: { functions.keys.sorted() },
      procedureNames: { procedures.keys.sorted() }, parameters: parameters)
  }

  /// Reads `name(a :: T?, b :: U) :: (c :: V)`.
  static func procedure(_ text: String) -> (String, ProcedureSignature) {
    let open = text.firstIndex(of: "(")!
    let close = text.firstIndex(of: ")")!
    func fields(_ list: Substring) -> [(String, String)] {
      list.split(separator: ",").map { field in
        let words = field.split(separator: " ").map(String.init)
        return (words[0], words.last!)
      }
    }
    let rest = text[text.index(after: close)...]
    let outputs = rest.firstIndex(of: "(").map { rest[rest.index(after: $0)...].prefix { $0 != ")" } } ?? ""
    let inputs = fields(text[text.index(after: open)..<close]).map { ProcedureSignature.Input(name: $0.0, type: $0.1) }
    return (String(text[..<open]), ProcedureSignature(inputs: inputs, outputs: fields(outputs).map(\.0)))
  }
}
