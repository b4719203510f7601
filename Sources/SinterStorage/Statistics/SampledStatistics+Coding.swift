import SinterModel

// In the catalogue: numbers for names, floats for counts.
extension SampledStatistics {
  func encode(_ catalog: Catalog) -> [UInt8] {
    var writer = ByteWriter()
    func number(_ names: NameTable, _ name: String?) -> UInt32 { name.flatMap { names.id($0) }.map { $0 + 1 } ?? 0 }
    let joined = connections.map { (number(catalog.labels, $0.start), number(catalog.types, $0.type), number(catalog.labels, $0.end), $1) }
    writer.appendVarint(joined.count)
    for (start, type, end, count) in joined.sorted(by: { ($0.1, $0.0, $0.2) < ($1.1, $1.0, $1.2) }) {
      writer.appendVarint(start)
      writer.appendVarint(type)
      writer.appendVarint(end)
      writer.append(count.bitPattern)
    }
    let types = degrees.map { (number(catalog.types, $0), $1) }.sorted { $0.0 < $1.0 }
    writer.appendVarint(types.count)
    for (type, degrees) in types {
      writer.appendVarint(type)
      for sketch in [degrees.outgoing, degrees.incoming] {
        for value in [sketch.nodes, sketch.total, sketch.squares, sketch.largest] { writer.append(value.bitPattern) }
        writer.append(sketch.histogram)
      }
    }
    let properties = values.map { property, sketch in
      let names = property.entity == .node ? catalog.labels : catalog.types
      return (property.entity.rawValue, number(names, property.label), number(catalog.keys, property.key), sketch)
    }
    writer.appendVarint(properties.count)
    for (entity, label, key, sketch) in properties.sorted(by: { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }) {
      writer.append(entity)
      writer.appendVarint(label)
      writer.appendVarint(key)
      writer.append(sketch)
    }
    return writer.bytes
  }

  init(_ reader: inout ByteReader, _ catalog: Catalog) throws(DecodeFailure) {
    self.init()
    func name(_ names: [String], _ number: UInt32) throws(DecodeFailure) -> String {
      guard number > 0, Int(number) <= names.count else { throw DecodeFailure() }
      return names[Int(number) - 1]
    }
    for _ in 0..<(try reader.readCount()) {
      let start = try reader.readUInt32()
      let type = try name(catalog.typeNames, try reader.readUInt32())
      let end = try reader.readUInt32()
      let connection = Connection(
        start: start == 0 ? nil : try name(catalog.labelNames, start), type: type, end: end == 0 ? nil : try name(catalog.labelNames, end))
      connections[connection] = try reader.readDouble()
    }
    for _ in 0..<(try reader.readCount()) {
      let type = try name(catalog.typeNames, try reader.readUInt32())
      var both = Degrees()
      both.outgoing = try reader.readDegrees()
      both.incoming = try reader.readDegrees()
      degrees[type] = both
    }
    for _ in 0..<(try reader.readCount()) {
      guard let entity = EntityKind(rawValue: try reader.read()) else { throw DecodeFailure() }
      let label = try name(entity == .node ? catalog.labelNames : catalog.typeNames, try reader.readUInt32())
      let key = try name(catalog.keyNames, try reader.readUInt32())
      values[Property(entity: entity, label: label, key: key)] = try reader.readSketch()
    }
  }
}

extension ByteWriter {
  fileprivate mutating func append(_ numbers: [Double]) {
    appendVarint(numbers.count)
    for number in numbers { append(number.bitPattern) }
  }

  fileprivate mutating func append(_ sketch: ValueSketch) {
    append(sketch.count.bitPattern)
    append(sketch.distinct.bitPattern)
    append(sketch.scale.kind.rawValue)
    appendVarint(sketch.scale.prefix.count)
    bytes += sketch.scale.prefix
    append(sketch.bounds)
    appendVarint(sketch.common.count)
    for item in sketch.common {
      append(item.hash)
      append(item.share.bitPattern)
    }
  }
}

extension ByteReader {
  fileprivate mutating func readDouble() throws(DecodeFailure) -> Double { Double(bitPattern: try read(UInt64.self)) }

  fileprivate mutating func readDoubles() throws(DecodeFailure) -> [Double] {
    var numbers: [Double] = []
    for _ in 0..<(try readCount(itemByteCount: 8)) { numbers.append(try readDouble()) }
    return numbers
  }

  fileprivate mutating func readDegrees() throws(DecodeFailure) -> DegreeSketch {
    DegreeSketch(
      nodes: try readDouble(), total: try readDouble(), squares: try readDouble(), largest: try readDouble(), histogram: try readDoubles())
  }

  fileprivate mutating func readSketch() throws(DecodeFailure) -> ValueSketch {
    var sketch = ValueSketch()
    sketch.count = try readDouble()
    sketch.distinct = try readDouble()
    guard let kind = ValueScale.Kind(rawValue: try read(UInt8.self)) else { throw DecodeFailure() }
    sketch.scale = ValueScale(kind, prefix: Array(try readBytes(try readCount())))
    sketch.bounds = try readDoubles()
    for _ in 0..<(try readCount(itemByteCount: 16)) {
      sketch.common.append(ValueSketch.Common(hash: try read(UInt64.self), share: try readDouble()))
    }
    return sketch
  }
}
