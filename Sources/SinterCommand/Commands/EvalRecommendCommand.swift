import ArgumentParser
import Sinter
import SinterExecute
import SinterKnowledge
import SinterStorage

/// `sinter eval recommend STORE --strategy …`
struct EvalRecommendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recommend",
    abstract: "Hold out what users did last and measure how well a strategy foresees it.",
    discussion: """
      Of each user with at least 5 items the last fifth, by time of the first occurrence, is the test; the rest is all \
      that scorers and models see, so models are trained anew for the test. All items that the user does not have in \
      the training part are ranked. Figures are averages over users with 95 % bootstrap intervals; two strategies are \
      compared user by user with a randomisation test.

      EXAMPLES:
        sinter eval recommend shop.sinter --strategy "copurchase 0.7, tags 0.3"
        sinter eval recommend shop.sinter --strategy home --against popularity --k 10,20 --format json
        sinter eval recommend shop.sinter --strategy knowledge --shuffle-knowledge 7
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case table, json }

  @OptionGroup var store: StoreArgument
  @Option(help: "A strategy that the store keeps, or scorers with weights; default: what RECOMMEND takes.") var strategy: String?
  @Option(help: ArgumentHelp("Learn the weights of these scorers, or of `all` that fit, from the training part.", valueName: "scorers"))
  var learn: String?
  @Option(help: "Another strategy to compare with.") var against: String?
  @Option(help: ArgumentHelp("`chronological`, or a file of held-out pairs: user's id, tab or comma, item's id.", valueName: "split"))
  var split = "chronological"
  @Option(help: ArgumentHelp("Lengths of the lists, separated by commas.", valueName: "k")) var k = "5,10,20"
  @Option(help: "How the figures are written: table or json.") var format = Format.table
  @Option(help: ArgumentHelp("Write the curves of recall and NDCG over k as SVG.", valueName: "file"), completion: .file())
  var plot: String?
  @Option(help: ArgumentHelp("Measure again with the ends of all knowledge relationships shuffled.", valueName: "seed"))
  var shuffleKnowledge: UInt64?
  @Option(help: ArgumentHelp("Threads; without it, one for each processor.", valueName: "count")) var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads takes a number from 1 on.") }
    _ = try cutOffs()
  }

  private func cutOffs() throws -> [Int] {
    let numbers = k.split(separator: ",").map { Int($0.filter { !$0.isWhitespace }) }
    let valid = numbers.compactMap { $0 }.filter { (1...10_000).contains($0) }
    guard !valid.isEmpty, valid.count == numbers.count else {
      throw ValidationError("--k takes numbers from 1 to 10000 separated by commas, such as 5,10,20.")
    }
    return Set(valid).sorted()
  }

  func run() throws {
    let store = try store.open(readOnly: shuffleKnowledge == nil)
    let view = try store.graph.snapshot()
    var options = RecommendationEvaluation.Options()
    options.cutOffs = try cutOffs()
    options.threads = threads ?? RecommendationEvaluation.Options.processorCount
    let given = split == "chronological" ? nil : try SplitFile(readText(readFile(split), name: split), name: split)
    let evaluation = try RecommendationEvaluation(view, split: given, options: options)
    let chosen = try chosen(evaluation, strategy, view) ?? evaluation.standard
    let other = try against.flatMap { try self.chosen(evaluation, $0, view, isOther: true) }
    let progress = ProgressLine(title: "ranking")
    let token = Interrupts.beginQuery()
    defer { Interrupts.endQuery() }
    var report = try evaluation.report(chosen, against: other) { done, all in
      progress.show(fraction: Double(done) / Double(all), detail: "\(Summary.grouped(done)) of \(Summary.grouped(all)) users")
      return !token.isCancelled
    }
    progress.end()
    if let shuffleKnowledge {
      try evaluation.addControl(to: &report, chosen, store.graph, seed: shuffleKnowledge, split: given)
    }
    if let plot { try writeFile(RecommendationPlot.svg(report), to: plot) }
    Terminal.write(format == .json ? report.json() + "\n" : report.table())
  }

  /// The strategy that a text names. What was learned from the whole store is learned anew from the training part.
  private func chosen(
    _ evaluation: RecommendationEvaluation, _ text: String?, _ view: GraphView, isOther: Bool = false
  ) throws(SinterError) -> Strategy? {
    var scorers: [ScorerName] = []
    if let learn, !isOther {
      if learn != "all" { scorers = try Strategy(parsing: learn, in: view).parts.map(\.scorer) }
    } else {
      guard let text else { return nil }
      let strategy = try Strategy(parsing: text, in: view)
      guard strategy.isLearned else { return strategy }
      scorers = strategy.parts.map(\.scorer)
    }
    let training = try evaluation.learn(scorers)
    Terminal.printToError(training.text)
    return training.strategy
  }
}
