/// Texts as numbers and truth values, straight from a field's bytes.
enum NumberText {
  @inline(__always)
  static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var start = 0
    var end = bytes.count
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[start..<end])
  }

  /// A decimal integer; also one written as a float without fraction (`17850.0`), as spreadsheets do.
  static func integer(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    let bytes = trimmed(text)
    var i = 0
    var isNegative = false
    if i < bytes.count, bytes[i] == UInt8(ascii: "-") || bytes[i] == UInt8(ascii: "+") {
      isNegative = bytes[i] == UInt8(ascii: "-")
      i += 1
    }
    let firstDigit = i
    var value: Int64 = 0
    // Negative throughout, because the lowest integer has no positive counterpart.
    while i < bytes.count, isDigit(bytes[i]) {
      let (product, overflow1) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow2) = product.subtractingReportingOverflow(Int64(bytes[i] &- UInt8(ascii: "0")))
      if overflow1 || overflow2 { return nil }
      value = sum
      i += 1
    }
    guard i > firstDigit else { return nil }
    if i < bytes.count {
      guard bytes[i] == UInt8(ascii: "."), bytes[(i + 1)...].allSatisfy({ $0 == UInt8(ascii: "0") }) else { return nil }
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// A decimal floating-point number, correctly rounded; also `NaN`, `inf` and `Infinity` with a sign.
  ///
  /// Up to 15 digits and powers of ten up to 22 are exact in a double, so one multiplication or
  /// division rounds correctly (Clinger 1990); everything else goes to the standard library.
  static func float(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    let bytes = trimmed(text)
    var i = 0
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative || bytes.first == UInt8(ascii: "+") { i += 1 }
    var mantissa: UInt64 = 0
    var digits = 0
    var fraction = 0
    var isFraction = false
    while i < bytes.count {
      let byte = bytes[i]
      if isDigit(byte) {
        if digits >= 18 { return slowFloat(bytes) }
        mantissa = mantissa &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
        digits += 1
        if isFraction { fraction += 1 }
      } else if byte == UInt8(ascii: "."), !isFraction {
        isFraction = true
      } else {
        return slowFloat(bytes)
      }
      i += 1
    }
    guard digits > 0 else { return nil }
    guard mantissa <= 1 << 53, fraction <= 22 else { return slowFloat(bytes) }
    let value = Double(mantissa) / powersOfTen[fraction]
    return isNegative ? -value : value
  }

  private static func slowFloat(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    // No hexadecimal floats: only what a decimal number and the names of the special ones consist of.
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"): continue
      case UInt8(ascii: "e"), UInt8(ascii: "E"): continue
      default:
        switch String(decoding: bytes, as: UTF8.self).lowercased() {
        case "nan": return .nan
        case "inf", "+inf", "infinity", "+infinity": return .infinity
        case "-inf", "-infinity": return -.infinity
        default: return nil
        }
      }
    }
    return Double(String(decoding: bytes, as: UTF8.self))
  }

  static func boolean(_ text: UnsafeBufferPointer<UInt8>) -> Bool? {
    let bytes = trimmed(text)
    guard bytes.count <= 5 else { return nil }
    switch String(decoding: bytes, as: UTF8.self).lowercased() {
    case "true", "1", "yes", "y", "t": return true
    case "false", "0", "no", "n", "f": return false
    default: return nil
    }
  }
}
