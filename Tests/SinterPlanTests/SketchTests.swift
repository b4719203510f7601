import SinterModel
import Testing

/// What sketches of values and degrees say, compared with counting.
@Suite struct SketchTests {
  @Test func sharesOfNumbersAreThoseOfTheSample() {
    let sketch = ValueSketch(sample: (0..<1000).map { .integer(Int64($0)) }, total: 50_000)
    #expect(abs(sketch.share(from: .integer(100), to: .integer(300))! - 0.2) < 0.02)
    #expect(abs(sketch.share(from: nil, to: .float(500))! - 0.5) < 0.02)
    #expect(sketch.share(from: .integer(2000), to: nil)! < 0.001)
    #expect(sketch.share(from: .string("a"), to: nil) == 0)
    // All different in the sample, so all different.
    #expect(sketch.distinct == 50_000)
  }

  @Test func whatComesOftenIsKnown() {
    var values = [Value](repeating: .string("often"), count: 600)
    values += (0..<400).map { .string("text \($0)") }
    let sketch = ValueSketch(sample: values, total: 1000)
    #expect(abs(sketch.share(equalTo: .string("often")) - 0.6) < 0.001)
    #expect(sketch.share(equalTo: .string("text 7")) < 0.002)
    #expect(sketch.share(equalTo: .integer(7)) < 0.001)
    #expect(sketch.share(equalTo: .null) == 0)
    #expect(sketch.distinct == 401)
  }

  @Test func fewValuesOfManyRowsAreCounted() {
    let sketch = ValueSketch(sample: (0..<8000).map { .integer(Int64($0 % 50)) }, total: 1_000_000)
    #expect(sketch.distinct == 50)
    #expect(abs(sketch.share(equalTo: .float(7)) - 0.02) < 0.002)
  }

  @Test func prefixesOfTexts() {
    let sketch = ValueSketch(sample: (0..<1000).map { .string("item-" + String(1000 + $0)) }, total: 1000)
    #expect(sketch.share(startingWith: "item") == 1)
    #expect(abs(sketch.share(startingWith: "item-10")! - 0.1) < 0.05)
    #expect(sketch.share(startingWith: "user")! < 0.001)
  }

  @Test func degreesMetByRelationshipsAreLarger() {
    var sketch = DegreeSketch()
    for _ in 0..<90 { sketch.add(1) }
    for _ in 0..<10 { sketch.add(91) }
    sketch.add(0)
    #expect(sketch.nodes == 100)
    #expect(sketch.mean == 10)
    #expect(abs(sketch.meanByRelationship - 82.9) < 0.1)
    #expect(sketch.largest == 91)
    #expect(sketch.histogram == [90, 0, 0, 0, 0, 0, 10])
  }

  @Test func placesHitByDraws() {
    #expect(abs(100.0.places(hitBy: 10) - 9.5) < 0.1)
    #expect(abs(100.0.places(hitBy: 100_000) - 100) < 0.001)
    #expect(100.0.places(hitBy: 0) == 0)
    #expect(abs(1000.0.places(hitBy: 1000) - 632) < 1)
  }
}
