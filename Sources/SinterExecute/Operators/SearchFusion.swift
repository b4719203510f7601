import SinterModel
import SinterPlan
import SinterSearch
import SinterStorage

/// How a SEARCH of several indexes puts their results together.
struct SearchFusion {
  var ranks: RankFusion
  /// Results asked of each index; nil for a number that depends on LIMIT.
  private var depth: Int?

  private static let known = ["depth", "rankConstant", "weights"]

  /// - Parameter options: what OPTIONS say: `rankConstant`, `weights` in the order of the indexes, `depth`.
  init(_ options: Value?, _ search: SearchPlan) throws {
    ranks = RankFusion(weights: Array(repeating: 1, count: search.sources.count))
    guard let options, !options.isNull else { return }
    guard case .map(let given) = options else {
      throw SearchFusion.wrong("OPTIONS takes a map such as {rankConstant: 60, weights: [1.0, 0.5]}, not \(options.typePhrase).", search)
    }
    for (key, value) in given.sorted(by: { $0.key < $1.key }) {
      switch key {
      case "rankConstant":
        guard let constant = SearchFusion.number(value), constant >= 0, constant.isFinite else {
          throw SearchFusion.wrong("`rankConstant` takes a number from 0.", search)
        }
        ranks.constant = constant
      case "weights":
        guard case .list(let items) = value, items.count == ranks.weights.count else {
          throw SearchFusion.wrong("`weights` takes a list of \(ranks.weights.count) numbers, one for each index.", search)
        }
        ranks.weights = try items.map { item in
          guard let weight = SearchFusion.number(item), weight >= 0, weight.isFinite else {
            throw SearchFusion.wrong("`weights` takes numbers from 0.", search)
          }
          return weight
        }
      case "depth":
        guard case .integer(let count) = value, count > 0 else {
          throw SearchFusion.wrong("`depth` takes a whole number above 0.", search)
        }
        depth = Int(min(count, Int64(Int32.max)))
      default:
        let advice =
          closest(to: key, among: SearchFusion.known).map { "Did you mean `\($0)`?" }
          ?? "There are \(SearchFusion.known.joined(separator: ", "))."
        throw SearchFusion.wrong("A search of several indexes has no option `\(key)`. \(advice)", search)
      }
    }
  }

  /// Results to ask of each index for so many in all.
  ///
  /// More than are wanted, since what is only middling in each list may be among the best of all.
  func depth(_ limit: Int) -> Int { max(limit, depth ?? max(100, limit < 1 << 20 ? 4 * limit : limit)) }

  private static func number(_ value: Value) -> Double? {
    switch value {
    case .integer(let n): Double(n)
    case .float(let x): x
    default: nil
    }
  }

  private static func wrong(_ message: String, _ search: SearchPlan) -> SinterError {
    SinterError("ArgumentError.InvalidArgument", message, at: search.spot.span)
  }

  /// What a score is made of: a map for each list that the element is in.
  static func reasons(_ hit: RankFusion.Hit, _ indexes: [SearchIndexEntry]) -> Value {
    .list(
      hit.places.map { place in
        .map([
          "index": .string(indexes[place.list].descriptor.name), "rank": .integer(Int64(place.rank)), "score": .float(place.score),
          "share": .float(place.share),
        ])
      })
  }
}
