import SinterLearn
import SinterModel
import TestSupport
import Testing

/// Models of behaviour against their definitions.
struct FactorTests {
  /// Users with random items, oldest first.
  static func behaviour(seed: UInt64, users: Int, items: Int, most: Int) -> Behaviour {
    var random = SeededGenerator(seed: seed)
    var offsets = [0]
    var list: [UInt32] = []
    for user in 0..<users {
      var mine: Set<UInt32> = []
      // Two groups of users like two halves of the items.
      for _ in 0..<Int.random(in: 2...most, using: &random) {
        let half = random.chance(0.9) ? user % 2 : 1 - user % 2
        mine.insert(UInt32(half * items / 2 + Int.random(in: 0..<items / 2, using: &random)))
      }
      list += mine.shuffled(using: &random)
      offsets.append(list.count)
    }
    return Behaviour(itemCount: items, offsets: offsets, items: list, times: list.indices.map { Double($0) })
  }

  /// Gauss and Jordan with pivots, in double precision.
  static func naiveInverse(_ matrix: [[Double]]) -> [[Double]] {
    let n = matrix.count
    var a = matrix
    var b = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0.0 } }
    for column in 0..<n {
      let pivot = (column..<n).max { abs(a[$0][column]) < abs(a[$1][column]) }!
      a.swapAt(column, pivot)
      b.swapAt(column, pivot)
      let scale = 1 / a[column][column]
      for k in 0..<n { (a[column][k], b[column][k]) = (a[column][k] * scale, b[column][k] * scale) }
      for row in 0..<n where row != column {
        let factor = a[row][column]
        for k in 0..<n {
          a[row][k] -= factor * a[column][k]
          b[row][k] -= factor * b[column][k]
        }
      }
    }
    return b
  }

  @Test(arguments: [(1, 6), (2, 64), (3, 65), (4, 150)])
  func easeIsTheClosedForm(seed: UInt64, items: Int) throws {
    let behaviour = Self.behaviour(seed: seed, users: 120, items: items, most: 12)
    let model = try EASE.train(behaviour, regularisation: 3, neighbours: 10_000, threads: 2)
    var gram = (0..<items).map { i in (0..<items).map { $0 == i ? 3.0 : 0.0 } }
    for user in 0..<behaviour.userCount {
      let mine = behaviour.items[behaviour.offsets[user]..<behaviour.offsets[user + 1]]
      for a in mine { for b in mine { gram[Int(a)][Int(b)] += 1 } }
    }
    let inverse = Self.naiveInverse(gram)
    let sold = Set(behaviour.items)
    for j in 0..<items {
      for i in 0..<items where sold.contains(UInt32(i)) && sold.contains(UInt32(j)) {
        let wanted = i == j ? 0 : -inverse[j][i] / inverse[i][i]
        let found = Double(model.weight(j, UInt32(i)) ?? 0)
        #expect(abs(found - wanted) < 1e-4, "seed \(seed), \(j) to \(i): \(found) for \(wanted)")
      }
    }
    #expect(try EASE.train(behaviour, regularisation: 3, neighbours: 10_000, threads: 1) == model)
  }

  @Test func easeKeepsTheStrongestLinksOfTheMostPopularItems() throws {
    let behaviour = Self.behaviour(seed: 7, users: 80, items: 40, most: 10)
    let whole = try EASE.train(behaviour, regularisation: 10, neighbours: 1_000, threads: 1)
    let few = try EASE.train(behaviour, regularisation: 10, neighbours: 3, threads: 1)
    for row in 0..<40 {
      let kept = Set(few.targets[few.range(row)])
      #expect(kept.count == min(3, whole.range(row).count))
      let bar = few.range(row).map { abs(few.weights[$0]) }.min() ?? 0
      for k in whole.range(row) where !kept.contains(whole.targets[k]) { #expect(abs(whole.weights[k]) <= bar) }
    }
    let dense = try EASE.train(behaviour, regularisation: 10, neighbours: 1_000, denseLimit: 5, threads: 1)
    #expect((0..<40).count { !dense.range($0).isEmpty } == 5)
  }

  @Test func sequencesAreDirectedAndWindowed() throws {
    // One user with 0, 1, 2 one after another; one with 0 and 2 at the same moment.
    let behaviour = Behaviour(itemCount: 4, offsets: [0, 3, 5], items: [0, 1, 2, 0, 2], times: [1, 2, 3, 7, 7])
    func train(_ window: Int) throws -> ItemModel {
      let options = try FactorOptions(
        .sequence, ["window": .integer(Int64(window)), "decay": 1, "shrinkage": 0, "threads": 1])
      guard case .items(let model) = try FactorModel.train(behaviour, nodes: [0, 1, 2, 3], options).content else {
        throw SinterError("Test.Kind", "a sequence is an item model")
      }
      return model
    }
    let wide = try train(5)
    let n = [2.0, 1.0, 2.0]
    #expect(abs(Double(wide.weight(0, 1)!) - 1 / (n[0] * n[1]).squareRoot()) < 1e-6)
    // Two places apart counts half, the same moment whole.
    #expect(abs(Double(wide.weight(0, 2)!) - 1.5 / (n[0] * n[2]).squareRoot()) < 1e-6)
    #expect(abs(Double(wide.weight(2, 0)!) - 1 / (n[0] * n[2]).squareRoot()) < 1e-6)
    #expect(wide.weight(1, 0) == nil)
    #expect(wide.range(3).isEmpty)
    #expect(try train(1).weight(0, 1) != nil)
    #expect(abs(Double(try train(1).weight(0, 2)!) - 1 / 2) < 1e-6)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func alsDescends(seed: UInt64) throws {
    let behaviour = Self.behaviour(seed: seed, users: 60, items: 30, most: 8)
    let options = try FactorOptions(.als, ["dimension": 8, "epochs": 8, "regularisation": 1.0, "threads": 2])
    let trained = try ImplicitALS.train(behaviour, options)
    #expect(trained.losses.count == 8)
    for (before, after) in zip(trained.losses, trained.losses.dropFirst()) { #expect(after <= before * (1 + 1e-5), "seed \(seed)") }
    #expect(trained.factors.rowCount == 30)
    #expect(try ImplicitALS.train(behaviour, options).factors == trained.factors)
  }

  @Test func bprLearnsToRank() throws {
    let behaviour = Self.behaviour(seed: 5, users: 60, items: 30, most: 8)
    let options = try FactorOptions(.bpr, ["dimension": 8, "epochs": 60])
    let trained = try BPR.train(behaviour, options)
    #expect(trained.losses.last! < trained.losses.first! * 0.9)
    #expect(trained.factors.biases.count == 30)
  }

  @Test func badInput() throws {
    let none = Behaviour(itemCount: 3, offsets: [0], items: [], times: [])
    for kind in FactorKind.allCases {
      #expect(throws: SinterError.self) { try FactorModel.train(none, nodes: [0, 1, 2], FactorOptions(kind)) }
      // One user with one item.
      let one = Behaviour(itemCount: 1, offsets: [0, 1], items: [0], times: [0])
      if kind == .bpr {
        #expect(throws: SinterError.self) { try FactorModel.train(one, nodes: [0], FactorOptions(kind)) }
      } else {
        #expect(try FactorModel.train(one, nodes: [0], FactorOptions(kind)).nodes == [0])
      }
    }
    func code(_ kind: FactorKind, _ options: [String: Value]) -> String? {
      do {
        _ = try FactorOptions(kind, options)
        return nil
      } catch { return error.code.rawValue }
    }
    #expect(code(.ease, ["regularization": 3]) == "LearnError.UnknownOption")
    #expect(code(.ease, ["regularisation": 0]) == "LearnError.BadConfiguration")
    #expect(code(.ease, ["neighbours": "many"]) == "LearnError.BadConfiguration")
    #expect(code(.als, ["alpha": .float(.nan)]) == "LearnError.BadConfiguration")
    #expect(code(.sequence, ["dimension": 3]) == "LearnError.UnknownOption")
    let options = try FactorOptions(.als, ["dimension": 12, "alpha": 3.5, "seed": 9])
    #expect(try FactorOptions(.als, options.settings) == options)
  }
}
