package import AdmissionPolicy
package import KubernetesAPI
import Manifests
import Platform
package import PodScoring
package import Reports

/// Scores the documents of files, and decides them if there is a policy.
package struct ManifestScan: Sendable {
    /// The name of standard input in reports, as in kubesec.
    package static let standardInputName = "STDIN"
    /// The maximum size of a file or stream, in bytes.
    package static let byteLimit = 256 * 1024 * 1024

    /// The ruleset for the score, unless a policy names another one.
    package let ruleset: Ruleset
    /// The policies that decide; `nil` only scores.
    package let policies: PolicySet?
    /// The namespace of objects without one.
    package let defaultNamespace: String
    /// The day for which policies and waivers are evaluated.
    package let today: CivilDate
    /// The Pod Security Standard that is checked as well; `nil` for none.
    package var standard: PodSecurityStandard?
    /// Whether a warning about a field fails the scan.
    package var isStrict = false
    /// Whether documents keep the text of their file, for a report that shows lines of it.
    package var keepsSource = false
    /// The kinds that are scored as workloads, except as kubesec.
    package var workloads = KnownWorkloads.standard
    /// The user who would create the objects; by default, one that no policy exempts.
    package var user = UserInfo()

    /// Whether a text or a directory without a document is skipped instead of invalid.
    package var allowsEmpty = false

    /// A scan without a standard.
    package init(ruleset: Ruleset, policies: PolicySet?, defaultNamespace: String, today: CivilDate) {
        self.ruleset = ruleset
        self.policies = policies
        self.defaultNamespace = defaultNamespace
        self.today = today
    }

    /// Whether a score, a decision or a standard is demanded of the objects.
    package var makesDemands: Bool { policies != nil || standard != nil }

    /// Whether the exit status follows kubesec: under its rulesets, without a policy.
    package var endsAsKubesec: Bool { ruleset.zeroFails && policies == nil }

    /// The kinds that are read as workloads.
    var workloadsToRead: KnownWorkloads { endsAsKubesec ? .asKubesec : workloads }

    /// Scans a text; the result is never empty.
    package func scan(_ bytes: [UInt8], named name: String) -> [ScannedDocument] {
        var documents: [ScannedDocument] = []
        scan(bytes, named: name) { documents.append($0) }
        return documents
    }

    /// Scans a text and passes on each document before it reads the next one; there is at least one.
    package func scan<Failure>(_ bytes: [UInt8], named name: String, each: (ScannedDocument) throws(Failure) -> Void) throws(Failure) {
        var documents = ScannedStream(bytes, named: name, from: .stream, by: self)
        try each(documents.next() ?? noDocument(named: name, bytes, isInvalid: true))
        while let document = documents.next() { try each(document) }
    }

    /// Reports a text that contains no document; `nil` if a chart's line covers it.
    func emptyDocument(named name: String, _ bytes: [UInt8], from origin: TextOrigin) -> ScannedDocument? {
        origin.isInChart ? nil : noDocument(named: name, bytes, isInvalid: !origin.isFound)
    }

    private func noDocument(named name: String, _ bytes: [UInt8], isInvalid: Bool) -> ScannedDocument {
        var document = ScannedDocument(
            fileName: name,
            outcome: isInvalid && !allowsEmpty
                ? .invalid(problem: "\(name):1:1: no document") : .skipped(KubernetesObject(), why: "no document", nil),
            objectName: ScannedDocument.unknownName,
            isWellFormed: !Self.isBlank(bytes),
            countsAsInKubesec: endsAsKubesec
        )
        document.position = Position(line: 1, column: 1)
        return document
    }

    /// Reports a file that cannot be read.
    func unreadableFile(_ path: String, _ problem: String) -> ScannedDocument {
        ScannedDocument(
            fileName: path == "-" ? Self.standardInputName : path,
            outcome: .invalid(problem: problem),
            isWellFormed: false,
            countsAsInKubesec: endsAsKubesec
        )
    }

    /// Whether a text is empty except for white space and markers between documents.
    private static func isBlank(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D || $0 == UInt8(ascii: "-") }
    }

    /// Scores one document; `nil` for one that contains only comments, and for one in a chart that is no manifest.
    func result(of document: ManifestDocument, from origin: TextOrigin) -> ScannedDocument? {
        if case .empty = document.content { return nil }
        if let reason = foreignReason(of: document, from: origin) {
            return origin.isInChart ? nil : placed(foreignDocument(document, reason), in: document)
        }
        switch document.content {
        case .empty: return nil
        case .invalid(let error): return placed(unreadableDocument(document, error, from: origin), in: document)
        case .object(let object, _): return placed(score(object, of: document), in: document)
        }
    }

    /// The document with the positions of its fields.
    private func placed(_ scanned: ScannedDocument, in document: ManifestDocument) -> ScannedDocument {
        var scanned = scanned
        scanned.position = scanned.position ?? document.position
        scanned.node = document.node
        return scanned
    }

    /// Reports an invalid document; kubesec reports a missing key before any other problem.
    private func unreadableDocument(_ document: ManifestDocument, _ error: ManifestError, from origin: TextOrigin) -> ScannedDocument {
        var key: String?
        if ruleset.zeroFails, document.itemPath.isEmpty, let node = document.node, case .object = node.value {
            key = Self.missingKey(of: KubernetesObject(), in: document, asKubesec: true)
        }
        var invalid = invalidDocument(
            document,
            problem: (document.errorLine ?? "") + (templateHint(for: document, from: origin).map { "; \($0)" } ?? ""),
            kubesecMessage: key.map(KubesecJSON.missingKey),
            isWellFormed: error.isAboutContent
        )
        invalid.position = error.position
        return invalid
    }

    /// Reports a document that is not a valid object, with the name in it.
    private func invalidDocument(
        _ document: ManifestDocument,
        problem: String,
        kubesecMessage: String? = nil,
        isWellFormed: Bool = true
    ) -> ScannedDocument {
        ScannedDocument(
            fileName: document.source,
            outcome: .invalid(problem: problem),
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
            return invalidDocument(
                document,
                problem: "\(document.source):\(document.position): missing field \"\(key)\"",
                kubesecMessage: ruleset.zeroFails ? KubesecJSON.missingKey(key) : nil
            )
        }
        if !endsAsKubesec, let mistake = KindMistake(object) {
            let position = document.node?["kind"]?.position ?? document.position
            var invalid = invalidDocument(document, problem: "\(document.source):\(position): \(mistake)")
            invalid.position = position
            return invalid
        }
        let decision = policies.flatMap { decide(object, by: $0) }
        // A policy's decision has the score that counts: a waived rule costs nothing.
        let report = decision?.evaluation?.report ?? Scorer(ruleset).score(ScoringSubject(object, context: .authored))
        let outcome: ScannedDocument.Outcome =
            report.isScorable
            ? .scored(object, report, decision)
            : .skipped(
                object,
                why: ruleset.zeroFails ? KubesecJSON.unsupportedKind : object.podsElsewhere ?? "no rules for \(object.kindInWords)",
                // A minimum score alone was not compared with anything, so the object has not passed.
                decision.flatMap { $0.demandsControls ? $0 : nil }
            )
        return ScannedDocument(
            fileName: document.source,
            outcome: outcome,
            objectName: document.node?.kubesecName(kind: object.kind, defaultNamespace: defaultNamespace),
            countsAsInKubesec: endsAsKubesec,
            standard: standardFindings(in: object),
            warnings: fieldWarnings(about: object, in: document),
            isStrict: isStrict
        )
    }

    /// The first missing key that an object needs; `nil` if it has all.
    ///
    /// kubesec also requires `apiVersion`, and accepts empty text. An item of a typed list gets both from the list.
    private static func missingKey(of object: KubernetesObject, in document: ManifestDocument, asKubesec: Bool) -> String? {
        guard asKubesec else { return object.kind.isEmpty ? "kind" : nil }
        if object.kind.isEmpty, document.node?.lacks("kind") ?? true { return "kind" }
        if object.apiVersion.isEmpty, document.node?.lacks("apiVersion") ?? true { return "apiVersion" }
        return nil
    }

    /// Decides an object as the webhook would when it is created; `nil` for kinds to which policies do not apply.
    private func decide(_ object: KubernetesObject, by policies: PolicySet) -> Decision? {
        AdmissionRequest(creating: object, inNamespace: defaultNamespace, by: user).map { request in
            Decider(mode: .enforce, today: today, podContext: .authored).decide(request, by: policies)
        }
    }
}
