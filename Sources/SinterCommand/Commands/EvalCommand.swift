import ArgumentParser
import Sinter
import SinterLearn

/// `sinter eval link …`
struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measure models by the standard protocols.",
    discussion: """
      EXAMPLES:
        sinter eval link --train train.txt --valid valid.txt --test test.txt
        sinter eval recommend shop.sinter --strategy "copurchase 0.7, tags 0.3"
      """,
    subcommands: [EvalLinkCommand.self, EvalRecommendCommand.self])
}

/// `sinter eval link --train FILE --valid FILE --test FILE`
struct EvalLinkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "link",
    abstract: "Train on triple files and rank the test triples.",
    discussion: """
      Files hold a triple on a line: head, relation and tail, separated by tabs. Ranks are filtered by all three files \
      and taken at the mean of ties. MR, MRR and Hits@1, 3 and 10 are printed for both sides together and each.

      EXAMPLES:
        sinter eval link --train train.txt --valid valid.txt --test test.txt
        sinter eval link --train a.tsv --valid b.tsv --test c.tsv --json
      """)

  @Option(help: "The triples to learn from.", completion: .file()) var train: String
  @Option(help: "The triples that tell when to stop.", completion: .file()) var valid: String
  @Option(help: "The triples to rank.", completion: .file()) var test: String
  @OptionGroup var training: TrainingArguments
  @Flag(help: "Write one JSON object.") var json = false

  func run() throws {
    let configuration = try TrainingOptions(training.options).configuration
    let display = TrainingDisplay()
    defer { display.end() }
    let report = try LinkEvaluation.run(
      train: readFile(train), validation: readFile(valid), test: readFile(test), names: (train, valid, test),
      configuration: configuration, progress: display.show)
    display.end()
    Terminal.write(json ? report.json() + "\n" : report.table())
  }
}
