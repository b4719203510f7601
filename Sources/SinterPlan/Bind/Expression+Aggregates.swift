import SinterLanguage

extension Expression {
  /// Whether an aggregating function stands in the expression, outside any subquery.
  var containsAggregate: Bool {
    if case .countStar = kind { return true }
    if case .function(let name, _, _) = kind, aggregateFunctionNames.contains(name.lowercased()) { return true }
    var found = false
    forEachChild { (child: Expression) throws(Never) in found = found || child.containsAggregate }
    return found
  }
}
