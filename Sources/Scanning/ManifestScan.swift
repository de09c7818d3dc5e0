package import AdmissionPolicy
package import KubernetesAPI
import Manifests
import Platform
package import PodScoring
import PolicySources
package import Reports

/// Scores the documents of files, and decides them where a policy is given.
package struct ManifestScan: Sendable {
    /// The name by which reports call standard input, as kubesec does.
    package static let standardInputName = "STDIN"
    /// The largest file or stream, in bytes.
    package static let byteLimit = 256 * 1024 * 1024

    /// By what is scored where no policy names another ruleset.
    package let ruleset: Ruleset
    /// The policies by which objects are decided; `nil` decides nothing.
    package let policies: PolicySet?
    /// The namespace of objects that name none.
    package let defaultNamespace: String
    /// The Pod Security Standard by which objects are judged besides; `nil` judges by none.
    package var standard: PodSecurityStandard?
    /// The day on which policies are looked at.
    package var today = CivilDate.now
    /// Who is taken to create the objects; by default nobody that a policy could exempt.
    package var user = UserInfo()

    /// A scan by no standard, on this day.
    package init(ruleset: Ruleset, policies: PolicySet?, defaultNamespace: String) {
        self.ruleset = ruleset
        self.policies = policies
        self.defaultNamespace = defaultNamespace
    }

    /// Whether documents count as in kubesec: under its rulesets, where no policy says what is good enough.
    package var endsAsKubesec: Bool { ruleset.zeroFails && policies == nil }

    /// Scans a text; the result is never empty.
    package func scan(_ bytes: [UInt8], named name: String) -> [ScannedDocument] {
        var documents: [ScannedDocument] = []
        scan(bytes, named: name) { documents.append($0) }
        return documents
    }

    /// Scans a text and hands out each document before it reads the next one; there is at least one.
    package func scan<Failure>(_ bytes: [UInt8], named name: String, each: (ScannedDocument) throws(Failure) -> Void) throws(Failure) {
        var documents = ScannedStream(bytes, named: name, by: self)
        try each(documents.next() ?? emptyDocument(named: name, bytes, wasFound: false))
        while let document = documents.next() { try each(document) }
    }

    /// Reports a text without any document.
    func emptyDocument(named name: String, _ bytes: [UInt8], wasFound: Bool) -> ScannedDocument {
        var document = ScannedDocument(
            fileName: name,
            outcome: wasFound
                ? .notScorable(KubernetesObject(), why: "no document in it", nil) : .broken(problem: "\(name):1:1: no document in it"),
            objectName: ScannedDocument.unknownName,
            isWellFormed: !Self.isBlank(bytes),
            countsAsInKubesec: endsAsKubesec
        )
        document.position = Position(line: 1, column: 1)
        return document
    }

    /// Reports a file that could not be read.
    func unreadableFile(_ path: String, _ problem: String) -> ScannedDocument {
        ScannedDocument(
            fileName: path == "-" ? Self.standardInputName : path,
            outcome: .broken(problem: problem),
            isWellFormed: false,
            countsAsInKubesec: endsAsKubesec
        )
    }

    /// Tells whether a text has nothing in it, not even a comment; markers between documents are nothing.
    private static func isBlank(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D || $0 == UInt8(ascii: "-") }
    }

    /// Scores one document; `nil` for one that holds nothing but comments.
    ///
    /// `wasFound` says that nobody named the file: a text that is no object of Kubernetes at all then is not scorable, instead of broken.
    func result(of document: ManifestDocument, wasFound: Bool) -> ScannedDocument? {
        switch document.content {
        case .empty:
            return nil
        case .broken(let error):
            return placed(wasFound && document.isNoManifest ? foreignDocument(document) : unreadableDocument(document, error), in: document)
        case .object(let object, _):
            return placed(wasFound && document.isNoManifest ? foreignDocument(document) : score(object, of: document), in: document)
        }
    }

    /// The document with the places of all that it holds.
    private func placed(_ scanned: ScannedDocument, in document: ManifestDocument) -> ScannedDocument {
        var scanned = scanned
        scanned.position = scanned.position ?? document.position
        scanned.node = document.node
        return scanned
    }

    /// Reports a text that is something else than an object of Kubernetes, such as the values of a chart.
    private func foreignDocument(_ document: ManifestDocument) -> ScannedDocument {
        ScannedDocument(
            fileName: document.source,
            outcome: .notScorable(KubernetesObject(), why: "no Kubernetes object: it has neither apiVersion nor kind", nil),
            objectName: ScannedDocument.unknownName,
            countsAsInKubesec: endsAsKubesec
        )
    }

    /// Reports a document that could not be read; kubesec says first which key is missing, whatever else is wrong.
    private func unreadableDocument(_ document: ManifestDocument, _ error: ManifestError) -> ScannedDocument {
        var key: String?
        if ruleset.zeroFails, document.itemPath.isEmpty, let node = document.node, case .object = node.value {
            key = Self.missingKey(of: KubernetesObject(), in: document, asKubesec: true)
        }
        var broken = brokenDocument(
            document,
            problem: document.errorLine ?? "",
            kubesecMessage: key.map(KubesecJSON.missingKey),
            isWellFormed: error.isAboutContent
        )
        broken.position = error.position
        return broken
    }

    /// Reports what could not be read as an object, under the name that it gives itself.
    private func brokenDocument(
        _ document: ManifestDocument,
        problem: String,
        kubesecMessage: String? = nil,
        isWellFormed: Bool = true
    ) -> ScannedDocument {
        ScannedDocument(
            fileName: document.source,
            outcome: .broken(problem: problem),
            objectName: document.node?.kubesecName(kind: nil, defaultNamespace: defaultNamespace),
            kubesecMessage: kubesecMessage,
            isWellFormed: isWellFormed,
            countsAsInKubesec: endsAsKubesec
        )
    }

    /// Scores an object of some kind.
    private func score(_ object: KubernetesObject, of document: ManifestDocument) -> ScannedDocument {
        var object = object
        if object.metadata.namespace.isEmpty { object.metadata.namespace = defaultNamespace }
        let policy = policies?.policy(for: object.metadata.namespace)
        let ruleset = policy?.ruleset ?? ruleset
        if let key = Self.missingKey(of: object, in: document, asKubesec: ruleset.zeroFails) {
            return brokenDocument(
                document,
                problem: "\(document.source):\(document.position): missing field \"\(key)\"",
                kubesecMessage: ruleset.zeroFails ? KubesecJSON.missingKey(key) : nil
            )
        }
        let decision = policies.flatMap { decide(object, by: $0) }
        // A policy's decision has the score that counts: a waived rule costs nothing.
        let report = decision?.evaluation?.report ?? Scorer(ruleset).score(ScoringSubject(object, context: .authored))
        let outcome: ScannedDocument.Outcome =
            report.isScorable && (ruleset.zeroFails || !object.isNamesake)
            ? .scored(object, report, decision)
            : .notScorable(
                object,
                why: ruleset.zeroFails ? KubesecJSON.unsupportedKind : "no rules for \(object.kindInWords)",
                decision
            )
        return ScannedDocument(
            fileName: document.source,
            outcome: outcome,
            objectName: document.node?.kubesecName(kind: object.kind, defaultNamespace: defaultNamespace),
            countsAsInKubesec: endsAsKubesec,
            standard: standardFindings(in: outcome)
        )
    }

    /// The key without which a document is no object; `nil` when it has all.
    ///
    /// kubesec also wants an `apiVersion`, and is content with empty text; an item of a typed list has what the list says.
    private static func missingKey(of object: KubernetesObject, in document: ManifestDocument, asKubesec: Bool) -> String? {
        guard asKubesec else { return object.kind.isEmpty ? "kind" : nil }
        if object.kind.isEmpty, document.node?["kind"]?.isNull ?? true { return "kind" }
        if object.apiVersion.isEmpty, document.node?["apiVersion"]?.isNull ?? true { return "apiVersion" }
        return nil
    }

    /// Decides an object as the webhook would when it is created; `nil` for kinds to which policies do not apply.
    private func decide(_ object: KubernetesObject, by policies: PolicySet) -> Decision? {
        AdmissionRequest(creating: object, inNamespace: defaultNamespace, by: user).map { request in
            Decider(mode: .enforce, today: today, podContext: .authored).decide(request, by: policies)
        }
    }
}

extension ManifestNode {
    /// Whether the node is null.
    fileprivate var isNull: Bool {
        if case .null = value { true } else { false }
    }
}
