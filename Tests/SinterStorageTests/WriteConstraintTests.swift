import SinterModel
import SinterStorage
import TestSupport
import Testing

@Suite struct WriteConstraintTests {
  private let temporary = TemporaryStore(in: "/dev/shm")

  private func open() throws -> GraphStore { try GraphStore(path: temporary.path) }

  private func unique(_ name: String = "user_id", keys: [String] = ["id"]) -> ConstraintDescriptor {
    ConstraintDescriptor(name: name, kind: .unique, entity: .node, label: "User", keys: keys)
  }

  /// The code of the error that `body` throws.
  private func code(_ body: () throws -> Void) -> String? {
    do { try body() } catch let error as SinterError { return error.code.rawValue } catch { return "\(error)" }
    return nil
  }

  private func addUser(_ store: GraphStore, _ id: Value) throws {
    try store.write { writer in
      let node = try writer.createNode(labels: [try writer.label("User")])
      try writer.set(try writer.key("id"), of: node, to: id)
    }
  }

  @Test(arguments: [false, true])
  func aSecondElementWithTheSameKeyIsRefused(isFolded: Bool) throws {
    let store = try open()
    try store.write { try $0.createConstraint(unique()) }
    try addUser(store, .integer(1))
    try addUser(store, .string("1"))
    try addUser(store, .null)
    try addUser(store, .null)
    if isFolded { try store.compact() }
    // 1 = 1.0 in the language, so they are one key.
    for same in [Value.integer(1), .float(1), .string("1")] {
      #expect(code { try addUser(store, same) } == "ConstraintValidationFailed.NotUnique")
    }
    let view = try store.snapshot()
    #expect(view.nodeCount == 4)
    #expect(try view.lookup(try #require(view.indexes.first), equal: .integer(1)) == [0])
    store.close()
  }

  @Test func longTextsThatStartAlikeAreDifferent() throws {
    let store = try open()
    try store.write { try $0.createConstraint(unique()) }
    let start = String(repeating: "a", count: 1_000)
    try addUser(store, .string(start + "1"))
    try addUser(store, .string(start + "2"))
    #expect(code { try addUser(store, .string(start + "2")) } == "ConstraintValidationFailed.NotUnique")
    try store.write { try $0.dropConstraint(named: "user_id") }
    // Built from data there is, the same.
    try store.write { try $0.createConstraint(unique()) }
    #expect(code { try addUser(store, .string(start + "1")) } == "ConstraintValidationFailed.NotUnique")
    store.close()
  }

