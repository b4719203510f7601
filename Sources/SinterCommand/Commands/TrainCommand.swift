import ArgumentParser
import Sinter
import SinterLearn
import SinterStorage

/// `sinter train STORE`
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learn embeddings from a store's relationships.",
    discussion: """
      A tenth of the triples is held out: half tells when to stop, half is ranked at the end. The model is published \
      as a new version in one transaction; until then, and when training fails or is cancelled, the last one serves.

      EXAMPLES:
        sinter train shop.sinter
        sinter train shop.sinter --on BOUGHT,VIEWED,HAS_TAG
        sinter train shop.sinter --name tags --on HAS_TAG --model complex
        sinter train shop.sinter --warm-start --epochs 5 --weights BOUGHT:2,VIEWED:0.5
      """)

  @OptionGroup var store: StoreArgument
  @Option(help: ArgumentHelp("Relationship types to learn from, separated by commas; default: all.", valueName: "types"))
  var on: String?
  @Option(help: "The name it is published under; default: the kind of model.") var name: String?
  @Option(help: ArgumentHelp("How much the triples of some types count, such as BOUGHT:2.", valueName: "weights"))
  var weights: String?
  @Flag(help: "Start from the model's current version.") var warmStart = false
  @Option(help: ArgumentHelp("The part of the triples held out.", valueName: "0…0.5")) var holdout: Double?
  @OptionGroup var training: TrainingArguments

  func run() throws {
    let store = try store.open()
    var options = training.options
    if let holdout { options["holdout"] = .float(holdout) }
    if let weights { options["weights"] = .string(weights) }
    if warmStart { options["warmStart"] = .boolean(true) }
    let types = (on ?? "").split(separator: ",").map { String($0.drop(while: \.isWhitespace)) }.filter { !$0.isEmpty }
    let display = TrainingDisplay()
    defer { display.end() }
    let request = ModelTrainingRequest(
      name: name ?? training.model, types: types, options: options, checkpointPath: training.checkpoint)
    let publication = try ModelTrainer.train(store.graph.snapshot(), request, progress: display.show)
    let header = try store.graph.write { writer in try ModelTrainer.publish(publication, writer) }
    display.end()
    try training.finish(publication.history)
    Terminal.write(TrainCommand.text(header))
    if Terminal.isOutputInteractive { Terminal.write("\n" + LearningCurve(publication.history).text()) }
  }

  static func text(_ header: ModelHeader) -> String {
    var text = "Model `\(header.name)`, version \(header.version): \(Summary.count(header.entityCount, "node")), "
    text += "\(Summary.count(header.tripleCount, "triple")) of \(header.types.joined(separator: ", "))\n"
    text += "\(header.model.rawValue), \(Summary.count(header.epochs, "epoch")) of dimension \(header.dimension) in "
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
