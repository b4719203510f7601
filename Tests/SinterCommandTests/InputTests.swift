import Foundation
import SinterModel
import TestSupport
import Testing

@testable import SinterCommand

@Suite struct InputTests {
  @Test func statementsEndAtSemicolonsOutsideTexts() {
    #expect(StatementSplitter.all(in: "RETURN 1; RETURN 2") == ["RETURN 1", " RETURN 2"])
    #expect(StatementSplitter.all(in: "RETURN ';' AS a; // x; y\n;") == ["RETURN ';' AS a"])
    #expect(StatementSplitter.all(in: "RETURN \"a\\\";\" ;") == ["RETURN \"a\\\";\" "])
    #expect(StatementSplitter.all(in: "MATCH (n:`a;b`) /* ; */ RETURN n") == ["MATCH (n:`a;b`) /* ; */ RETURN n"])
    #expect(StatementSplitter.all(in: " ;; \n /* only */ // this") == [])
    #expect(StatementSplitter("RETURN 'open; ").statements == [])
    #expect(StatementSplitter.isBlank("/* a */ // b"))
    #expect(!StatementSplitter.isBlank("/* a"))
    #expect(!StatementSplitter.isBlank("/*/"))
    #expect(StatementSplitter.all(in: "RETURN 8 / 2; RETURN 1") == ["RETURN 8 / 2", " RETURN 1"])
  }

  @Test func parametersAreTyped() throws {
    func value(_ text: String) throws -> Value { try Parameters.parse(assignment: "p=" + text).value }
    #expect(try value("30") == 30)
    #expect(try value("-7") == -7)
    #expect(try value("2.5") == 2.5)
    #expect(try value("true") == true)
    #expect(try value("null") == nil)
    #expect(try value("u17") == "u17")
    #expect(try value("'30'") == "30")
    #expect(try value("\"30\"") == "30")
    #expect(try value("[1, 'a']") == [1, "a"])
    #expect(try value("{a: 1, b: [2.0]}") == ["a": 1, "b": [2.0]])
    #expect(try value("{\"a\": 1}") == ["a": 1])
    #expect(try value("{\"$date\": \"2020-01-01\"}") == .date(Date("2020-01-01")))
    #expect(try value("date('2020-01-01')") == .date(Date("2020-01-01")))
    #expect(try value("[duration('P1D')]") == [.duration(Duration("P1D"))])
    #expect(try value("date('no date')") == "date('no date')")
    #expect(try value("upper('a')") == "upper('a')")
    #expect(try value("") == "")
    #expect(try value("a=b") == "a=b")
    #expect(try value("it's") == "it's")
    #expect(try value("2020-01-01") == "2020-01-01")
    #expect(try value("'a' + 'b'") == "'a' + 'b'")
    #expect(try value("1 AS x") == "1 AS x")
    #expect(try Parameters.parse(assignment: "$name=1").name == "name")
    #expect(throws: SinterError.self) { try Parameters.parse(assignment: "novalue") }
    #expect(throws: SinterError.self) { try Parameters.parse(assignment: "=1") }
    #expect(try Parameters.parse(file: Array("{\"a\": 1}".utf8), name: "f") == ["a": 1])
    #expect(throws: SinterError.self) { try Parameters.parse(file: Array("[1]".utf8), name: "f") }
  }

  @Test func misspellingsAreRecognised() {
    let names = ["help", "schema", "tables", "timer", "mode", "quit"]
    #expect(Spelling.nearest(to: "hlep", in: names) == "help")
    #expect(Spelling.nearest(to: "shema", in: names) == "schema")
    #expect(Spelling.nearest(to: "sch", in: names) == "schema")
    #expect(Spelling.nearest(to: "xyzzy", in: names) == nil)
  }

  @Test func completionKnowsItsPlace() {
    var completion = Completion()
    completion.labels = ["Item", "User"]
    completion.types = ["BOUGHT"]
    completion.keys = ["price", "title"]
    completion.parameters = ["user"]
    completion.functions = ["toUpper", "toLower"]
    func candidates(_ line: String) -> [String] { completion.completions(for: line).candidates }
    #expect(candidates("MATCH (u:Us") == ["User"])
    #expect(candidates("MATCH (u)-[:BO") == ["BOUGHT"])
    #expect(candidates("RETURN u.ti") == ["title"])
    #expect(candidates("MATCH (u {id: $u") == ["user"])
    #expect(candidates("MAT") == ["MATCH"])
    #expect(candidates("mat") == ["match"])
    #expect(candidates(".sch") == ["schema"])
    #expect(candidates("RETURN toUp") == ["toUpper("])
    #expect(completion.completions(for: "RETURN u.ti").replacedCount == 2)
  }

  @Test func linesOfAnyLengthAreRead() throws {
    let folder = TemporaryStore()
    let long = String(repeating: "x", count: 300_000)
    let path = try folder.write("a\n\n\(long)\nlast", to: "lines")
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    var reader = LineReader(descriptor: descriptor)
    var lines: [String] = []
    while reader.withNextLine({ lines.append(String(decoding: $0, as: UTF8.self)) }) {}
    #expect(lines == ["a", "", long, "last"])
  }

  @Test func progressIsPlainOffTheTerminal() {
    let output = Collector()
    let progress = ProgressLine(title: "loading", isInteractive: false, plainDelay: .zero, emit: output.append)
    progress.show(fraction: 0.0, detail: "0 rows")
    progress.show(fraction: 0.05)
    progress.show(fraction: 0.31)
    progress.message("note")
    progress.end()
    #expect(output.text == "loading 0%  0 rows\nloading 31%\nnote\n")
  }

  final class Collector: @unchecked Sendable {
    // Used by one thread in these tests.
    private(set) var text = ""
    func append(_ piece: String) { text += piece }
  }
}