  @Test func keysFreedOrSwappedWithinAStatementAreFree() throws {
    let store = try open()
    try store.write { try $0.createConstraint(unique()) }
    try addUser(store, .integer(1))
    try addUser(store, .integer(2))
    try store.write { writer in
      let id = try writer.key("id")
      try writer.set(id, of: NodeID(0), to: .integer(2))
      try writer.set(id, of: NodeID(1), to: .integer(1))
    }
    try store.write { writer in
      try writer.deleteNode(NodeID(0))
      let node = try writer.createNode(labels: [try writer.label("User")])
      try writer.set(try writer.key("id"), of: node, to: .integer(2))
    }
    // Losing the label frees the key, getting it back claims it.
    try store.write { writer in
      let user = try writer.label("User")
      #expect(try writer.removeLabel(user, from: NodeID(1)))
    }
    try addUser(store, .integer(1))
    #expect(
      code {
        try store.write { writer in
          _ = try writer.addLabel(try writer.label("User"), to: NodeID(1))
        }
      } == "ConstraintValidationFailed.NotUnique")
    store.close()
  }

  @Test func aStatementThatBreaksAConstraintLeavesNothing() throws {
    let store = try open()
    try store.write { try $0.createConstraint(unique()) }
    try addUser(store, .integer(1))
    try store.write { writer in
      let savepoint = writer.savepoint()
      let node = try writer.createNode(labels: [try writer.label("User")])
      try writer.set(try writer.key("id"), of: node, to: .integer(1))
      let failure = #expect(throws: SinterError.self) { try writer.validateConstraints(since: savepoint) }
      #expect(failure?.code == "ConstraintValidationFailed.NotUnique")
      writer.rollback(to: savepoint)
      // The transaction goes on.
      let other = try writer.createNode(labels: [try writer.label("User")])
      try writer.set(try writer.key("id"), of: other, to: .integer(7))
    }
    let view = try store.snapshot()
    #expect(view.nodeCount == 2)
    #expect(try view.lookup(try #require(view.indexes.first), equal: .integer(7)) == [1])
    store.close()
  }

  @Test func existenceKeyAndTypeAreChecked() throws {
    let store = try open()
    try store.write { writer in
      try writer.createConstraint(ConstraintDescriptor(name: "e", kind: .exists, entity: .node, label: "Item", keys: ["title"]))
      try writer.createConstraint(
        ConstraintDescriptor(
          name: "t", kind: .type, entity: .relationship, label: "RATED", keys: ["stars"], typeName: "INTEGER | FLOAT"))
      try writer.createConstraint(
        ConstraintDescriptor(name: "k", kind: .key, entity: .node, label: "Shop", keys: ["land", "name"]))
    }
    func add(_ label: String, _ properties: [String: Value]) throws {
      try store.write { writer in
        let node = try writer.createNode(labels: [try writer.label(label)])
        for (key, value) in properties { try writer.set(try writer.key(key), of: node, to: value) }
      }
    }
    #expect(code { try add("Item", [:]) } == "ConstraintValidationFailed.Missing")
    try add("Item", ["title": "Tea"])
    #expect(
      code { try store.write { try $0.set(try $0.key("title"), of: NodeID(0), to: .null) } }
        == "ConstraintValidationFailed.Missing")
    try add("Shop", ["land": "DE", "name": "A"])
    try add("Shop", ["land": "DE", "name": "B"])
    #expect(code { try add("Shop", ["land": "DE", "name": "A"]) } == "ConstraintValidationFailed.NotUnique")
    #expect(code { try add("Shop", ["land": "DE"]) } == "ConstraintValidationFailed.Missing")
    func rate(_ stars: Value) throws {
      try store.write { writer in
        let edge = try writer.createRelationship(try writer.type("RATED"), from: NodeID(0), to: NodeID(1))
        try writer.set(try writer.key("stars"), of: edge, to: stars)
      }
    }
    try rate(.integer(5))
    try rate(.float(4.5))
    try rate(.null)
    #expect(code { try rate(.string("good")) } == "ConstraintValidationFailed.WrongType")
    #expect(try store.snapshot().relationshipCount == 3)
    store.close()
  }

  @Test func constraintsThatDataBreaksAreNotCreated() throws {
    let store = try open()
    try addUser(store, .integer(1))
    try addUser(store, .integer(1))
    #expect(code { try store.write { try $0.createConstraint(unique()) } } == "ConstraintValidationFailed.NotUnique")
    #expect(
      code {
        try store.write {
          try $0.createConstraint(ConstraintDescriptor(name: "x", kind: .exists, entity: .node, label: "User", keys: ["name"]))
        }
      } == "ConstraintValidationFailed.Missing")
    let view = try store.snapshot()
    #expect(view.indexes.isEmpty && view.constraints.isEmpty)
    store.close()
  }

  @Test func namesOfTheSchemaAreTakenOnce() throws {
    let store = try open()
    try store.write { try $0.createConstraint(unique()) }
    #expect(code { try store.write { try $0.createConstraint(unique()) } } == "SchemaError.AlreadyExists")
    #expect(code { try store.write { try $0.dropIndex(named: "user_id") } } == "SchemaError.InUse")
    #expect(code { try store.write { try $0.dropIndex(named: "nothing") } } == "SchemaError.NotFound")
    try store.write { try $0.dropConstraint(named: "user_id") }
    #expect(try store.snapshot().indexes.isEmpty)
    store.close()
  }

  @Test func valuesThatCannotBeStoredAreRefused() throws {
    let store = try open()
    for value in [Value.map([:]), .list([.map([:])]), .list([.null]), .list([.list([.integer(1)])]), .node(Node(id: NodeID(0)))] {
      #expect(code { try addUser(store, value) } == "TypeError.InvalidPropertyType")
    }
    #expect(try store.snapshot().nodeCount == 0)
    store.close()
  }

  @Test func elementsThatAreGoneCannotBeChanged() throws {
    let store = try open()
    try addUser(store, .integer(1))
    try store.write { writer in
      let edge = try writer.createRelationship(try writer.type("KNOWS"), from: NodeID(0), to: NodeID(0))
      #expect(code { try writer.deleteNode(NodeID(0)) } == "ConstraintVerificationFailed.DeleteConnectedNode")
      try writer.deleteRelationship(edge)
      #expect(code { try writer.deleteRelationship(edge) } == "EntityNotFound.DeletedEntityAccess")
      #expect(code { try writer.set(try writer.key("id"), of: edge, to: .integer(1)) } == "EntityNotFound.DeletedEntityAccess")
      try writer.deleteNode(NodeID(0))
      #expect(code { try writer.deleteNode(NodeID(0)) } == "EntityNotFound.DeletedEntityAccess")
      #expect(
        code { _ = try writer.createRelationship(try writer.type("KNOWS"), from: NodeID(0), to: NodeID(5)) }
          == "EntityNotFound.DeletedEntityAccess")
    }
    store.close()
  }
}
