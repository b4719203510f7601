#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import ArgumentParser
import Sinter
import SinterModel

/// The `sinter` command.
@main
struct SinterTool: ParsableCommand {
  static let version = sinterVersion

  static let configuration = CommandConfiguration(
    commandName: "sinter",
    abstract: "An embedded knowledge graph that learns and recommends.",
    usage: "sinter <store>\nsinter <subcommand> …",
    discussion: """
      With a store and nothing else, opens the interactive shell on it.

      EXAMPLES:
        sinter load shop.sinter --manifest schema/demo.yaml --data data
        sinter train shop.sinter
        sinter shop.sinter
        sinter query shop.sinter 'MATCH (n) RETURN count(*)'

      EXIT STATUS:
        0  all went well
        1  an error in a query or in data
        2  a wrong command line
        3  the store cannot be opened, or is damaged
        4  cancelled, or a limit (time, memory) was reached
      """,
    version: version,
    subcommands: [
      OpenCommand.self, QueryCommand.self, ShellCommand.self, LoadCommand.self,
      TrainCommand.self, EvalCommand.self, InfoCommand.self, CheckCommand.self, CompactCommand.self,
      BackupCommand.self, ExportCommand.self, SimilarCommand.self, ModelsCommand.self, ExperimentCommand.self, BenchCommand.self,
    ],
    defaultSubcommand: OpenCommand.self)

  /// The command that the first word of the command line was meant to be, where it is neither a command nor a store.
  private static func misspelledCommand() -> String? {
    let commands = configuration.subcommands.compactMap { $0.configuration.commandName }
    guard CommandLine.arguments.count > 1 else { return nil }
    let word = CommandLine.arguments[1]
    guard !word.hasPrefix("-"), !commands.contains(word), !fileExists(word) else { return nil }
    return Spelling.nearest(to: word, in: commands)
  }

  static func main() {
    do {
      try checkArguments()
      var command = try parseAsRoot()
      try command.run()
    } catch let error as SinterError {
      Terminal.printError(error)
      finish(ExitStatus(error))
    } catch let status as ExitStatus {
      finish(status)
    } catch {
      let code = exitCode(for: error)
      let text = fullMessage(for: error)
      if code.isSuccess {
        print(text)
        finish(.success)
      }
      if code == .validationFailure, let near = misspelledCommand() {
        Terminal.printToError("There is no command `\(CommandLine.arguments[1])`. Did you mean `\(near)`?")
      } else {
        Terminal.printToError(text)
      }
      finish(code == .validationFailure ? .usage : .failure)
    }
  }

  /// Swift would put U+FFFD in the place of bytes that are no text, and then another text would be
  /// stored and another file opened than was meant.
  private static func checkArguments() throws(SinterError) {
    for number in 1..<max(Int(CommandLine.argc), 1) {
      guard let argument = CommandLine.unsafeArgv[number] else { continue }
      let bytes = UnsafeRawBufferPointer(start: argument, count: strlen(argument))
      guard String(validating: bytes, as: UTF8.self) == nil else { continue }
      throw SinterError(
        "UsageError.InvalidUTF8",
        "Argument \(number), `\(String(decoding: bytes, as: UTF8.self))`, is not valid UTF-8 text. "
          + "Give texts in UTF-8, and rename a file whose name is not.")
    }
  }
}
