import ArgumentParser
import KubernetesAPI

/// A manual page, made from a command and its `--help`, in the macros of man(7).
struct ManualPage {
    /// The name of the file, such as `podscore-scan.1`.
    let fileName: String
    /// The page.
    let text: String

    /// Makes the pages of all visible commands; `date` is the day that they show.
    static func all(date: CivilDate?) throws -> [ManualPage] {
        let entries = CommandReference.commands(of: Podscore.self, named: "podscore")
        let program = try ArgumentDescription.describedProgram()
        return entries.map { entry in
            Self(entry, ArgumentDescription.all(ofCommand: entry.name, in: program), among: entries, date: date)
        }
    }

    private init(
        _ entry: CommandReference.Entry,
        _ arguments: [ArgumentDescription],
        among entries: [CommandReference.Entry],
        date: CivilDate?
    ) {
        let name = Self.pageName(of: entry.name)
        fileName = name + ".1"
        let configuration = entry.command.configuration
        var page = ManualText(title: name, date: date, source: "podscore \(Version.text)")
        page.section("NAME")
        page.line(ManualText.escaped(name) + " \\- " + ManualText.escaped(Self.withoutStop(configuration.abstract)))
        page.section("SYNOPSIS")
        page.verbatim(Podscore.usageString(for: entry.command).split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } })
        page.section("DESCRIPTION")
        page.paragraph(configuration.abstract)
        page.discussion(configuration.discussion)
        let isRoot = entry.name == "podscore"
        let subcommands = entries.filter { Self.parent(of: $0.name) == entry.name }
        if !subcommands.isEmpty {
            page.section("COMMANDS")
            for subcommand in subcommands {
                page.item(ManualText.reference(Self.pageName(of: subcommand.name)), subcommand.command.configuration.abstract)
            }
        }
        Self.writeArguments(arguments, to: &page)
        page.section("EXIT STATUS")
        for status in CommandReference.statuses { page.item(ManualText.bold("\(status.number)"), status.meaning) }
        if isRoot {
            for topic in CommandReference.topics {
                page.section(topic.title.uppercased())
                page.paragraph(topic.text)
            }
        }
        page.section("SEE ALSO")
        let others = isRoot ? entries.map(\.name) : ["podscore"] + [Self.parent(of: entry.name)] + subcommands.map(\.name)
        let pages = Self.unique(others.filter { $0 != entry.name }.map(Self.pageName))
        page.line(pages.map(ManualText.reference).joined(separator: ",\n"))
        text = page.text
    }

    /// Writes the arguments, then the options: those of the command, then each group under its title.
    private static func writeArguments(_ all: [ArgumentDescription], to page: inout ManualText) {
        let arguments = all.filter { $0.names.isEmpty }
        if !arguments.isEmpty { page.section("ARGUMENTS") }
        for argument in arguments { page.item(form(of: argument), argument.text) }
        let options = all.filter { !$0.names.isEmpty }
        page.section("OPTIONS")
        for option in options where option.section == nil { page.item(form(of: option), option.text) }
        for title in unique(options.compactMap(\.section)) {
            page.subsection(title)
            for option in options where option.section == title { page.item(form(of: option), option.text) }
        }
    }

    /// The first line of an argument or option, such as `-n, --namespace NAMESPACE`.
    private static func form(of argument: ArgumentDescription) -> String {
        let names = argument.names.map(ManualText.bold).joined(separator: ", ")
        let value = argument.valueName.map(ManualText.italic)
        let repetition = argument.names.isEmpty && argument.isRepeating ? " ..." : ""
        return [names.isEmpty ? nil : names, value].compactMap { $0 }.joined(separator: " ") + repetition
    }

    private static func pageName(of command: String) -> String {
        command.split(separator: " ").joined(separator: "-")
    }

    /// The command that a subcommand belongs to; empty for the program.
    private static func parent(of command: String) -> String {
        command.split(separator: " ").dropLast().joined(separator: " ")
    }

    /// The names in their order, each once.
    private static func unique(_ names: [String]) -> [String] {
        names.indices.filter { names.firstIndex(of: names[$0]) == $0 }.map { names[$0] }
    }

    private static func withoutStop(_ sentence: String) -> String {
        sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    }
}
