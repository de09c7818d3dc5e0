package import AdmissionPolicy
package import KubernetesAPI
package import PodScoring

/// One document of a scan and what became of it; none is ever left out.
package struct ScannedDocument: Sendable {
    /// What became of a document.
    package enum Outcome: Sendable {
        /// `decision` is what the cluster would say, where a policy was given.
        case scored(KubernetesObject, ScoreReport, Decision?)
        /// Well-formed, but nothing that a rule of the ruleset knows; `why` is one line.
        ///
        /// The decision is that about the mandatory controls and standards of a policy, which apply to every kind with a Pod template.
        case notScorable(KubernetesObject, why: String, Decision?)
        /// Unreadable; the problem is one line that begins with the file's name and the position.
        case broken(problem: String)
    }

    /// The name of the file as given, or `STDIN`.
    package let fileName: String
    /// What became of it.
    package let outcome: Outcome
    /// `Kind/name.namespace` as kubesec calls the object, or `Unknown`.
    package let objectName: String
    /// What kubesec says of a broken document, where its message is to be ours; `nil` where we say what is wrong and where.
    package let kubesecMessage: String?
    /// Whether the text could be parsed, whatever it says.
    package let isWellFormed: Bool
    /// Whether the document counts as it does in kubesec: a score of 0, an unknown kind and a broken object fail the scan.
    package let countsAsInKubesec: Bool
    /// What the Pod Security Standard says that was asked for; `nil` where none was, and for objects without a Pod's specification.
    package let standard: StandardFindings?
    /// Where the document begins, or what is wrong with it; `nil` where nothing of it could be read.
    package var position: Position?
    /// The document's tree, in which findings have their places; `nil` where there is none.
    package var node: ManifestNode?
    /// The length of its text, in bytes; 0 for all items of a list but the first.
    package var textByteCount = 0
    /// What the baseline says of an object that is refused; `nil` where there is none.
    package var baseline: Baseline.Verdict?

    /// What became of it; without a name the object is called by what was decoded of it.
    package init(
        fileName: String,
        outcome: Outcome,
        objectName: String? = nil,
        kubesecMessage: String? = nil,
        isWellFormed: Bool = true,
        countsAsInKubesec: Bool = false,
        standard: StandardFindings? = nil
    ) {
        self.fileName = fileName
        self.outcome = outcome
        self.objectName = objectName ?? outcome.object?.kubesecName ?? Self.unknownName
        self.kubesecMessage = kubesecMessage
        self.isWellFormed = isWellFormed
        self.countsAsInKubesec = countsAsInKubesec
        self.standard = standard
    }

    /// What kubesec calls an object without a kind.
    package static let unknownName = "Unknown"
}

extension ScannedDocument {
    /// Whether a baseline knows all that the object is refused for, so that it does not count.
    package var isExcused: Bool { baseline == .known }

    /// About how much memory the document holds, in bytes, for who keeps several.
    package var weight: Int {
        let pod = outcome.object?.podSpec
        var count = pod.map { $0.containers.count + $0.initContainers.count + $0.ephemeralContainers.count + $0.volumes.count } ?? 0
        if case .scored(_, let report, _) = outcome {
            count += report.results.reduce(0) { $0 + $1.findings.count }
        }
        if let controls = outcome.decision?.controls { count += controls.failures.reduce(0) { $0 + $1.findings.count } }
        return textByteCount + 256 * count
    }

    /// Where a field stands, or the innermost thing around it that the document has; `nil` where nothing of it could be read.
    func position(ofPath path: String) -> Position? {
        node?.position(ofPath: path) ?? position
    }

    /// What is broken, without the file and the position that a report says by itself; `nil` when nothing is.
    var brokenMessage: String? {
        guard case .broken(let problem) = outcome else { return nil }
        let places = [position.map { "\(fileName):\($0): " }, "\(fileName): "].compactMap { $0 }
        guard let place = places.first(where: { problem.utf8.starts(with: $0.utf8) }) else { return problem }
        return String(decoding: problem.utf8.dropFirst(place.utf8.count), as: UTF8.self)
    }
}

extension ScannedDocument.Outcome {
    /// The object, where one could be decoded.
    var object: KubernetesObject? {
        switch self {
        case .scored(let object, _, _), .notScorable(let object, _, _): object
        case .broken: nil
        }
    }

    /// What the cluster would say, where a policy was given.
    var decision: Decision? {
        switch self {
        case .scored(_, _, let decision), .notScorable(_, _, let decision): decision
        case .broken: nil
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
