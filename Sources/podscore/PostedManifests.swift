import FileSystem
import KubernetesAPI
import PodScoring
import Reports
import WebhookServer

/// Scores what is posted to `podscore http`, as `podscore scan` scores a file.
struct PostedManifests: ManifestService {
    /// The name by which reports call a body, as kubesec does.
    static let sourceName = "API"

    /// By what is scored.
    let ruleset: Ruleset
    /// The namespace of objects that name none.
    let defaultNamespace: String

    /// The ruleset's name.
    var rulesetName: String { ruleset.label }

    /// The scan for these rules alone; all of the ruleset's when there is none.
    func basis(rules: [String]) throws(UnusableRules) -> ManifestScan {
        do throws(UnknownRules) {
            return ManifestScan(ruleset: try ruleset.restricted(to: rules), policies: nil, defaultNamespace: defaultNamespace)
        } catch {
            throw UnusableRules(error.description)
        }
    }

    /// Scores all documents of a body.
    func answer(_ body: Span<UInt8>, by scan: ManifestScan, byteLimit: Int) -> ManifestAnswer {
        let documents = scan.scan(Array(copying: body), named: Self.sourceName)
        guard documents.contains(where: \.isWellFormed) else { return .unreadable(documents.compactMap(\.problem).joined(separator: "\n")) }
        let bytes = KubesecJSON.encode(documents)
        guard bytes.count <= byteLimit else { return .tooLarge }
        return .reports(bytes, isWellFormed: documents.allSatisfy(\.isWellFormed), ManifestAnswer.Counts(documents))
    }
}

extension ManifestAnswer.Counts {
    /// Counts documents by what became of them.
    fileprivate init(_ documents: [ScannedDocument]) {
        self.init()
        for document in documents {
            switch document.outcome {
            case .scored: scored += 1
            case .notScorable: notScorable += 1
            case .broken: broken += 1
            }
        }
    }
}

extension Array<UInt8> {
    /// Copies the bytes of a span.
    fileprivate init(copying span: Span<UInt8>) {
        self.init(capacity: span.count) { output in
            for index in span.indices { output.append(span[index]) }
        }
    }
}
