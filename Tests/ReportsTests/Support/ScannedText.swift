import AdmissionPolicy
import KubernetesAPI
import Manifests
import PodScoring
import Reports

/// Makes the documents that reports are written of, from a text and without files.
struct ScannedText {
    /// The ruleset that gives the scores.
    var ruleset = Ruleset.podscoreV1
    /// The score below which the policy `command-line` denies an object; `nil` where no policy decides.
    var minimumScore: Int?

    /// The documents of a text, each with its score, its decision and its places.
    func documents(_ text: String, named name: String = "f") -> [ScannedDocument] {
        ManifestStream(source: name, bytes: Array(text.utf8)).compactMap(scanned)
    }

    private func scanned(_ document: ManifestDocument) -> ScannedDocument? {
        let outcome: ScannedDocument.Outcome
        var position = document.position
        switch document.content {
        case .empty: return nil
        case .broken(let error):
            outcome = .broken(problem: document.errorLine ?? "")
            position = error.position
        case .object(let object, _): outcome = scored(object)
        }
        let name = document.node?.kubesecName(kind: nil, defaultNamespace: "default")
        var scanned = ScannedDocument(fileName: document.source, outcome: outcome, objectName: name)
        scanned.position = position
        scanned.node = document.node
        return scanned
    }

    private func scored(_ object: KubernetesObject) -> ScannedDocument.Outcome {
        var object = object
        if object.metadata.namespace.isEmpty { object.metadata.namespace = "default" }
        let decision = minimumScore.flatMap { decide(object, enforcing: $0) }
        let report = Scorer(ruleset).score(ScoringSubject(object, context: .authored))
        guard report.isScorable else { return .notScorable(object, why: "no rules for kind \(object.kind)", decision) }
        return .scored(object, decision?.report ?? report, decision)
    }

    private func decide(_ object: KubernetesObject, enforcing minimum: Int) -> Decision? {
        guard let kind = WorkloadKind(rawValue: object.kind) else { return nil }
        var request = AdmissionRequest()
        request.uid = "scan"
        request.kind.kind = kind.rawValue
        request.kind.group = kind.group
        request.namespace = object.metadata.namespace
        request.name = object.metadata.name
        request.object = .decoded(object)
        var level = ScorePolicy.Level()
        level.minimumScore = minimum
        let policy = ScorePolicy(
            name: "command-line",
            namespaces: [NamePattern("*")],
            ruleset: ruleset,
            enforce: level,
            workloads: .enforce
        )
        return Decider(mode: .enforce, today: CivilDate(daysSinceEpoch: 20_800), podContext: .authored).decide(request, by: policy)
    }
}
