package import KubernetesAPI
package import PodScoring

/// The documents of one file or other source.
package struct PolicySource: Sendable {
    /// The name of the source in problems, such as a path.
    package let name: String
    /// Its documents in their order; one with nothing but comments is null.
    package let documents: [ManifestNode]
    /// The problems of documents that could not be read at all.
    package let problems: [PolicyProblem]

    /// The documents of one source.
    package init(name: String, documents: [ManifestNode], problems: [PolicyProblem] = []) {
        self.name = name
        self.documents = documents
        self.problems = problems
    }
}

/// The policies and waivers of all sources.
package struct PolicyReading: Sendable {
    /// The policies in the order of their sources and documents.
    package let policies: [ScorePolicy]
    /// The waivers in the same order, expired ones among them.
    package let waivers: [ScoreWaiver]
    /// The warnings in the same order.
    package let warnings: [PolicyProblem]
}

/// Why the policies are rejected.
package struct PolicyReadingFailure: Error, Sendable {
    /// All errors, at least one, and warnings in the order of sources and documents.
    package let problems: [PolicyProblem]
}

/// Reads ScorePolicy and ScoreWaiver documents strictly: unknown fields and values are rejected, never ignored.
package struct PolicyReader: Sendable {
    /// The API group of the documents.
    package static let group = "podscore.dev"
    /// The version of the documents.
    package static let apiVersion = group + "/v1alpha1"

    /// The rulesets that a policy can use.
    let rulesets: [Ruleset]
    /// The ruleset of a policy without `ruleset`.
    let defaultRuleset: Ruleset
    /// Whether policies can select Namespaces by their labels.
    let knowsNamespaceLabels: Bool

    /// Reads policies under these rulesets.
    ///
    /// `knowsNamespaceLabels` says whether policies can select Namespaces by their labels, because these are read from a cluster.
    package init(rulesets: [Ruleset], defaultRuleset: Ruleset, knowsNamespaceLabels: Bool = false) {
        self.rulesets = rulesets
        self.defaultRuleset = defaultRuleset
        self.knowsNamespaceLabels = knowsNamespaceLabels
    }

    /// Reads the documents of all sources; without any source there are no policies.
    ///
    /// If `today` is given, it warns of waivers that have expired or soon will.
    ///
    /// - Throws: All problems at once.
    package func read(_ sources: [PolicySource], on today: CivilDate? = nil) throws(PolicyReadingFailure) -> PolicyReading {
        var drafts: [DocumentDraft] = []
        var diagnostics: [PolicyDiagnostics] = []
        for (index, source) in sources.enumerated() {
            diagnostics.append(read(source, at: index, on: today, into: &drafts))
        }
        let policies = drafts.compactMap { if case .policy(let draft) = $0 { draft } else { nil } }
        let waivers = drafts.compactMap { if case .waiver(let draft) = $0 { draft } else { nil } }
        var conflicts = PolicyConflicts(diagnostics: diagnostics)
        conflicts.find(in: policies, and: waivers)
        conflicts.findIdleMinimums(of: waivers, beside: policies, builtInDefault: .builtInDefault(under: defaultRuleset))
        let problems = conflicts.diagnostics.flatMap(\.inDocumentOrder)
        guard problems.allSatisfy({ $0.severity == .warning }) else { throw PolicyReadingFailure(problems: problems) }
        return PolicyReading(policies: policies.compactMap(\.policy), waivers: waivers.compactMap(\.waiver), warnings: problems)
    }

    private func read(
        _ source: PolicySource,
        at index: Int,
        on today: CivilDate?,
        into drafts: inout [DocumentDraft]
    ) -> PolicyDiagnostics {
        var reader = PolicyDocumentReader(
            rulesets: rulesets,
            defaultRuleset: defaultRuleset,
            today: today,
            knowsNamespaceLabels: knowsNamespaceLabels,
            diagnostics: PolicyDiagnostics(source: source.name, problems: source.problems)
        )
        let documents = source.documents.filter { document in
            if case .null = document.value { false } else { true }
        }
        if documents.isEmpty, source.problems.isEmpty { reader.diagnostics.report(.noDocument, at: Position(line: 1, column: 1)) }
        for document in documents {
            if let draft = reader.readDocument(document, source: index) { drafts.append(draft) }
        }
        return reader.diagnostics
    }
}
