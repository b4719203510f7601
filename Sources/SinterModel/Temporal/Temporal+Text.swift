enum TemporalText {
  static func pad(_ number: Int64, _ width: Int, to text: inout String) {
    let digits = String(number.magnitude)
    if number < 0 { text += "-" }
    for _ in 0..<max(0, width - digits.utf8.count) { text += "0" }
    text += digits
  }

  /// `.` and up to nine digits without trailing zeros; nothing for zero.
  static func fraction(_ nanoseconds: Int64, to text: inout String) {
    guard nanoseconds != 0 else { return }
    var digits = nanoseconds
    var width = 9
    while digits % 10 == 0 {
      digits /= 10
      width -= 1
    }
    text += "."
    pad(digits, width, to: &text)
  }

  static func offset(_ seconds: Int32) -> String {
    if seconds == 0 { return "Z" }
    var text = seconds < 0 ? "-" : "+"
    let magnitude = Int64(seconds.magnitude)
    pad(magnitude / 3_600, 2, to: &text)
    text += ":"
    pad(magnitude / 60 % 60, 2, to: &text)
    if magnitude % 60 != 0 {
      text += ":"
      pad(magnitude % 60, 2, to: &text)
    }
    return text
  }
}

extension Date: CustomStringConvertible {
  /// `YYYY-MM-DD`; years before 0 or after 9999 have a sign.
  public var description: String {
    let (year, month, day) = civil
    var text = year > 9_999 ? "+" : ""
    TemporalText.pad(year, 4, to: &text)
    text += "-"
    TemporalText.pad(Int64(month), 2, to: &text)
    text += "-"
    TemporalText.pad(Int64(day), 2, to: &text)
    return text
  }
}

extension LocalTime: CustomStringConvertible {
  /// `HH:MM`, with seconds and fraction only where they are not zero.
  public var description: String {
    let seconds = secondOfDay
    let nanoseconds = nanosecondOfSecond
    var text = ""
    TemporalText.pad(seconds / 3_600, 2, to: &text)
    text += ":"
    TemporalText.pad(seconds / 60 % 60, 2, to: &text)
    if seconds % 60 != 0 || nanoseconds != 0 {
      text += ":"
      TemporalText.pad(seconds % 60, 2, to: &text)
      TemporalText.fraction(nanoseconds, to: &text)
    }
    return text
  }
}

extension Time: CustomStringConvertible {
  public var description: String { local.description + TemporalText.offset(offsetSeconds) }
}

extension LocalDateTime: CustomStringConvertible {
  public var description: String { "\(date)T\(time)" }
}

extension DateTime: CustomStringConvertible {
  /// `1984-10-11T12:31:14+01:00[Europe/Stockholm]`.
  public var description: String {
    local.description + TemporalText.offset(offsetSeconds) + (zone.map { "[\($0)]" } ?? "")
  }
}

extension Duration: CustomStringConvertible {
  /// ISO 8601 with a sign on each part: `P12Y5M-14DT16H13M10.000000001S`; zero is `PT0S`.
  public var description: String {
    var text = "P"
    func part(_ amount: Int64, _ unit: String) {
      if amount != 0 { text += "\(amount)\(unit)" }
    }
    part(months / 12, "Y")
    part(months % 12, "M")
    part(days, "D")
    if seconds != 0 || nanoseconds != 0 {
      text += "T"
      // Nanoseconds are stored towards the future; hours, minutes and seconds shall share one sign.
      var whole = seconds
      var fraction = Int64(nanoseconds)
      if whole < 0, fraction > 0 {
        whole += 1
        fraction -= Calendar.nanosecondsPerSecond
      }
      part(whole / 3_600, "H")
      part(whole / 60 % 60, "M")
      let rest = whole % 60
      if rest != 0 || fraction != 0 {
        if rest < 0 || fraction < 0 { text += "-" }
        text += String(rest.magnitude)
        TemporalText.fraction(Int64(fraction.magnitude), to: &text)
        text += "S"
      }
    }
    return text == "P" ? "PT0S" : text
  }
}
