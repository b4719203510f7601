import SinterAnalysis
import SinterModel

/// Functions on texts as full-text indexes see them.
enum FulltextFunctions {
  static let all: [FunctionDefinition] = [
    FunctionDefinition(
      "fulltext.highlight", .string, "fulltext.highlight(text :: STRING, query :: STRING, options :: MAP) :: STRING",
      "The text with marks around what a full-text query looks for; options: pre, post, analyzer, fragment, html.",
      [.string, .string, .map], minimum: 2, gives: .string
    ) { arguments, _ throws(SinterError) in
      var options: [String: Value] = [:]
      if arguments.count > 2, case .map(let given) = arguments[2] { options = given }
      let (style, analyzer) = try style(options)
      return .string(try Highlighter(StringFunctions.text(arguments[1]), analyzer).highlighted(StringFunctions.text(arguments[0]), style))
    },
    FunctionDefinition(
      "fulltext.escape", .string, "fulltext.escape(text :: STRING) :: STRING",
      "The text with a backslash before whatever has a meaning in a full-text query.", [.string], gives: .string
    ) { arguments, _ throws(SinterError) in .string(TextQueryParser.escape(StringFunctions.text(arguments[0]))) },
    FunctionDefinition(
      "fulltext.tokens", .string, "fulltext.tokens(text :: STRING, analyzer :: STRING) :: LIST<STRING>",
      "The terms that an analyser, `\(Analyzer.defaultName)` if none is named, makes of a text.", [.string, .string], minimum: 1, gives: .list
    ) { arguments, _ throws(SinterError) in
      let analyzer = try Analyzer.named(arguments.count > 1 ? StringFunctions.text(arguments[1]) : nil)
      return .list(analyzer.terms(of: StringFunctions.text(arguments[0])).map { .string($0) })
    },
  ]

  private static func style(_ options: [String: Value]) throws(SinterError) -> (Highlighter.Style, Analyzer) {
    var style = Highlighter.Style()
    var name: String?
    for (key, value) in options.sorted(by: { $0.key < $1.key }) {
      switch (key, value) {
      case ("pre", .string(let text)): style.before = text
      case ("post", .string(let text)): style.after = text
      case ("analyzer", .string(let text)): name = text
      case ("fragment", .integer(let length)) where length > 0: style.fragmentLength = Int(clamping: length)
      case ("html", .boolean(let isOn)): style.escapesHTML = isOn
      case ("pre", _), ("post", _), ("analyzer", _):
        throw SinterError("ArgumentError.InvalidArgumentValue", "The option `\(key)` of fulltext.highlight() takes a string, not \(value.typePhrase).")
      case ("fragment", _):
        throw SinterError("ArgumentError.InvalidArgumentValue", "The option `fragment` of fulltext.highlight() takes a number of characters above 0.")
      case ("html", _):
        throw SinterError("ArgumentError.InvalidArgumentValue", "The option `html` of fulltext.highlight() takes true or false.")
      default:
        let known = ["analyzer", "fragment", "html", "post", "pre"]
        let advice = closest(to: key, among: known).map { "Did you mean `\($0)`?" } ?? "There are \(known.joined(separator: ", "))."
        throw SinterError("ArgumentError.InvalidArgumentValue", "fulltext.highlight() has no option `\(key)`. \(advice)")
      }
    }
    return (style, try Analyzer.named(name))
  }
}
