import AdmissionPolicy
import KubernetesAPI
import Manifests
import PodScoring
import Reports

/// Creates the documents of a report from a text, without files.
struct ScannedText {
    /// The ruleset that gives the scores.
    var ruleset = Ruleset.podscoreV1
    /// The score below which the policy `command-line` denies an object; `nil` if no policy decides.
    var minimumScore: Int?
    /// What that policy demands besides; `nil` for nothing.
    var enforce: ScorePolicy.Level?
    /// The name of the policy.
    var policyName = ScannedDocument.commandLinePolicy
    /// What the policy says to those whom it denies; `nil` for nothing.
    var guidance: PolicyGuidance?
    /// The waivers of the Namespace.
    var waivers: [ScoreWaiver] = []
    /// The Pod Security Standard that objects must also meet.
    var standard: PodSecurityStandard?
    /// Whether warnings about fields fail the scan.
    var isStrict = false
    /// Whether documents keep the text of their file.
    var keepsSource = false

    /// Returns the documents of a text, each with its score, its decision and its positions.
    func documents(_ text: String, named name: String = "f") -> [ScannedDocument] {
        let source = keepsSource ? SourceText(Array(text.utf8)) : nil
        return ManifestStream(source: name, bytes: Array(text.utf8)).compactMap { document in
            var scanned = scanned(document)
            scanned?.source = source
            return scanned
        }
    }

    private func scanned(_ document: ManifestDocument) -> ScannedDocument? {
        let outcome: ScannedDocument.Outcome
        var position = document.position
        switch document.content {
        case .empty: return nil
        case .invalid(let error):
            outcome = .invalid(problem: document.errorLine ?? "")
            position = error.position
        case .object(let object, _): outcome = scored(object)
        }
        var scanned = ScannedDocument(
            fileName: document.source,
            outcome: outcome,
            objectName: document.node?.kubesecName(kind: nil, defaultNamespace: "default"),
            standard: findings(in: document),
            warnings: warnings(about: document),
            isStrict: isStrict
        )
        scanned.position = position
        scanned.node = document.node
        return scanned
    }

    private func warnings(about document: ManifestDocument) -> FieldWarnings {
        guard case .object(let object, let node) = document.content else { return FieldWarnings() }
        return FieldCheck.warnings(in: node, of: object, podSpecPath: RuleKinds(named: object.kind).specificationPath)
    }

    private func findings(in document: ManifestDocument) -> StandardFindings? {
        guard let standard, case .object(let object, _) = document.content, object.podSpec != nil else { return nil }
        return StandardFindings(of: standard, in: ScoringSubject(object, context: .authored))
    }

    private func scored(_ object: KubernetesObject) -> ScannedDocument.Outcome {
        var object = object
        if object.metadata.namespace.isEmpty { object.metadata.namespace = "default" }
        let decision = AdmissionRequest(creating: object, inNamespace: "default").flatMap { request in
            policy.map { decider.decide(request, by: $0, waivers: waivers) }
        }
        let report = decision?.evaluation?.report ?? Scorer(ruleset).score(ScoringSubject(object, context: .authored))
        guard report.isScorable else { return .skipped(object, why: "no rules for kind \(object.kind)", decision) }
        return .scored(object, report, decision)
    }

    private var decider: Decider {
        Decider(mode: .enforce, today: CivilDate(daysSinceEpoch: 20_800), podContext: .authored)
    }

    private var policy: ScorePolicy? {
        var level = enforce
        if let minimumScore {
            level = level ?? ScorePolicy.Level()
            level?.minimumScore = minimumScore
        }
        return level.map { level in
            ScorePolicy(
                name: policyName,
                namespaces: [NamePattern("*")],
                ruleset: ruleset,
                enforce: level,
                workloads: .enforce,
                guidance: guidance
            )
        }
    }
}
