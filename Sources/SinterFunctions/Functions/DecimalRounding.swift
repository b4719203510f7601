/// Rounding of floats by their decimal digits, the shortest that read back as the same float: 2.675 to two decimals is
/// 2.68, though the float nearest to it lies below.
enum DecimalRounding {
  enum Mode: String, CaseIterable {
    case up = "UP", down = "DOWN", ceiling = "CEILING", floor = "FLOOR", halfUp = "HALF_UP", halfDown = "HALF_DOWN",
      halfEven = "HALF_EVEN"

    init?(name: String) { self.init(rawValue: name.uppercased()) }
  }

  static func round(_ value: Double, precision: Int, mode: Mode) -> Double {
    guard value.isFinite, value != 0 else { return value }
    var (digits, pointPosition) = decimal(value.magnitude)
    // How many digits stay; none or fewer where the number is small against the precision.
    let (keptCount, overflow) = pointPosition.addingReportingOverflow(precision)
    if overflow || keptCount >= digits.count { return value }
    let kept = max(0, keptCount)
    let isNegative = value < 0
    let next = keptCount < 0 ? 0 : Int(digits[kept])
    let isExactHalf = next == 5 && digits[(kept + 1)...].allSatisfy { $0 == 0 }
    let grows: Bool =
      switch mode {
      case .up: true
      case .down: false
      case .ceiling: !isNegative
      case .floor: isNegative
      case .halfUp: next >= 5
      case .halfDown: next >= 5 && !isExactHalf
      case .halfEven: next >= 5 && (!isExactHalf || (kept > 0 && digits[kept - 1] % 2 == 1))
      }
    digits.removeSubrange(kept...)
    if keptCount < 0 { pointPosition = -precision }
    if grows { increment(&digits, &pointPosition) }
    let text = digits.isEmpty ? "0" : digits.map { String($0) }.joined() + "e\(pointPosition - digits.count)"
    let magnitude = Double(text) ?? value.magnitude
    return isNegative ? -magnitude : magnitude
  }

  /// The digits of a positive float and where the decimal point stands before them: 12.5 is ([1, 2, 5], 2).
  private static func decimal(_ value: Double) -> ([UInt8], Int) {
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    let bytes = Array(value.description.utf8)
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: ".") {
        point = digits.count
      } else if byte == UInt8(ascii: "e") {
        exponent = Int(String(decoding: bytes[(index + 1)...], as: UTF8.self)) ?? 0
        break
      } else {
        digits.append(byte - 48)
      }
    }
    return (digits, (point ?? digits.count) + exponent)
  }

  private static func increment(_ digits: inout [UInt8], _ pointPosition: inout Int) {
    var index = digits.count - 1
    while index >= 0, digits[index] == 9 {
      digits[index] = 0
      index -= 1
    }
    if index >= 0 {
      digits[index] += 1
    } else {
      digits.insert(1, at: 0)
      pointPosition += 1
    }
  }
}
