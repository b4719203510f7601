import ArgumentParser
import Sinter
import SinterExecute
import SinterLearn

/// How a model is trained; what is not given keeps its default.
struct TrainingArguments: ParsableArguments {
  @Option(help: "Floats for each entity and relation.") var dimension: Int?
  @Option(help: "At most so many passes over the triples.") var epochs: Int?
  @Option(help: "The distance: l1 or l2.") var norm: String?
  @Option(help: "What is minimised: selfAdversarial, marginRanking or crossEntropy.") var loss: String?
  @Option(help: "The distance that separates true from false.") var margin: Double?
  @Option(help: "Negatives shared by a chunk of questions.") var negatives: Int?
  @Option(help: "How rows move: adagrad or adam.") var optimiser: String?
  @Option(help: "The first step's size.") var learningRate: Double?
  @Option(help: "Threads; 0 is one for each processor, 1 gives the same model for the same seed.") var threads: Int?
  @Option(help: "The seed of all chance.") var seed: Int?
  @Option(help: ArgumentHelp("Stop, orderly, after so long.", valueName: "seconds")) var timeLimit: Double?

  /// The settings given, by the names that TRAIN MODEL has for them.
  var options: [String: Value] {
    let integers = ["dimension": dimension, "epochs": epochs, "negatives": negatives, "threads": threads, "seed": seed]
    let numbers = ["margin": margin, "learningRate": learningRate, "seconds": timeLimit]
    let texts = ["norm": norm, "loss": loss, "optimiser": optimiser]
    return integers.compactMapValues { $0.map { .integer(Int64($0)) } }
      .merging(numbers.compactMapValues { $0.map(Value.float) }) { $1 }
      .merging(texts.compactMapValues { $0.map(Value.string) }) { $1 }
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
