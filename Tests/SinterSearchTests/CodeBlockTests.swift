import CSinterKernels
@testable import SinterSearch
import TestSupport
import Testing

/// Every instruction set gives the same scores.
@Suite(.serialized) struct CodeBlockTests {
  @Test(arguments: [1, 3, 4, 16, 17, 100, 128, 250]) func variantsAgree(dimension: Int) {
    var random = SeededGenerator(seed: UInt64(dimension))
    let format = CodeFormat(dimension: dimension)
    let count = 53
    let table = CodeTable(format, count: count)
    var rows: [[Float]] = []
    for position in 0..<count {
      let row = (0..<dimension).map { _ in Float.random(in: -2...2, using: &random) }
      rows.append(row)
      table.set(position, row, offset: Float(position) / 8)
    }
    let vector = (0..<dimension).map { _ in Float.random(in: -3...3, using: &random) }
    var query = CodeQuery(format)
    query.set(vector, dimension)
    var raw = query.raw
    defer { sinter_code_choose(-1) }
    var first: [Float] = []
    for variant in 0..<sinter_code_variants() {
      sinter_code_choose(variant)
      var scores = [Float](repeating: 0, count: 64)
      let start = table.bytes.assumingMemoryBound(to: UInt8.self)
      sinter_block_scores(start, 4, &raw, 0.5, &scores)
      var positions = [UInt32](repeating: 0, count: 64)
      var found = [Float](repeating: 0, count: 64)
      let least: Float = 1
      let kept = sinter_block_scan(start, 4, count, &raw, 0.5, least, &positions, &found)
      let expected = (0..<count).filter { scores[$0] > least }
      #expect(positions[..<kept].map { Int($0) } == expected)
      #expect(Array(found[..<kept]) == expected.map { scores[$0] })
      #expect(scores[count...].allSatisfy { $0 == -.infinity })
      if variant == 0 { first = scores }
      #expect(scores == first, "variant \(variant)")
      #expect(sinter_block_best(start, count, &raw) == scores.indices.max { scores[$0] < scores[$1] })
    }
    let lengths = rows.map { row in row.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for (position, row) in rows.enumerated() {
      let exact = zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } + Float(position) / 8 + 0.5
      #expect(abs(first[position] - exact) <= 0.03 * lengths[position] * length + 0.001)
    }
  }

  @Test func theGreatestIsTakenFirst() {
    var random = SeededGenerator(seed: 5)
    for blocks in [1, 3, 16, 40] {
      var values = (0..<blocks * 16).map { _ in Float(Int.random(in: -50...50, using: &random)) }
      let sorted = values.sorted(by: >)
      var greatest = (0..<blocks).map { values[$0 * 16..<$0 * 16 + 16].max()! }
      for expected in sorted {
        let before = values
        var value: Float = 0
        let position = sinter_take_greatest(&values, &greatest, blocks, &value)
        #expect(value == expected)
        #expect(before[position] == expected)
        #expect(values[position] == -.infinity)
      }
    }
  }
}
