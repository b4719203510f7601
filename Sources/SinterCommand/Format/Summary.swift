import Sinter

/// The line under a result.
enum Summary {
  /// `3 rows`, `Created 1 node, set 2 properties`, or both.
  /// - Parameter isDefinition: the statement makes or drops what the counts say nothing of, a rule or a model.
  static func text(rows: Int?, statistics: QueryStatistics, isDefinition: Bool = false) -> String {
    var parts: [String] = []
    if let rows { parts.append(count(rows, "row")) }
    let changes = changes(statistics)
    if !changes.isEmpty { parts.append(rows == nil ? changes.prefix(1).uppercased() + changes.dropFirst() : changes) }
    return parts.isEmpty ? isDefinition ? "Done" : "No changes" : parts.joined(separator: "; ")
  }

  private static func changes(_ statistics: QueryStatistics) -> String {
    let counts: [(verb: String, count: Int, singular: String)] = [
      ("created", statistics.nodesCreated, "node"), ("created", statistics.relationshipsCreated, "relationship"),
      ("deleted", statistics.nodesDeleted, "node"), ("deleted", statistics.relationshipsDeleted, "relationship"),
      ("set", statistics.propertiesSet, "property"), ("added", statistics.labelsAdded, "label"),
      ("removed", statistics.labelsRemoved, "label"), ("added", statistics.indexesAdded, "index"),
      ("removed", statistics.indexesRemoved, "index"), ("added", statistics.constraintsAdded, "constraint"),
      ("removed", statistics.constraintsRemoved, "constraint"), ("committed", statistics.transactionsCommitted, "transaction"),
    ]
    var text = ""
    var lastVerb = ""
    for change in counts where change.count > 0 {
      // One verb serves for all that follow it.
      text += change.verb == lastVerb ? " and " : (text.isEmpty ? "" : ", ") + change.verb + " "
      text += count(change.count, change.singular)
      lastVerb = change.verb
    }
    return text
  }

  static func count(_ number: Int, _ singular: String) -> String {
    if number == 1 { return "1 \(singular)" }
    let plural =
      switch singular {
      case "property": "properties"
      case "index": "indexes"
      case "match": "matches"
      default: singular + "s"
      }
    return "\(grouped(number)) \(plural)"
  }

  /// 1,234,567
  static func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// `0.42 ms`, `1.3 s`, `2 min 5 s`
  static func duration(seconds: Double) -> String {
    if seconds < 0.1 { return "\(decimal(seconds * 1000, places: 2)) ms" }
    if seconds < 1 { return "\(decimal(seconds * 1000, places: 0)) ms" }
    if seconds < 60 { return "\(decimal(seconds, places: 1)) s" }
    let whole = Int(seconds.rounded())
    return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
  }

  /// `512 B`, `1.5 MiB`
  static func bytes(_ count: Int) -> String {
    var amount = Double(count)
    var unit = 0
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    while amount >= 1024, unit < units.count - 1 {
      amount /= 1024
      unit += 1
    }
    return unit == 0 ? "\(count) B" : "\(decimal(amount, places: 1)) \(units[unit])"
  }

  /// A number with exactly so many decimal places.
  static func decimal(_ number: Double, places: Int) -> String {
    guard number.isFinite, abs(number) < 1e15 else { return "\(number)" }
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = Int((abs(number) * Double(scale)).rounded())
    let sign = number < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return "\(sign)\(scaled)" }
    let fraction = String(scaled % scale)
    return "\(sign)\(scaled / scale).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
  }
}
