package import SinterModel

/// A read-only procedure that answers from a fixed table: for tests of what calls procedures.
package struct ProcedureStub: Sendable {
  /// `type` is `BOOLEAN`, `STRING`, `INTEGER`, `FLOAT` or `NUMBER`, with a trailing `?` when null is allowed.
  package typealias Field = (name: String, type: String)
  package var name: String
  package var inputs: [Field]
  package var outputs: [Field]
  /// Each row holds the input values, then the output values.
  package var rows: [[Value]]

  package init(name: String, inputs: [Field], outputs: [Field], rows: [[Value]]) {
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.rows = rows
  }
}
