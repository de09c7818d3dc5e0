package import AdmissionPolicy
package import KubernetesAPI
package import PodScoring

/// One document of a scan with its result; a scan reports every document.
package struct ScannedDocument: Sendable {
    /// The result of a document.
    package enum Outcome: Sendable {
        /// An object with its score and, if a policy was given, its decision.
        case scored(KubernetesObject, ScoreReport, Decision?)
        /// A valid document to which no rule of the ruleset applies; `why` is one line.
        ///
        /// The decision is about the mandatory controls of a policy, which apply to every kind with a Pod template; `nil` if the policy has
        /// none.
        case skipped(KubernetesObject, why: String, Decision?)
        /// An invalid document; the problem is one line that begins with the file name and the position.
        case invalid(problem: String)
    }

    /// The name of the policy that the demands of the command line make, such as a minimum score.
    package static let commandLinePolicy = "command-line"
    /// The name of the policy that the choices on a page make.
    package static let pagePolicy = "page"
    /// The policies without a name that a person knows.
    static let namelessPolicies = [commandLinePolicy, pagePolicy]

    /// The name of the file as given, or `STDIN`.
    package let fileName: String
    /// The result.
    package let outcome: Outcome
    /// `Kind/name.namespace` as kubesec calls the object, or `Unknown`.
    package let objectName: String
    /// kubesec's message for an invalid document; `nil` if the report has our own message with the position.
    package let kubesecMessage: String?
    /// Whether the text can be parsed.
    package let isWellFormed: Bool
    /// Whether the document counts as in kubesec, where a score of 0, an unknown kind and an invalid object fail the scan.
    package let countsAsInKubesec: Bool
    /// The findings of the requested Pod Security Standard; `nil` without a standard, and for objects without a Pod spec.
    package let standard: StandardFindings?
    /// The fields that Kubernetes ignores or reads in another way than they were meant.
    package let warnings: FieldWarnings
    /// Whether a warning fails the scan like an invalid document.
    package let isStrict: Bool
    /// The position of the document, or of the error in it; `nil` if nothing of it could be read.
    package var position: Position?
    /// The tree of the document, which has the positions of findings; `nil` if there is none.
    package var node: ManifestNode?
    /// The text of the file, to show lines of it; `nil` unless the report shows any.
    package var source: SourceText?
    /// The length of the text in bytes; 0 for all items of a list but the first.
    package var textByteCount = 0
    /// The comparison of a failing object with the baseline; `nil` without a baseline.
    package var baseline: Baseline.Verdict?
    /// Whether it stands for what an audit could not read.
    package var isGap = false
    /// The facts of an audit about the owner for which the object is shown; `nil` in a scan.
    package var running: RunningSummary?

    /// Creates a result; without a name, the object has the name that was decoded.
    package init(
        fileName: String,
        outcome: Outcome,
        objectName: String? = nil,
        kubesecMessage: String? = nil,
        isWellFormed: Bool = true,
        countsAsInKubesec: Bool = false,
        standard: StandardFindings? = nil,
        warnings: FieldWarnings = FieldWarnings(),
        isStrict: Bool = false
    ) {
        self.fileName = fileName
        self.outcome = outcome
        self.objectName = objectName ?? outcome.object?.kubesecName ?? Self.unknownName
        self.kubesecMessage = kubesecMessage
        self.isWellFormed = isWellFormed
        self.countsAsInKubesec = countsAsInKubesec
        self.standard = standard
        self.warnings = warnings
        self.isStrict = isStrict
    }

    /// kubesec's name for an object without a kind.
    package static let unknownName = "Unknown"
}

extension ScannedDocument {
    /// Whether all violations of a failing object are in the baseline, so that it does not fail the scan.
    package var isInBaseline: Bool { baseline == .known }

    /// The approximate memory of the document in bytes, to bound how many are kept.
    package var weight: Int {
        let pod = outcome.object?.podSpec
        var count = pod.map { $0.containers.count + $0.initContainers.count + $0.ephemeralContainers.count + $0.volumes.count } ?? 0
        if case .scored(_, let report, _) = outcome {
            count += report.findingCount
        }
        if let controls = outcome.decision?.controls { count += controls.failures.reduce(0) { $0 + $1.findings.count } }
        return textByteCount + 256 * count
    }

    /// Returns the position of a field, or of the innermost existing node around it; `nil` if nothing of the document could be read.
    func position(ofPath path: String) -> Position? {
        node?.position(ofPath: path) ?? position
    }

    /// The error of an invalid document, without file and position, which reports add themselves; `nil` for a valid document.
    var errorMessage: String? {
        guard case .invalid(let problem) = outcome else { return nil }
        let places = [position.map { "\(fileName):\($0): " }, "\(fileName): "].compactMap { $0 }
        guard let place = places.first(where: { problem.utf8.starts(with: $0.utf8) }) else { return problem }
        return String(decoding: problem.utf8.dropFirst(place.utf8.count), as: UTF8.self)
    }
}

extension ScannedDocument.Outcome {
    /// The object; `nil` if it could not be decoded.
    var object: KubernetesObject? {
        switch self {
        case .scored(let object, _, _), .skipped(let object, _, _): object
        case .invalid: nil
        }
    }

    /// The decision; `nil` without a policy.
    package var decision: Decision? {
        switch self {
        case .scored(_, _, let decision), .skipped(_, _, let decision): decision
        case .invalid: nil
        }
    }
}

extension KubernetesObject {
    /// `Kind/name.namespace` as kubesec writes it, with `undefined` for a missing name and `default` for a missing namespace.
    package var kubesecName: String {
        let name = metadata.name.isEmpty ? "undefined" : metadata.name
        let namespace = metadata.namespace.isEmpty ? "default" : metadata.namespace
        return "\(kind)/\(name).\(namespace)"
    }
}
