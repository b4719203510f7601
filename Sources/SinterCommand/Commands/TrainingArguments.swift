import ArgumentParser
import Sinter
import SinterExecute
import SinterLearn

extension DistanceNorm: ExpressibleByArgument {}
extension TrainingLoss: ExpressibleByArgument {}
extension TrainingOptimiser: ExpressibleByArgument {}

/// How a model is trained; what is not given keeps its default.
struct TrainingArguments: ParsableArguments {
  @Option(help: "Floats for each entity and relation.") var dimension: Int?
  @Option(help: "At most so many passes over the triples.") var epochs: Int?
  @Option(help: "The distance: l1 or l2.") var norm: DistanceNorm?
  @Option(help: "What is minimised: selfAdversarial, marginRanking or crossEntropy.") var loss: TrainingLoss?
  @Option(help: "The distance that separates true from false.") var margin: Float?
  @Option(help: "Negatives shared by a chunk of questions.") var negatives: Int?
  @Option(help: "How rows move: adagrad or adam.") var optimiser: TrainingOptimiser?
  @Option(help: "The first step's size.") var learningRate: Float?
  @Option(help: "Threads; 0 is one for each processor, 1 gives the same model for the same seed.") var threads: Int?
  @Option(help: "The seed of all chance.") var seed: UInt64?
  @Option(help: ArgumentHelp("Stop, orderly, after so long.", valueName: "seconds")) var timeLimit: Double?

  /// - Throws: `LearnError.BadConfiguration`
  func configuration() throws(SinterError) -> TransEConfiguration {
    var configuration = TransEConfiguration()
    if let dimension { configuration.dimension = dimension }
    if let epochs { configuration.epochs = epochs }
    if let norm { configuration.norm = norm }
    if let loss { configuration.loss = loss }
    if let margin { configuration.margin = margin }
    if let negatives { configuration.negatives = negatives }
    if let optimiser { configuration.optimiser = optimiser }
    if let learningRate { configuration.learningRate = learningRate }
    if let threads { configuration.threads = threads }
    if let seed { configuration.seed = seed }
    if let timeLimit { configuration.timeLimitSeconds = timeLimit }
    try configuration.validate()
    return configuration
  }
}

/// Shows a training: a bar, and a line for each validation. Ctrl-C cancels.
final class TrainingDisplay {
  private let progress = ProgressLine(title: "training")
  private let token = Interrupts.beginQuery()
  private var shownMRR: Double?

  /// Whether training shall go on.
  func show(_ state: TrainingProgress) -> Bool {
    if let mrr = state.validationMRR, mrr != shownMRR {
      shownMRR = mrr
      let loss = state.loss.map { ", loss \(Summary.decimal($0, places: 4))" } ?? ""
      progress.message("epoch \(state.epoch) of \(state.epochs)\(loss), validation MRR \(Summary.decimal(mrr, places: 4))")
    }
    progress.show(fraction: state.fraction, detail: TrainingDisplay.detail(state))
    return !token.isCancelled
  }

  func end() {
    progress.end()
    Interrupts.endQuery()
  }

  private static func detail(_ state: TrainingProgress) -> String {
    var parts = ["epoch \(state.epoch)/\(state.epochs)"]
    if let loss = state.loss { parts.append("loss \(Summary.decimal(loss, places: 4))") }
    if let best = state.bestValidationMRR { parts.append("best MRR \(Summary.decimal(best, places: 4))") }
    parts.append("\(Summary.grouped(Int(state.triplesPerSecond))) triples/s")
    return parts.joined(separator: ", ")
  }
}
