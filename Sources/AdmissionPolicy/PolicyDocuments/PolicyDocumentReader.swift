import KubernetesAPI
import PodScoring

/// The readable parts of a policy document; complete if no error was reported about it.
struct PolicyDraft {
    /// The index of the document's source.
    let source: Int
    /// `metadata.name`; `nil` unless it is valid.
    var name: Located<String>?
    /// The valid patterns.
    var namespaces: [Located<NamePattern>] = []
    /// The selector; `nil` if it is absent or invalid.
    var selector: Located<NamespaceSelector>?
    /// The policy; `nil` if a part is missing or invalid.
    var policy: ScorePolicy?
}

/// The readable parts of one document.
enum DocumentDraft {
    case policy(PolicyDraft)
    case waiver(WaiverDraft)
}

/// Reads one document and reports all its problems.
struct PolicyDocumentReader {
    /// The rulesets that a policy can use.
    let rulesets: [Ruleset]
    /// The ruleset of a policy without `ruleset`.
    let defaultRuleset: Ruleset
    /// The day, in UTC, for warnings about the ends of waivers; `nil` means no such warnings.
    let today: CivilDate?
    /// Whether policies can select Namespaces by their labels.
    var knowsNamespaceLabels = false
    /// The problems found so far.
    var diagnostics: PolicyDiagnostics

    /// Reads a document of the source with that index; `nil` if it is neither a policy nor a waiver.
    mutating func readDocument(_ document: ManifestNode, source: Int) -> DocumentDraft? {
        guard case .object = document.value else {
            diagnostics.reportType(of: document, field: "the document", expected: .object)
            return nil
        }
        checkAPIVersion(of: document)
        guard let kind = readKind(of: document),
            let fields = PolicyFields<DocumentField>(
                document,
                name: "the document",
                at: document.position,
                reportingTo: &diagnostics
            )
        else { return nil }
        switch kind {
        case .policy: return .policy(readPolicy(fields, source: source))
        case .waiver: return .waiver(readWaiver(fields, source: source))
        }
    }

    private mutating func readPolicy(_ fields: PolicyFields<DocumentField>, source: Int) -> PolicyDraft {
        var draft = PolicyDraft(source: source)
        if let metadata = fields.required(.metadata, reportingTo: &diagnostics) { draft.name = readName(metadata) }
        if let spec = fields.required(.spec, reportingTo: &diagnostics) { readSpec(spec, into: &draft) }
        return draft
    }

    /// Reads the kind; `nil` if it is reported.
    private mutating func readKind(of document: ManifestNode) -> PolicyKind? {
        guard let node = requiredValue(of: .kind, in: document),
            let text = diagnostics.string(node, field: DocumentField.kind.rawValue)
        else { return nil }
        if let kind = PolicyKind.allCases.first(where: { $0.rawValue.hasSameBytes(as: text) }) { return kind }
        let suggestion = diagnostics.closest(to: text, among: PolicyKind.allCases.map(\.rawValue))
        diagnostics.report(.unknownKind(text), at: node.position, suggestion: suggestion)
        return nil
    }

    private mutating func checkAPIVersion(of document: ManifestNode) {
        guard let node = requiredValue(of: .apiVersion, in: document),
            let version = diagnostics.string(node, field: DocumentField.apiVersion.rawValue),
            !version.hasSameBytes(as: PolicyReader.apiVersion)
        else { return }
        diagnostics.report(.unknownAPIVersion(version), at: node.position, suggestion: PolicyReader.apiVersion)
    }

    private mutating func requiredValue(of field: DocumentField, in document: ManifestNode) -> ManifestNode? {
        if let node = document[field.rawValue] { return node }
        diagnostics.report(.missingField(field.rawValue, parent: "the document"), at: document.position)
        return nil
    }

    /// Reads `metadata.name`; `nil` if it is reported.
    mutating func readName(_ metadata: ManifestNode.Member) -> Located<String>? {
        let fields = PolicyFields<MetadataField>(
            metadata.value,
            name: "metadata",
            at: metadata.keyPosition,
            reportingTo: &diagnostics
        )
        for field in [MetadataField.labels, .annotations] {
            guard let values = fields?[field]?.value else { continue }
            checkTexts(values, field: "metadata.\(field.rawValue)")
        }
        guard let node = fields?.required(.name, reportingTo: &diagnostics)?.value,
            let name = diagnostics.string(node, field: "metadata.name")
        else { return nil }
        if let fault = NameFault.first(in: name, isPattern: false) {
            diagnostics.report(.invalidName(name, fault), at: node.position)
            return nil
        }
        return Located(name, at: node.position)
    }

    /// Reports labels or annotations that are not texts.
    private mutating func checkTexts(_ node: ManifestNode, field: String) {
        guard case .object(let members) = node.value else { return diagnostics.reportType(of: node, field: field, expected: .object) }
        for member in members { _ = diagnostics.string(member.value, field: "\(field).\(member.key.cut(toBytes: 64))") }
    }

