import SinterModel

extension Checker {
  /// The clauses behind SHOW see the columns of the listing.
  mutating func checkShow(_ command: ShowCommand) throws(Failure) {
    for column in command.subject.columns { scope.bind(column, .any) }
    for clause in command.clauses { try checkClause(clause, role: .top) }
  }
}
