import SinterLanguage

extension Statement.Body {
  /// What EXPLAIN and PROFILE show of a command, which is one step; nil for what has a plan of operators.
  var commandName: String? {
    switch self {
    case .query, .show: nil
    case .schema(.createIndex): "CreateIndex"
    case .schema(.dropIndex): "DropIndex"
    case .schema(.createConstraint): "CreateConstraint"
    case .schema(.dropConstraint): "DropConstraint"
    case .model(.train): "TrainModel"
    case .model(.trainStrategy): "TrainStrategy"
    case .model(.drop): "DropModel"
    case .model(.use): "UseModel"
    case .rule(.create): "CreateRule"
    case .rule(.drop): "DropRule"
    case .rule(.createStrategy): "CreateStrategy"
    case .rule(.dropStrategy): "DropStrategy"
    }
  }
}
