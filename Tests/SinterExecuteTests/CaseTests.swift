import Testing

/// The case files, every one in every configuration.
@Suite struct CaseTests {
  @Test(arguments: try CaseFile.all())
  func file(_ file: CaseFile) throws {
    for configuration in Configuration.all {
      var runner = try CaseRunner()
      try runner.run(file, in: configuration)
      for failure in runner.failures { Issue.record("\(failure)") }
    }
  }

  @Test func thereAreCases() throws {
    #expect(try CaseFile.all().reduce(0) { $0 + $1.cases.count } >= 250)
  }
}
