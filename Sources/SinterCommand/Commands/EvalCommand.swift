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
      and taken at the mean of ties; triples with something that was never trained rank last. MR, MRR and Hits@1, 3 and \
      10 are printed for both sides together and each. True triples are then told from false ones: from those given, or \
      from corrupted ones.

      EXAMPLES:
        sinter eval link --train train.txt --valid valid.txt --test test.txt
        sinter eval link --train a.tsv --valid b.tsv --test c.tsv --model complex --format json
        sinter eval link --train a.tsv --valid b.tsv --test c.tsv --by-relation --plot curve.svg
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case table, json }

  @Option(help: "The triples to learn from.", completion: .file()) var train: String
  @Option(help: "The triples that tell when to stop.", completion: .file()) var valid: String
  @Option(help: "The triples to rank.", completion: .file()) var test: String
  @Option(help: ArgumentHelp("False triples to tell the test triples from.", valueName: "file"), completion: .file())
  var negatives: String?
  @Option(help: ArgumentHelp("False triples to choose thresholds by.", valueName: "file"), completion: .file())
  var validNegatives: String?
  @OptionGroup var training: TrainingArguments
  @Flag(help: "A row for every relation in the table.") var byRelation = false
  @Option(help: "How the figures are written: table or json.") var format = Format.table
  @Flag(help: "The same as --format json.") var json = false

  func run() throws {
    let configuration = try TrainingOptions(training.options).configuration
    func file(_ path: String) throws -> LinkEvaluation.File { LinkEvaluation.File(try readFile(path), name: path) }
    let files = LinkEvaluation.Files(
      train: try file(train), validation: try file(valid), test: try file(test),
      validationNegatives: try validNegatives.map(file), testNegatives: try negatives.map(file))
    let display = TrainingDisplay()
    defer { display.end() }
    let report = try LinkEvaluation.run(
      files, configuration: configuration, checkpoint: training.checkpoint.map { TrainingCheckpoint(path: $0) },
      progress: display.show)
    display.end()
    try training.finish(report.model.history)
    Terminal.write(json || format == .json ? report.json() + "\n" : report.table(byRelation: byRelation))
  }
}
