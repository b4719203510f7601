private let parser = try? ParserFuzzing()
private let machine = try? MachineFuzzing()

/// What libFuzzer calls; `.ci/fuzz` gives it the name that libFuzzer looks for.
@_cdecl("sinter_fuzz_parser")
package func fuzzParser(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard let parser else { preconditionFailure("no store to plan over") }
  parser.run(UnsafeBufferPointer(start: data, count: count))
  return 0
}

/// What libFuzzer calls; `.ci/fuzz` gives it the name that libFuzzer looks for.
@_cdecl("sinter_fuzz_machine")
package func fuzzMachine(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard let machine else { preconditionFailure("no store to ask") }
  machine.run(UnsafeBufferPointer(start: data, count: count))
  return 0
}
