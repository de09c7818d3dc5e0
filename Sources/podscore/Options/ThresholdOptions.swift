import AdmissionPolicy
import ArgumentParser
import KubernetesAPI
import Platform
import PodScoring
import PolicySources
import Reports

/// The demands on manifests, given on the command line instead of in a policy.
struct ThresholdOptions: ParsableArguments {
    /// The name of the policy that the options make, for messages.
    static let policyName = ScannedDocument.commandLinePolicy

    @Option(name: .long, parsing: .unconditional, help: "The minimum score.")
    var minimumScore: Int?

    @Option(name: .long, help: ArgumentHelp("Positive rules that must hold, separated by commas.", valueName: "ids"))
    var require: [String] = []

    @Option(name: .long, help: ArgumentHelp("Negative rules that must not be violated, separated by commas.", valueName: "ids"))
    var forbid: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What all nodes support, separated by commas: appArmor, userNamespaces. The shortest way to a minimum then uses it.",
            valueName: "features"
        )
    )
    var nodes: [String] = []

    /// Whether any demand was given.
    var areGiven: Bool { minimumScore != nil || !require.isEmpty || !forbid.isEmpty }

    /// Rejects `--nodes` where nothing would use it.
    func validate() throws {
        guard nodes.isEmpty || areGiven else {
            throw ValidationError("--nodes needs --minimum-score, --require or --forbid; a policy has spec.nodes instead")
        }
    }

    /// Rejects thresholds beside a policy.
    func validate(beside policy: String?) throws {
        guard policy == nil || !areGiven else {
            throw ValidationError("--policy cannot be combined with --minimum-score, --require or --forbid")
        }
    }

    /// Loads the policies of a file or directory and prints their warnings; without one, makes a policy of the options, `nil` without any.
    func policies(orFrom path: String?, ownNamespace: String, today: CivilDate, under ruleset: Ruleset) throws -> PolicySet? {
        let loaded = try path.map { try PolicyFiles.load($0, ownNamespace: ownNamespace, today: today) }
        StandardStream.error.write(lines: loaded?.warnings ?? [])
        return try loaded?.policies ?? policies(under: ruleset)
    }

    /// Makes a policy that applies to every object; `nil` if no option was given.
    ///
    /// The options are read as a policy document, so they mean the same and are checked as strictly.
    private func policies(under ruleset: Ruleset) throws -> PolicySet? {
        guard areGiven else { return nil }
        let source = PolicySource(name: Self.policyName, documents: [document])
        do {
            let reading = try PolicyReader(rulesets: Ruleset.all, defaultRuleset: ruleset).read([source])
            return reading.policies.first.map { PolicySet(policies: [], builtInDefault: $0, ownNamespace: "") }
        } catch {
            // No file, so the position is left out.
            throw CommandFailure(
                lines: error.problems.map { problem in
                    "podscore: \(problem.what)" + (problem.suggestion.map { "; did you mean \($0)?" } ?? "")
                }
            )
        }
    }

    /// The options as a policy document.
    private var document: ManifestNode {
        var level: [(String, ManifestNode.Value)] = []
        if let minimumScore { level.append(("minimumScore", .integer(Int64(minimumScore)))) }
        if !require.isEmpty { level.append(("require", Self.list(require))) }
        if !forbid.isEmpty { level.append(("forbid", Self.list(forbid))) }
        return Self.node(
            Self.object([
                ("apiVersion", .string(PolicyReader.apiVersion)), ("kind", .string("ScorePolicy")),
                ("metadata", Self.object([("name", .string(Self.policyName))])),
                (
                    "spec",
                    Self.object([
                        ("match", Self.object([("namespaces", Self.list(["*"]))])), ("enforce", Self.object(level)),
                        ("workloads", .string("enforce")), ("nodes", Self.object(nodeFeatures)),
                    ])
                ),
            ])
        )
    }

    /// The features of nodes, each once, as members of `spec.nodes`.
    private var nodeFeatures: [(key: String, value: ManifestNode.Value)] {
        var names: [String] = []
        for name in Self.parts(of: nodes) where !names.contains(name) { names.append(name) }
        return names.map { ($0, .bool(true)) }
    }

    /// The comma-separated IDs of all values.
    private static func list(_ values: [String]) -> ManifestNode.Value {
        .array(parts(of: values).map { node(.string($0)) })
    }

    private static func parts(of values: [String]) -> [String] {
        values.flatMap { $0.split(separator: ",") }.map(\.trimmed)
    }

    private static func object(_ members: [(key: String, value: ManifestNode.Value)]) -> ManifestNode.Value {
        .object(members.map { ManifestNode.Member(key: $0.key, keyPosition: Position(line: 1, column: 1), value: node($0.value)) })
    }

    private static func node(_ value: ManifestNode.Value) -> ManifestNode {
        ManifestNode(value, at: Position(line: 1, column: 1))
    }
}

extension Substring {
    /// The text without the spaces around it.
    var trimmed: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
