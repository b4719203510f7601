import SinterModel

/// Reads `Decodable` types from values: maps, nodes and relationships as keyed containers, lists as
/// unkeyed ones. A temporal value is read as the text of `toString`.
struct ValueDecoder: Decoder {
  let value: Value
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// - Throws: `DecodingError.TypeMismatch`, `.MissingValue` or what the type's own decoding throws, as `DecodingError.Failed`.
  static func decode<T: Decodable>(_ type: T.Type, from value: Value) throws(SinterError) -> T {
    do {
      return try ValueDecoder(value: value, codingPath: []).unwrap(type)
    } catch let error as SinterError {
      throw error
    } catch {
      throw SinterError("DecodingError.Failed", "\(error)")
    }
  }

  func unwrap<T: Decodable>(_ type: T.Type) throws -> T {
    // Types that read a value whole, optionals and collections of them included where their elements fit.
    if let convertible = type as? any ValueConvertible.Type, let result = convertible.init(value: value) as? T { return result }
    return try T(from: self)
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard let content = value.keyedContent else { throw mismatch("a map") }
    return KeyedDecodingContainer(KeyedContainer<Key>(content: content, codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .list(let values) = value else { throw mismatch("a list") }
    return UnkeyedContainer(values: values, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { SingleValueContainer(decoder: self) }

  func mismatch(_ expected: String) -> SinterError { .mismatch(value, expected: expected, path: codingPath.pathText) }
}

extension ValueDecoder {
  func scalar<T: ValueConvertible>(_ type: T.Type) throws -> T {
    if let result = T(value: value) { return result }
    throw mismatch("\(type)")
  }

  func string() throws -> String {
    switch value {
    case .date, .localTime, .time, .localDateTime, .dateTime, .duration: value.description
    default: try scalar(String.self)
    }
  }

  struct KeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let content: [String: Value]
    let codingPath: [any CodingKey]

    var allKeys: [Key] { content.keys.compactMap(Key.init(stringValue:)) }
    func contains(_ key: Key) -> Bool { content[key.stringValue] != nil }
    func decodeNil(forKey key: Key) -> Bool { content[key.stringValue]?.isNull ?? true }

    private func decoder(_ key: any CodingKey) throws -> ValueDecoder {
      guard let value = content[key.stringValue] else {
        throw SinterError(
          "DecodingError.MissingValue", "There is no `\((codingPath + [key]).pathText)`; ask for an optional where it may be absent.")
      }
      return ValueDecoder(value: value, codingPath: codingPath + [key])
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try decoder(key).scalar(type) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try decoder(key).string() }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try decoder(key).scalar(type) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try decoder(key).scalar(type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try decoder(key).scalar(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try decoder(key).scalar(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try decoder(key).scalar(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try decoder(key).scalar(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try decoder(key).scalar(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try decoder(key).scalar(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try decoder(key).scalar(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try decoder(key).scalar(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try decoder(key).scalar(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try decoder(key).scalar(type) }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try decoder(key).unwrap(type) }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try decoder(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { try decoder(key).unkeyedContainer() }
    func superDecoder() throws -> any Decoder { try decoder(PathKey.super) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
  }

  struct UnkeyedContainer: UnkeyedDecodingContainer {
    let values: [Value]
    let codingPath: [any CodingKey]
    var currentIndex = 0

    init(values: [Value], codingPath: [any CodingKey]) {
      self.values = values
      self.codingPath = codingPath
    }

    var count: Int? { values.count }
    var isAtEnd: Bool { currentIndex == values.count }

    private mutating func next() throws -> ValueDecoder {
      guard !isAtEnd else {
        throw SinterError("DecodingError.MissingValue", "The list `\(codingPath.pathText)` has only \(values.count) elements.")
      }
      defer { currentIndex += 1 }
      return ValueDecoder(value: values[currentIndex], codingPath: codingPath + [PathKey(currentIndex)])
    }

    mutating func decodeNil() throws -> Bool {
      guard !isAtEnd, values[currentIndex].isNull else { return false }
      currentIndex += 1
      return true
    }
    mutating func decode(_ type: String.Type) throws -> String { try next().string() }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().unwrap(type) }
    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
      try next().container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
  }

  struct SingleValueContainer: SingleValueDecodingContainer {
    let decoder: ValueDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.value.isNull }
    func decode(_ type: Bool.Type) throws -> Bool { try decoder.scalar(type) }
    func decode(_ type: String.Type) throws -> String { try decoder.string() }
    func decode(_ type: Double.Type) throws -> Double { try decoder.scalar(type) }
    func decode(_ type: Float.Type) throws -> Float { try decoder.scalar(type) }
    func decode(_ type: Int.Type) throws -> Int { try decoder.scalar(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try decoder.scalar(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try decoder.scalar(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try decoder.scalar(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try decoder.scalar(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try decoder.scalar(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try decoder.scalar(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try decoder.scalar(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try decoder.scalar(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try decoder.scalar(type) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.unwrap(type) }
  }

  /// A step into a list, or to a superclass.
  struct PathKey: CodingKey {
    let stringValue: String
    let intValue: Int?
    static let `super` = PathKey(stringValue: "super")
    init(_ index: Int) {
      stringValue = "\(index)"
      intValue = index
    }
    init(stringValue: String) {
      self.stringValue = stringValue
      intValue = nil
    }
    init?(intValue: Int) { self.init(intValue) }
  }
}

extension [any CodingKey] {
  /// `user.tags[2]`
  var pathText: String {
    reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
      }
    }
  }
}
