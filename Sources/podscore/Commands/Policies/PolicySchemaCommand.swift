import AdmissionPolicy
import ArgumentParser
import Platform
import PodScoring

/// The command `podscore policy schema`.
struct PolicySchemaCommand: ParsableCommand {
    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of policies and waivers, for editors.",
        usage: "podscore policy schema",
        discussion: """
            The schema (draft 7) is for one document, ScorePolicy or ScoreWaiver. It
            rejects no document that podscore accepts. It cannot express everything:
            podscore policy check also compares documents with each other, dates with
            the step before, and minimums with overridden points.

            Example:
              podscore policy schema >podscore-policy.schema.json

            With this first line in a policy, editors with the YAML language server
            then complete and check its fields:
              # yaml-language-server: $schema=podscore-policy.schema.json
            """
    )

    /// Prints the schema.
    mutating func run() throws {
        try StandardStream.output.writeResult(PolicySchema(rulesets: Ruleset.all, defaultRuleset: .podscoreV1).json)
    }
}
