import AdmissionPolicy
import KubernetesAPI
import PodScoring
import YAML

/// Reads policy documents, as `podscore serve --policy` does.
enum PolicyTarget {
    /// A Pod that the policies decide.
    private static let review = #"""
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE","namespace":"payments",
        "kind":{"group":"","version":"v1","kind":"Pod"},"userInfo":{"username":"a","groups":["system:authenticated"]},
        "object":{"metadata":{"name":"p"},"spec":{"hostNetwork":true,"containers":[{"name":"c","image":"i:1"}]}}}}
        """#

    /// Valid policies can decide a request, and invalid ones are rejected with at least one error.
    ///
    /// Each problem has a place and is one line. Reading is deterministic.
    static func check(_ input: [UInt8]) throws {
        let first = try outcome(of: input)
        guard first == (try outcome(of: input)) else { throw FuzzTarget.Finding("another outcome when it is read again") }
    }

    private static func outcome(of input: [UInt8]) throws -> [String] {
        var documents: [ManifestNode] = []
        var problems: [PolicyProblem] = []
        for document in YAMLStream(input, duplicateKeys: .kept) {
            switch document {
            case .success(let node): documents.append(node)
            case .failure(let error):
                problems.append(PolicyProblem(source: "f", position: error.position, what: .unreadable(reason: "\(error.reason)")))
            }
        }
        let source = PolicySource(name: "f", documents: documents, problems: problems)
        do {
            let reader = PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1, knowsNamespaceLabels: true)
            let reading = try reader.read([source], on: ReviewTarget.today)
            guard problems.isEmpty else { throw FuzzTarget.Finding("policies in force from a source that could not be read") }
            try checkLines(reading.warnings)
            let policies = PolicySet(
                policies: reading.policies,
                waivers: reading.waivers,
                builtInDefault: .builtInDefault(under: .podscoreV1),
                ownNamespace: "podscore"
            )
            let request = try AdmissionReview(parsing: Array(review.utf8).span).request
            let decision = Decider(mode: .enforce, today: ReviewTarget.today).decide(
                request,
                by: policies.policy(for: request.namespace),
                waivers: policies.waivers(in: request.namespace)
            )
            return reading.warnings.map(\.description) + [String(decoding: decision.response.encoded(for: .v1), as: UTF8.self)]
        } catch let failure as PolicyReadingFailure {
            guard failure.problems.contains(where: { $0.severity == .error }) else { throw FuzzTarget.Finding("rejected without an error") }
            try checkLines(failure.problems)
            return failure.problems.map(\.description)
        }
    }

    private static func checkLines(_ problems: [PolicyProblem]) throws {
        for problem in problems {
            let line = problem.description
            guard !line.utf8.contains(where: { $0 < 0x20 }) else {
                throw FuzzTarget.Finding("a control character in \(line.debugDescription)")
            }
            guard line.utf8.count <= 4_096 else { throw FuzzTarget.Finding("a problem of \(line.utf8.count) bytes") }
        }
    }
}
