package import SinterModel
package import SinterStorage
import Synchronization

/// A procedure that CALL can run: rows from arguments.
package struct ProcedureDefinition: Sendable {
  package typealias Field = (name: String, type: String)
  package var name: String
  package var inputs: [Field]
  package var outputs: [Field]
  package var summary: String
  package var writes: Bool
  /// Rows of output values; `arguments` has one value for each input.
  package var run: @Sendable (_ arguments: [Value], _ call: ProcedureCallContext) throws -> [[Value]]

  package init(
    name: String, inputs: [Field] = [], outputs: [Field], summary: String, writes: Bool = false,
    run: @escaping @Sendable (_ arguments: [Value], _ call: ProcedureCallContext) throws -> [[Value]]
  ) {
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.summary = summary
    self.writes = writes
    self.run = run
  }
}

/// What a procedure may use.
package struct ProcedureCallContext {
  package let view: GraphView
  package let writer: GraphWriter?
  package let engine: QueryEngine
  /// The limits of the query that calls.
  package let options: QueryOptions
  /// Fails when the query is to end; for procedures that read much.
  package let checkInterrupts: () throws(SinterError) -> Void
}

/// Procedures by name; stubs can be added while the engine runs.
package final class ProcedureRegistry: Sendable {
  private let definitions: Mutex<[String: ProcedureDefinition]>
  private let standard: [String: ProcedureDefinition]

  init(_ standard: [ProcedureDefinition]) {
    self.standard = Dictionary(uniqueKeysWithValues: standard.map { ($0.name.lowercased(), $0) })
    definitions = Mutex(self.standard)
  }

  package func find(_ name: String) -> ProcedureDefinition? { definitions.withLock { $0[name.lowercased()] } }
  package var all: [ProcedureDefinition] { definitions.withLock { $0.values.sorted { $0.name < $1.name } } }

  package func register(_ definition: ProcedureDefinition) {
    definitions.withLock { $0[definition.name.lowercased()] = definition }
  }

  /// Forgets everything that was registered later.
  package func reset() { definitions.withLock { $0 = standard } }

  /// Adds a procedure that answers from a fixed table.
  package func register(_ stub: ProcedureStub) {
    let inputCount = stub.inputs.count
    register(
      ProcedureDefinition(name: stub.name, inputs: stub.inputs, outputs: stub.outputs, summary: "Answers from a table.") { arguments, _ in
        stub.rows.filter { row in
          zip(row.prefix(inputCount), arguments).allSatisfy { $0.isNull ? $1.isNull : $0.isEqual($1) == true }
        }.map { Array($0.dropFirst(inputCount)) }
      })
  }
}
