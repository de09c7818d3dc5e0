import AdmissionPolicy
import ArgumentParser
import Platform
import PodScoring
import Reports

/// The command `podscore policy crds`.
struct PolicyCRDsCommand: ParsableCommand {
    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "crds",
        abstract: "Print the CustomResourceDefinitions of policies and waivers.",
        usage: "podscore policy crds [OPTIONS]",
        discussion: """
            With them, an API server stores ScorePolicy and ScoreWaiver objects. It
            rejects nearly all that podscore policy check rejects in one document, and
            names the field. Rule ids are part of them, so upgrade them together with
            podscore.

            Example:
              podscore policy crds | kubectl apply --server-side -f -
            """
    )

    @Option(name: .shortAndLong, help: "The output format.")
    var output = CRDFormat.yaml

    /// Prints the CRDs.
    mutating func run() throws {
        let definitions = PolicyCRDs(PolicySchema(rulesets: Ruleset.all, defaultRuleset: .podscoreV1))
        try StandardStream.output.writeResult(output == .yaml ? definitions.yaml : definitions.json)
    }
}

/// The output formats of CRDs.
enum CRDFormat: String, ExpressibleByArgument, CaseIterable {
    /// A document for each kind.
    case yaml
    /// A list.
    case json
}
