import ArgumentParser
import Sinter
import SinterExecute
import SinterLearn

/// How a model is trained; what is not given keeps its default.
struct TrainingArguments: ParsableArguments {
  @Option(help: "What scores a triple: transe, rotate, distmult or complex.") var model = "transe"
  @Option(help: "Defaults for speed or quality: fast or best.") var preset: String?
  @Option(help: "Floats for each entity and relation.") var dimension: Int?
  @Option(help: "At most so many passes over the triples.") var epochs: Int?
  @Option(help: "TransE's distance: l1, l2 or squaredL2.") var norm: String?
  @Option(help: "What is minimised: selfAdversarial, marginRanking or crossEntropy.") var loss: String?
  @Option(help: "The distance that separates true from false.") var margin: Double?
  @Option(help: "Sampled negatives shared by a chunk of questions.") var samples: Int?
  @Option(help: "What true answers have to beat: uniform or bernoulli samples, or all entities.") var negativeSampling: String?
  @Option(help: "How much hard negatives are preferred.") var temperature: Double?
  @Option(help: "How much less the triples of questions with many answers weigh: count to minus this.") var frequencyPower: Double?
  @Option(help: "How rows move: sgd, adagrad or adam.") var optimiser: String?
  @Option(help: "The first step's size.") var learningRate: Double?
  @Option(help: "What keeps rows small: l2 or n3.") var regulariser: String?
  @Option(help: "How much it does.") var regularisation: Double?
  @Option(help: ArgumentHelp("The part of a query left out of a step.", valueName: "0…0.9")) var dropout: Double?
  @Option(help: ArgumentHelp("The part of the truth given to all entities.", valueName: "0…0.9")) var labelSmoothing: Double?
  @Option(help: "The greatest length of an entity's vector; 0 for any.") var maximumNorm: Double?
  @Option(help: "Questions per step against all entities.") var batchSize: Int?
  @Option(help: "Validations without a better MRR before training stops.") var patience: Int?
  @Option(help: "Threads; 0 is one for each processor, 1 gives the same model for the same seed.") var threads: Int?
  @Option(help: "The seed of all chance.") var seed: Int?
  @Option(help: ArgumentHelp("Stop, orderly, after so long.", valueName: "seconds")) var timeLimit: Double?
  @Flag(inversion: .prefixedNo, help: "Give relations a second vector for the way back.") var reciprocal: Bool?
  @Option(
    help: ArgumentHelp("Keep the state here after every epoch, and go on from it.", valueName: "file"), completion: .file())
  var checkpoint: String?
  @Option(help: ArgumentHelp("Write the learning curves as SVG.", valueName: "file"), completion: .file())
  var plot: String?

  /// The settings given, by the names that TRAIN MODEL has for them.
  var options: [String: Value] {
    let integers = [
      "dimension": dimension, "epochs": epochs, "negatives": samples, "threads": threads, "seed": seed,
      "batchSize": batchSize, "patience": patience,
    ]
    let numbers = [
      "margin": margin, "learningRate": learningRate, "seconds": timeLimit, "temperature": temperature,
      "regularisation": regularisation, "dropout": dropout, "labelSmoothing": labelSmoothing, "maximumNorm": maximumNorm,
      "frequencyPower": frequencyPower,
    ]
    let texts = [
      "model": model, "preset": preset, "norm": norm, "loss": loss, "optimiser": optimiser, "regulariser": regulariser,
      "negativeSampling": negativeSampling,
    ]
    var options = integers.compactMapValues { $0.map { .integer(Int64($0)) } }
      .merging(numbers.compactMapValues { $0.map(Value.float) }) { $1 }
      .merging(texts.compactMapValues { $0.map(Value.string) }) { $1 }
    if let reciprocal { options["reciprocal"] = .boolean(reciprocal) }
    return options
  }

  /// Draws what a training did and removes its checkpoint, for it came to its end.
  func finish(_ history: [EpochMetrics]) throws(SinterError) {
    if let plot { try writeFile(LearningCurve(history).svg(), to: plot) }
    if let checkpoint { TrainingCheckpoint(path: checkpoint).remove() }
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
