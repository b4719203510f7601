import ArgumentParser
import Sinter
import SinterLearn

/// `sinter train STORE`
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learn TransE embeddings from a store's relationships.",
    discussion: """
      A tenth of the triples is held out: half tells when to stop, half is ranked at the end. The model is published \
      as a new version in one transaction; until then, and when training fails or is cancelled, the last one serves.

      EXAMPLES:
        sinter train shop.sinter
        sinter train shop.sinter --on BOUGHT,VIEWED,HAS_TAG
        sinter train shop.sinter --model tags --on HAS_TAG --dimension 64
      """)

  @OptionGroup var store: StoreArgument
  @Option(help: ArgumentHelp("Relationship types to learn from, separated by commas; default: all.", valueName: "types"))
  var on: String?
  @Option(help: "The model's name.") var model = "transe"
  @Option(help: ArgumentHelp("The part of the triples held out.", valueName: "0…0.5")) var holdout: Double?
  @OptionGroup var training: TrainingArguments

  func run() throws {
    let store = try store.open()
    var options = training.options
    if let holdout { options["holdout"] = .float(holdout) }
    let types = (on ?? "").split(separator: ",").map { String($0.drop(while: \.isWhitespace)) }.filter { !$0.isEmpty }
    let display = TrainingDisplay()
    defer { display.end() }
    let header = try ModelTrainer.train(
      store: store.graph, ModelTrainingRequest(name: model, types: types, options: options), progress: display.show)
    display.end()
    Terminal.write(TrainCommand.text(header))
  }

  static func text(_ header: ModelHeader) -> String {
    var text = "Model `\(header.name)`, version \(header.version): \(Summary.count(header.entityCount, "node")), "
    text += "\(Summary.count(header.tripleCount, "triple")) of \(header.types.joined(separator: ", "))\n"
    text += "\(Summary.count(header.epochs, "epoch")) of dimension \(header.dimension) in "
    text += "\(Summary.duration(seconds: header.trainingSeconds))\n"
    guard let metrics = header.metrics else { return text }
    let figures = [
      ("MR", Summary.decimal(metrics.meanRank, places: 1)), ("MRR", Summary.decimal(metrics.mrr, places: 4)),
      ("Hits@1", Summary.decimal(metrics.hits1, places: 4)), ("Hits@3", Summary.decimal(metrics.hits3, places: 4)),
      ("Hits@10", Summary.decimal(metrics.hits10, places: 4)),
    ]
    text += "held out \(Summary.count(metrics.testTriples, "triple")), filtered: "
    return text + figures.map { "\($0) \($1)" }.joined(separator: ", ") + "\n"
  }
}
