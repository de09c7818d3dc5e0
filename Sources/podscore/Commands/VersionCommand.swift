import ArgumentParser
import Platform
import PodScoring

/// The command `podscore version`.
struct VersionCommand: ParsableCommand {
    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the version and its rulesets."
    )

    /// Prints the version on the first line and a line for each ruleset.
    mutating func run() throws {
        let rulesets = Ruleset.all.map { "  \($0.label)\n" }.joined()
        try StandardStream.output.writeResult("podscore \(Version.text)\nrulesets:\n\(rulesets)")
    }
}
