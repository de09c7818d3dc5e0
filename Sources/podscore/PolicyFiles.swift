import AdmissionPolicy
import FileSystem
import KubernetesAPI
import PodScoring
import YAML

/// Reads policies from a file or a directory, such as a mounted ConfigMap.
enum PolicyFiles {
    /// The largest policy file, in bytes; a ConfigMap holds no more in all.
    ///
    /// Source: <https://kubernetes.io/docs/concepts/configuration/configmap/#motivation>
    static let byteLimit = 1024 * 1024

    /// What was read: the policies in force and what their author has to know, a line each.
    struct Loaded {
        /// The policies.
        let policies: PolicySet
        /// The warnings.
        let warnings: [String]
    }

    /// Reads the policies below a path; no path is no policy, so that the built-in default applies everywhere.
    ///
    /// Throws all errors at once, a line each; what `today` makes of waivers is among the warnings.
    static func load(_ path: String?, ownNamespace: String = "", today: CivilDate = .now) throws -> Loaded {
        var sources: [PolicySource] = []
        do {
            for file in try path.map(files) ?? [] {
                sources.append(source(file, try FileContents.read(file, byteLimit: byteLimit)))
            }
        } catch let error as FileError {
            throw CommandFailure("cannot read the policy: \(error)")
        }
        do {
            let reading = try PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1).read(sources, on: today)
            let policies = PolicySet(
                policies: reading.policies,
                waivers: reading.waivers,
                builtInDefault: .builtInDefault(under: .podscoreV1),
                ownNamespace: ownNamespace
            )
            return Loaded(policies: policies, warnings: reading.warnings.map(\.description))
        } catch {
            throw CommandFailure(lines: error.problems.map(\.description))
        }
    }

    /// The files at a path: itself, or those directly in a directory, sorted.
    ///
    /// Names that begin with `..` are how a mounted ConfigMap swaps its content, and are passed over.
    private static func files(at path: String) throws -> [String] {
        guard Directory.exists(at: path) else { return [path] }
        let names = try Directory.names(in: path).filter { !$0.utf8.starts(with: "..".utf8) }
        guard !names.isEmpty else { throw CommandFailure("no policy file in \(path)") }
        return names.map { path.hasSuffix("/") ? path + $0 : path + "/" + $0 }
    }

    /// Reads the documents of one file; those that are broken become problems.
    private static func source(_ name: String, _ bytes: [UInt8]) -> PolicySource {
        var documents: [ManifestNode] = []
        var problems: [PolicyProblem] = []
        for document in YAMLStream(bytes) {
            switch document {
            case .success(let node):
                documents.append(node)
            case .failure(let error):
                let reason = PolicyProblem.What.unreadable(reason: "\(error.reason)")
                problems.append(PolicyProblem(source: name, position: error.position, what: reason))
            }
        }
        return PolicySource(name: name, documents: documents, problems: problems)
    }
}
