internal import SinterModel
internal import SinterStorage

extension Shopper {
  /// Items the user dismissed so recently that they are not recommended again.
  func dismissed() throws(SinterError) -> Set<UInt32> {
    guard !links.dismissed.isEmpty, index.schema.dismissedDays > 0 else { return [] }
    let clock = EventClock(view, index.schema)
    let since = now - index.schema.dismissedDays * 86_400
    var result: Set<UInt32> = []
    for link in try links.dismissed.links(of: user) {
      guard let item = index.number(of: link.node) else { continue }
      // Without a time it counts for good.
      if let time = try clock.seconds(of: link.relationship), time < since { continue }
      result.insert(item)
    }
    return result
  }
}