    private mutating func readSpec(_ spec: ManifestNode.Member, into draft: inout PolicyDraft) {
        guard let fields = PolicyFields<SpecField>(spec.value, name: "spec", at: spec.keyPosition, reportingTo: &diagnostics) else {
            return
        }
        if let match = fields.required(.match, reportingTo: &diagnostics) { readMatch(match, into: &draft) }
        let namespaceLabels = readNamespaceLabels(fields[.namespaceLabels])
        let plain = readRuleset(fields[.ruleset])
        let overrides = readPoints(fields[.points], under: plain)
        let ruleset = plain?.overriding(points: overrides)
        let enforce = readLevel(fields[.enforce], under: ruleset)
        let warn = readLevel(fields[.warn], under: ruleset)
        let audit = readLevel(fields[.audit], under: ruleset)
        if fields[.enforce] == nil, fields[.warn] == nil, fields[.audit] == nil { diagnostics.report(.noLevel, at: spec.keyPosition) }
        let workloads = readWorkloads(fields[.workloads])
        let exempt = readExemptions(fields[.exempt])
        let nodes = readNodes(fields[.nodes])
        let guidance = readGuidance(message: fields[.message], runbook: fields[.runbook])
        guard let name = draft.name?.value, let ruleset, let workloads, let namespaceLabels else { return }
        draft.policy = ScorePolicy(
            name: name,
            namespaces: draft.namespaces.map(\.value),
            namespaceSelector: draft.selector?.value,
            namespaceLabels: namespaceLabels,
            ruleset: ruleset,
            enforce: enforce,
            warn: warn,
            audit: audit,
            workloads: workloads,
            exempt: exempt,
            nodes: nodes,
            guidance: guidance
        )
    }

    private mutating func readRuleset(_ member: ManifestNode.Member?) -> Ruleset? {
        guard let node = member?.value else { return defaultRuleset }
        guard let name = diagnostics.string(node, field: SpecField.ruleset.rawValue) else { return nil }
        if let ruleset = rulesets.first(where: { $0.name.hasSameBytes(as: name) }) { return ruleset }
        let suggestion = diagnostics.closest(to: name, among: rulesets.map(\.name))
        diagnostics.report(.unknownRuleset(name), at: node.position, suggestion: suggestion)
        return nil
    }

    /// Reads the features of nodes that are `true`; others are `false`.
    private mutating func readNodes(_ member: ManifestNode.Member?) -> NodeFeatures {
        guard let member,
            let fields = PolicyFields<NodesField>(member.value, name: member.key, at: member.keyPosition, reportingTo: &diagnostics)
        else { return [] }
        var nodes: NodeFeatures = []
        for field in NodesField.allCases {
            guard let node = fields[field]?.value, diagnostics.boolean(node, field: "nodes.\(field.rawValue)") == true else { continue }
            nodes.formUnion(field.feature)
        }
        return nodes
    }

    /// Reads what denials and warnings say at their end; `nil` for nothing, and for what is reported.
    private mutating func readGuidance(message: ManifestNode.Member?, runbook: ManifestNode.Member?) -> PolicyGuidance? {
        let message = readGuidance(message) { text throws(GuidanceFault) in try PolicyMessage(parsing: text) }
        let runbook = readGuidance(runbook) { text throws(GuidanceFault) in try RunbookURL(parsing: text) }
        return PolicyGuidance(message: message, runbook: runbook)
    }

    private mutating func readGuidance<Value>(
        _ member: ManifestNode.Member?,
        parsing parse: (String) throws(GuidanceFault) -> Value
    ) -> Value? {
        guard let member, let text = diagnostics.string(member.value, field: member.key) else { return nil }
        do {
            return try parse(text)
        } catch {
            diagnostics.report(.invalidGuidance(field: member.key, error), at: member.value.position)
            return nil
        }
    }

    private mutating func readWorkloads(_ member: ManifestNode.Member?) -> ScorePolicy.Workloads? {
        guard let member else { return .warn }
        return readWord(member) { .unknownWorkloads($0) }
    }

    private mutating func readNamespaceLabels(_ member: ManifestNode.Member?) -> ScorePolicy.NamespaceLabelUse? {
        guard let member else { return .tighten }
        return readWord(member) { .unknownNamespaceLabels($0) }
    }

    /// Reads one of a few words; `nil` if another one is reported.
    private mutating func readWord<Word: RawRepresentable<String> & CaseIterable>(
        _ member: ManifestNode.Member,
        problem: (String) -> PolicyProblem.What
    ) -> Word? {
        guard let text = diagnostics.string(member.value, field: member.key) else { return nil }
        if let word = Word.allCases.first(where: { $0.rawValue.hasSameBytes(as: text) }) { return word }
        let suggestion = diagnostics.closest(to: text, among: Word.allCases.map(\.rawValue))
        diagnostics.report(problem(text), at: member.value.position, suggestion: suggestion)
        return nil
    }
}
