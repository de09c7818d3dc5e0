import ArgumentParser
import Foundation
import KubernetesAPI
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

    private static let pages = Result { try ManualPage.all(date: CivilDate(parsing: "2027-03-31")) }

    @Test func `Each command has a manual page of its name`() throws {
        let names = try Self.pages.get().map(\.fileName)
        #expect(names == Self.commands.map { $0.name.split(separator: " ").joined(separator: "-") + ".1" })
        #expect(names.contains("podscore.1") && names.contains("podscore-policy-check.1"))
    }

    @Test(arguments: Self.commands.map(\.name))
    func `A manual page has every option and argument of the help`(name: String) throws {
        let index = try #require(Self.commands.firstIndex { $0.name == name })
        let (command, page) = (Self.commands[index].command, try Self.pages.get()[index].text)
        let help = Podscore.helpMessage(for: command, columns: 1_000)
        let options = help.matches(of: #/(?m)^  (?:-\w, )?(--[a-z-]+)/#).map(\.1)
        #expect(!options.isEmpty)
        for option in options { #expect(page.contains("\\fB" + ManualText.escaped(option) + "\\fR"), "\(option)") }
        for argument in help.matches(of: #/(?m)^  <([^>]+)>/#).map(\.1) { #expect(page.contains("\\fI" + ManualText.escaped(argument))) }
        let title = ManualText.escaped(name.split(separator: " ").joined(separator: "-").uppercased())
        #expect(page.hasPrefix(".TH \"\(title)\" 1 \"2027-03-31\" "))
        #expect(page.contains(ManualText.escaped(String(command.configuration.abstract.dropLast()))))
        for title in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "SEE ALSO"] {
            #expect(page.contains(".SH \"\(title)\"\n"))
        }
    }

    @Test func `A manual page shows values and defaults as the help does`() throws {
        let page = try #require(try Self.pages.get().first { $0.fileName == "podscore-serve.1" }).text
        #expect(page.contains("(values: enforce, warn, audit; default: enforce)"))
        #expect(page.contains(".SS \"Listening\"\n"))
        #expect(page.contains("\\fB\\-\\-host\\fR \\fIhost\\fR\n"))
    }

    @Test func `No line of a manual page begins a macro by accident`() throws {
        let macros: Set = [".TH", ".SH", ".SS", ".PP", ".TP", ".nf", ".fi", ".nh", ".ad"]
        for page in try Self.pages.get() {
            for line in page.text.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
                #expect(macros.contains(String(line.prefix(3))), "\(page.fileName): \(line)")
            }
        }
    }

    @Test(arguments: [
        (".podscore.yaml", #"\&.podscore.yaml"#), ("'a'", #"\&\(aqa\(aq"#), (#"a\b"#, #"a\eb"#), ("--é", #"\-\-\[u00E9]"#), ("a.b", "a.b"),
    ])
    func `Characters with a meaning for roff are escaped`(text: String, expected: String) {
        #expect(ManualText.escaped(text) == expected)
    }

    @Test func `A discussion wraps sentences, and keeps examples and tables`() {
        var page = ManualText(title: "a", date: nil, source: "b")
        page.discussion("One\ntwo.\n\nExamples:\n  a --b\n\nx   y\nzz  .w")
        page.section("A")
        page.paragraph("c")
        let examples = ".PP\nExamples:\n.nf\n  a \\-\\-b\n.fi\n.PP\n.nf\nx   y\nzz  .w\n.fi\n"
        #expect(page.text.hasSuffix(".PP\nOne two.\n" + examples + ".SH \"A\"\nc\n"), "\(page.text)")
    }

    @Test func `Manual pages need a directory, and markdown has none`() {
        #expect(throws: (any Error).self) { try CommandReferenceCommand.parse(["--format", "man"]) }
        #expect(throws: (any Error).self) { try CommandReferenceCommand.parse(["--into", "man"]) }
        #expect(throws: Never.self) { try CommandReferenceCommand.parse(["--format", "man", "--into", "man"]) }
    }
}
