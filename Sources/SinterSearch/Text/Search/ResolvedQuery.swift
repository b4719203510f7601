/// A query whose words are terms, with the weights that this snapshot gives them.
indirect enum ResolvedQuery {
  struct PhrasePart {
    /// Terms that may stand there, with their field.
    var keys: [[UInt8]]
    var offset: Int32
  }

  case term(key: [UInt8], weight: Double)
  /// Terms that count as one of weight `weight`.
  case group(keys: [[UInt8]], field: Int, weight: Double)
  case phrase([PhrasePart], slop: Int, field: Int, weight: Double)
  case all(weight: Double)
  case boolean(required: [ResolvedQuery], optional: [ResolvedQuery], excluded: [ResolvedQuery])
  /// Matches nothing.
  case nothing
}
