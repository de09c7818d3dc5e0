import AdmissionPolicy
import FileSystem
import KubernetesAPI
import Manifests
import PodScoring
import Reports

/// Scores the documents of files, and decides them where a policy is given.
struct ManifestScan {
    /// The name by which reports call standard input, as kubesec does.
    static let standardInputName = "STDIN"
    /// The largest file or stream, in bytes.
    static let byteLimit = 256 * 1024 * 1024

    /// By what is scored where no policy names another ruleset.
    let ruleset: Ruleset
    /// The policies by which objects are decided; `nil` decides nothing.
    let policies: PolicySet?
    /// The namespace of objects that name none.
    let defaultNamespace: String
    /// The Pod Security Standard by which objects are judged besides; `nil` judges by none.
    var standard: PodSecurityStandard?

    /// Scans a file, or standard input for `-`.
    func scan(_ path: String) throws(FileError) -> [ScannedDocument] {
        let name = path == "-" ? Self.standardInputName : path
        let bytes =
            path == "-"
            ? try FileContents.readStandardInput(byteLimit: Self.byteLimit)
            : try FileContents.read(path, byteLimit: Self.byteLimit)
        let documents = ManifestStream(source: name, bytes: bytes).compactMap { document -> ScannedDocument? in
            outcome(of: document).map { ScannedDocument(fileName: name, outcome: $0, standard: standardFindings(in: $0)) }
        }
        guard documents.isEmpty else { return documents }
        return [ScannedDocument(fileName: name, outcome: .broken(problem: "\(name):1:1: no document in it"))]
    }

    /// Scores one document; `nil` for one that holds nothing but comments.
    private func outcome(of document: ManifestDocument) -> ScannedDocument.Outcome? {
        switch document.content {
        case .empty:
            return nil
        case .broken:
            return .broken(problem: document.errorLine ?? "")
        case .object(let object, _):
            guard !object.kind.isEmpty else {
                return .broken(problem: "\(document.source):\(document.position): missing field \"kind\"")
            }
            return score(object)
        }
    }

    /// Scores an object of some kind.
    private func score(_ object: KubernetesObject) -> ScannedDocument.Outcome {
        var object = object
        if object.metadata.namespace.isEmpty { object.metadata.namespace = defaultNamespace }
        let policy = policies?.policy(for: object.metadata.namespace)
        let report = Scorer(policy?.ruleset ?? ruleset).score(ScoringSubject(object, context: .authored))
        guard report.isScorable else { return .notScorable(object, why: KubesecJSON.unsupportedKind) }
        let decision = policy.flatMap { decide(object, by: $0) }
        return .scored(object, report, decision)
    }

    /// Decides an object as the webhook would when it is created; `nil` for kinds that it is not asked about.
    private func decide(_ object: KubernetesObject, by policy: ScorePolicy) -> Decision? {
        guard let kind = WorkloadKind(rawValue: object.kind) else { return nil }
        var request = AdmissionRequest()
        request.uid = "scan"
        request.kind.kind = kind.rawValue
        request.kind.group = kind.group
        request.namespace = object.metadata.namespace
        request.name = object.metadata.name
        request.object = .decoded(object)
        return Decider(mode: .enforce, podContext: .authored).decide(request, by: policy)
    }
}
