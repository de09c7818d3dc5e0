import ArgumentParser
import Foundation
import Testing

@testable import podscore

/// The documentation of the command line.
@Suite struct CommandReferenceTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/cli.md")

    private static let commands = CommandReference.commands(of: Podscore.self, named: "podscore")

    @Test func `docs/cli.md is up to date; run make docs`() throws {
        let written = (try? String(contentsOf: Self.file, encoding: .utf8)) ?? ""
        let (old, new) = (written.components(separatedBy: "\n"), CommandReference.text.components(separatedBy: "\n"))
        let line = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }
        let place = line.map { "line \($0.offset + 1), \"\($0.element.0)\" instead of \"\($0.element.1)\"" } ?? "the number of lines"
        #expect(written == CommandReference.text, "run make docs; docs/cli.md differs in \(place)")
    }

    @Test(arguments: Self.commands.map(\.name))
    func `Each command has a section with its whole help`(name: String) throws {
        let command = try #require(Self.commands.first { $0.name == name }?.command)
        let sections = CommandReference.text.components(separatedBy: "\n## ")
        let section = try #require(sections.first { $0.hasPrefix(name + "\n") })
        let help = Podscore.helpMessage(for: command, columns: 80).split(separator: "\n", omittingEmptySubsequences: false)
        for line in help.drop(while: { !$0.isEmpty }) where !line.isEmpty { #expect(section.contains(line), "\(line)") }
        #expect(section.contains("\n\(command.configuration.abstract)\n"))
        #expect(section.contains("USAGE: \(name)"))
    }

    @Test func `All visible commands are listed, and no hidden one`() {
        let names = Self.commands.map(\.name)
        for name in ["podscore", "podscore serve", "podscore scan", "podscore http", "podscore completions"] {
            #expect(names.contains(name))
        }
        #expect(!names.contains("podscore command-reference"))
    }

    @Test func `No help text is wider than 80 columns`() {
        for entry in Self.commands {
            for line in Podscore.helpMessage(for: entry.command, columns: 80).split(separator: "\n") where line.unicodeScalars.count > 80 {
                Issue.record("\(entry.name): \(line)")
            }
        }
    }
}
