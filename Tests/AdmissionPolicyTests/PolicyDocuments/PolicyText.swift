import AdmissionPolicy
import KubernetesAPI
import PodScoring
import YAML

/// Policies as an administrator writes them, read as in the program.
enum PolicyText {
    /// Reads the texts of files with these names.
    static func read(
        files: [(name: String, text: String)],
        on today: CivilDate? = nil,
        knowingLabels: Bool = false
    ) throws(PolicyReadingFailure) -> PolicyReading {
        let sources = files.map { file in
            var documents: [ManifestNode] = []
            var problems: [PolicyProblem] = []
            for result in YAMLStream(Array(file.text.utf8), duplicateKeys: .kept) {
                switch result {
                case .success(let document): documents.append(document)
                case .failure(let error):
                    let what = PolicyProblem.What.unreadable(reason: "\(error.reason)")
                    problems.append(PolicyProblem(source: file.name, position: error.position, what: what))
                }
            }
            return PolicySource(name: file.name, documents: documents, problems: problems)
        }
        let reader = PolicyReader(
            rulesets: MadeUpRulesets.rulesets,
            defaultRuleset: MadeUpRulesets.current,
            knowsNamespaceLabels: knowingLabels
        )
        return try reader.read(sources, on: today)
    }

    /// The errors and warnings about the files, one line each.
    static func problems(files: [(name: String, text: String)], knowingLabels: Bool = false) -> [String] {
        do {
            return try read(files: files, knowingLabels: knowingLabels).warnings.map(\.description)
        } catch {
            return error.problems.map(\.description)
        }
    }

    /// The errors and warnings about one file named `p.yaml`.
    static func problems(_ text: String) -> [String] {
        problems(files: [("p.yaml", text)])
    }

    /// A policy with the given lines of `spec`, which begins on line 4.
    static func policy(named name: String = "a", _ specification: String) -> String {
        let lines = specification.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
        return "apiVersion: podscore.dev/v1alpha1\nkind: ScorePolicy\nmetadata: {name: \(name)}\nspec:\n\(lines)\n"
    }

    /// A policy that only warns, in the given namespaces.
    static func policy(named name: String, namespaces: String) -> String {
        policy(named: name, "match: {namespaces: \(namespaces)}\nwarn: {minimumScore: 1}")
    }
}
