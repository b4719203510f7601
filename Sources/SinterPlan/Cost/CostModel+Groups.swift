import SinterModel

// How many different rows there are.
extension CostModel {
  /// Different combinations of values in `rows` rows.
  func groups(of values: [Scalar], rows: Double) -> Double {
    guard !values.isEmpty else { return 1 }
    var places = 1.0
    for value in values { places *= max(different(value, rows: rows), 1) }
    return max(places.places(hitBy: rows), min(1, rows))
  }

  private func different(_ value: Scalar, rows: Double) -> Double {
    switch value {
    case .constant, .parameter: return 1
    case .variable(let variable):
      if let labels = kinds.nodes[variable] { return nodes(labels: labels) }
      if let types = kinds.relationships[variable] {
        return (types ?? Array(statistics.relationshipsByType.keys)).reduce(0) { $0 + relationships($1, from: nil, to: nil) }
      }
      return kinds.origins[variable].map { different($0, rows: rows) } ?? rows
    case .property:
      guard let (sketch, presence) = sketch(value) else { return isMissing(value) ? 1 : rows * 0.5 }
      return sketch.distinct + (presence < 1 ? 1 : 0)
    case .compare, .and, .or, .not, .isNull, .hasLabels, .membership, .string: return 2
    case .function("labels", _, _): return Double(statistics.nodesByLabel.count)
    case .function("type", _, _): return Double(statistics.relationshipsByType.count)
    case .function(let name, let arguments, _):
      // What takes one argument mostly keeps values apart, or brings few together.
      return arguments.count == 1 && name != "rand" ? different(arguments[0], rows: rows) : rows
    default: return rows * 0.5
    }
  }

  /// Items of a list that is unwound.
  func length(of list: Scalar) -> Double {
    switch list {
    case .list(let items): return Double(items.count)
    case .constant(.null): return 0
    case .function("range", let arguments, _):
      guard arguments.count >= 2, case .constant(.integer(let from)) = arguments[0], case .constant(.integer(let to)) = arguments[1] else { return 10 }
      return max((Double(to) - Double(from) + 1), 0)
    default:
      return estimate(list, rows: 1, unknown: 10) { value in
        if case .list(let items) = value { Double(items.count) } else { value.isNull ? 0 : 1 }
      }
    }
  }
}
