import KubernetesAPI
import Platform
import PodScoring
import Scanning
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

    /// Scores the documents of a body one after the other; none is kept once its report is written.
    func answer(_ body: Span<UInt8>, by scan: ManifestScan, byteLimit: Int) -> ManifestAnswer {
        var reports = PostedReports(byteLimit: byteLimit)
        do throws(PostedReports.TooLarge) {
            try scan.scan(Array(copying: body), named: Self.sourceName) { (document) throws(PostedReports.TooLarge) in
                try reports.add(document)
            }
        } catch {
            return .tooLarge
        }
        return reports.answer
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
