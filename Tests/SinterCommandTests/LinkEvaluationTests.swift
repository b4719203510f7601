import Foundation
import TestSupport
import Testing

/// `sinter eval link` and `sinter train` from the outside.
@Suite struct LinkEvaluationTests {
  private let folder = TemporaryStore()

  private func files() throws -> [String] {
    var train = ""
    for group in 0..<4 {
      for user in 0..<6 {
        for item in 0..<6 where (user + item) % 3 != 0 { train += "u\(group)_\(user)\tlikes\ti\(group)_\(item)\n" }
      }
    }
    var arguments: [String] = []
    for (name, text) in [
      ("train", train), ("valid", "u0_0\tlikes\ti0_0\nu1_1\tlikes\ti1_2\n"),
      ("test", "u2_0\tlikes\ti2_0\nu3_0\tlikes\ti3_3\nu3_0\tlikes\tunknown\n"),
    ] { arguments += ["--\(name)", try folder.write(text, to: "\(name).txt")] }
    return arguments
  }

  private func sinter(_ arguments: [String]) throws -> Program.Run { try Program.run(arguments, input: "", in: folder) }

  @Test(arguments: ["transe", "rotate", "distmult", "complex"]) func reportsEveryModelAsJSON(_ model: String) throws {
    let plot = folder.path("curve.svg")
    let run = try sinter(
      ["eval", "link"] + files() + [
        "--model", model, "--dimension", "16", "--epochs", "10", "--threads", "1", "--format", "json", "--plot", plot,
      ])
    #expect(run.status == 0, "\(run.error)")
    let json = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(json["model"] as? String == model)
    #expect(json["unseen"] as? Int == 1)
    let head = try #require(json["head"] as? [String: Any])
    let tail = try #require(json["tail"] as? [String: Any])
    for name in ["mr", "mrr", "hits1", "hits3", "hits10"] {
      let (both, h, t) = (json[name] as? Double, head[name] as? Double, tail[name] as? Double)
      let mean = try (#require(h) + #require(t)) / 2
      #expect(abs(try #require(both) - mean) < 1e-9)
    }
    #expect((json["relations"] as? [[String: Any]])?.first?["relation"] as? String == "likes")
    #expect((json["history"] as? [Any])?.count == json["epochs"] as? Int)
    #expect(try String(contentsOfFile: plot, encoding: .utf8).contains("<polyline"))
  }

  @Test func printsATable() throws {
    let negatives = try folder.write("u2_0\tlikes\ti0_1\nu3_0\tlikes\ti1_3\n", to: "negatives.txt")
    let checkpoint = folder.path("state")
    let run = try sinter(
      ["eval", "link"] + files() + [
        "--dimension", "16", "--epochs", "10", "--by-relation", "--negatives", negatives, "--valid-negatives", negatives,
        "--checkpoint", checkpoint,
      ])
    #expect(run.status == 0, "\(run.error)")
    for part in ["overall", "likes", "  head", "given false", "Brier", "ranked last", "loss", "•"] {
      #expect(run.output.contains(part), "\(part)")
    }
    #expect(!FileManager.default.fileExists(atPath: checkpoint))
  }

  @Test func wrongSettingsAreNamed() throws {
    let run = try sinter(["eval", "link"] + files() + ["--model", "transh"])
    #expect(run.status == 1 && run.error.contains("LearnError.BadConfiguration") && run.error.contains("transe, rotate"))
  }

  @Test func trainsAndServesByName() throws {
    let store = folder.path("test.sinter")
    let made = try sinter([
      "query", store,
      "UNWIND range(0, 59) AS n MERGE (u:User {id: n % 12}) MERGE (i:Item {id: n % 15}) MERGE (u)-[:BOUGHT]->(i)",
    ])
    #expect(made.status == 0, "\(made.error)")
    let trained = try sinter([
      "train", store, "--model", "distmult", "--name", "tastes", "--dimension", "16", "--epochs", "5", "--weights", "BOUGHT:2",
    ])
    #expect(trained.status == 0 && trained.output.contains("Model `tastes`, version 1"), "\(trained.error)")
    let again = try sinter([
      "train", store, "--model", "distmult", "--name", "tastes", "--dimension", "16", "--epochs", "2", "--warm-start",
    ])
    #expect(again.status == 0 && again.output.contains("version 2"), "\(again.error)")
    let asked = try sinter([
      "query", store, "--format", "jsonl",
      "MATCH (u:User {id: 1}) PREDICT (u)-[:BOUGHT]->(i:Item) USING MODEL tastes LIMIT 3 SCORE AS s RETURN i.id AS id, s",
    ])
    #expect(asked.output.split(separator: "\n").count == 3, "\(asked.error)")
    #expect(try sinter(["similar", store, "MATCH (i:Item {id: 1}) RETURN i", "--limit", "2"]).status == 0)
  }
}
