internal import SinterModel

extension TransEView {
  /// Throws `LearnError.UnknownEntity` where the model has no such row.
  func check(entity: UInt32) throws(SinterError) {
    guard Int(entity) < entities.rowCount else {
      throw SinterError(
        "LearnError.UnknownEntity",
        "The model knows \(entities.rowCount) entities and not number \(entity). Fold it in from its relations, "
          + "or train again.")
    }
  }

  /// Throws `LearnError.UnknownRelation` where the model has no such row.
  func check(relation: UInt32) throws(SinterError) {
    guard Int(relation) < relations.rowCount else {
      throw SinterError(
        "LearnError.UnknownRelation",
        "The model knows \(relations.rowCount) relations and not number \(relation). Train again with its type.")
    }
  }

  /// Throws where a vector does not fit the model or holds what is no number.
  func check(_ vector: [Float]) throws(SinterError) {
    guard vector.count == dimension else {
      throw SinterError(
        "LearnError.WrongDimension", "The vector has \(vector.count) numbers; the model's have \(dimension).")
    }
    guard vector.allSatisfy(\.isFinite) else {
      throw SinterError("LearnError.NotFinite", "The vector holds a value that is not a finite number.")
    }
  }
}
