extension SinterError {
  static func temporalOutOfRange(_ message: String) -> SinterError {
    SinterError("ArgumentError.NumberOutOfRange", message)
  }

  static func temporalText(_ text: String, _ kind: String, _ example: String) -> SinterError {
    SinterError(
      "ArgumentError.InvalidArgumentValue",
      "'\(text.prefix(80))' is not a \(kind); write it in ISO 8601 form, for example '\(example)'.")
  }

  static func temporalField(_ message: String) -> SinterError {
    SinterError("ArgumentError.InvalidArgumentValue", message)
  }
}
