import ArgumentParser
import Testing

@testable import podscore

/// How the program's arguments are read.
struct ArgumentTests {
    /// What comes of arguments: the command with its values, or the message.
    private static func outcome(_ parse: () throws -> any ParsableCommand) -> String {
        do {
            let command = try parse()
            return "\(type(of: command)): \(command)"
        } catch {
            return Podscore.fullMessage(for: error)
        }
    }

    @Test(arguments: [
        ["scan", "a", "b"], ["scan", "-"], ["scan", "--format", "sarif", "--jobs", "3", "--exclude", "x", "a"], ["scan", "--", "--format"],
        ["scan"], ["scan", "--help"], ["scan", "-h"], ["scan", "--version"], ["scan", "--no-such", "a"], ["scan", "--jobs", "0", "a"],
        ["scan", "--help-hidden"], ["scan", "--generate-completion-script", "bash"], ["scan", "help"], ["help", "scan"], ["scam"],
        ["version"], ["version", "x"], ["policy"], ["policy", "check", "p"], ["policy", "--help"], ["--version"], ["--help"], [],
        ["http", "8080"], ["http", "--threads", "0"], ["serve", "--port", "1"], ["doctor", "--help"], ["rules", "HostPID"],
    ])
    func `A command that stands first reads its arguments as the whole program does`(arguments: [String]) {
        #expect(Self.outcome { try Podscore.parsed(arguments) } == Self.outcome { try Podscore.parseAsRoot(arguments) })
    }

    @Test func `scan is read without the rest of the program`() throws {
        #expect(try Podscore.parsed(["scan", "a"]) is ScanCommand)
        #expect(ScanCommand.configuration._superCommandName == Podscore.configuration.commandName)
    }
}
