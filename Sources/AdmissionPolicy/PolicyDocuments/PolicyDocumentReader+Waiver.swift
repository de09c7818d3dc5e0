import KubernetesAPI
import PodScoring

/// What one document says of a waiver, as far as it can be read.
struct WaiverDraft {
    /// The index of the document's source.
    let source: Int
    /// `metadata.name`, when it is a name.
    var name: Located<String>?
    /// The waiver; `nil` when a part is missing.
    var waiver: ScoreWaiver?
}

extension PolicyDocumentReader {
    /// Reads the name and the `spec` of a waiver.
    mutating func readWaiver(_ fields: PolicyFields<DocumentField>, source: Int) -> WaiverDraft {
        var draft = WaiverDraft(source: source)
        if let metadata = fields.required(.metadata, reportingTo: &diagnostics) { draft.name = readName(metadata) }
        guard let spec = fields.required(.spec, reportingTo: &diagnostics),
            let fields = PolicyFields<WaiverField>(spec.value, name: "spec", at: spec.keyPosition, reportingTo: &diagnostics)
        else { return draft }
        let match = fields.required(.match, reportingTo: &diagnostics).flatMap { readWaiverMatch($0) }
        let rulesMember = fields.required(.rules, reportingTo: &diagnostics)
        let rules = rulesMember.map { readWaivedRules($0) } ?? []
        let expires = fields.required(.expires, reportingTo: &diagnostics)
        let date = expires.flatMap { readDate($0.value, field: WaiverField.expires.rawValue) }
        let owner = readText(.owner, in: fields)
        let reason = readText(.reason, in: fields)
        if let expires, let date { warn(ofEnd: date, at: expires.value.position) }
        if let match, let rulesMember { warn(ofAnyImage: match, rules: rules, at: rulesMember.value.position) }
        guard let name = draft.name?.value, let match, let date, let owner, let reason else { return draft }
        draft.waiver = ScoreWaiver(name: name, match: match, rules: rules, expires: date, owner: owner, reason: reason)
        return draft
    }

    /// Reads a text that says something.
    private mutating func readText(_ field: WaiverField, in fields: PolicyFields<WaiverField>) -> String? {
        guard let node = fields.required(field, reportingTo: &diagnostics)?.value,
            let text = diagnostics.string(node, field: field.rawValue)
        else { return nil }
        if text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) { return text }
        diagnostics.report(.waiver(.blank(field: field.rawValue)), at: node.position)
        return nil
    }

    private mutating func readWaiverMatch(_ member: ManifestNode.Member) -> ScoreWaiver.Match? {
        guard
            let fields = PolicyFields<WaiverMatchField>(
                member.value,
                name: member.key,
                at: member.keyPosition,
                reportingTo: &diagnostics
            )
        else { return nil }
        let namespaces = fields.required(.namespaces, reportingTo: &diagnostics)
        var match = ScoreWaiver.Match(namespaces: readPatterns(namespaces, of: .namespaces, as: .label) ?? [])
        match.pods = readPatterns(fields[.pods], of: .pods, as: .subdomain)
        match.containers = readPatterns(fields[.containers], of: .containers, as: .label)
        match.images = readPatterns(fields[.images], of: .images, as: .image)?.map { ImagePattern($0.text) }
        match.serviceAccounts = readPatterns(fields[.serviceAccounts], of: .serviceAccounts, as: .subdomain)
        return match
    }

    /// Reads one list of patterns; what is wrong is reported and left out, `nil` is returned only where there is no list.
    private mutating func readPatterns(
        _ member: ManifestNode.Member?,
        of field: WaiverMatchField,
        as form: NameForm
    ) -> [NamePattern]? {
        guard let member, let texts = diagnostics.strings(member.value, field: field.rawValue) else { return nil }
        if case .array(let elements) = member.value.value, elements.isEmpty {
            diagnostics.report(.waiver(.matchesNothing(field: field.rawValue)), at: member.value.position)
        }
        var firstPositions: [[UInt8]: Position] = [:]
        var patterns: [NamePattern] = []
        for text in texts {
            do throws(NameFault) {
                let pattern = try NamePattern(parsing: text.value, as: form)
                if let first = firstPositions[pattern.bytes] {
                    diagnostics.report(.duplicateEntry(text.value, field: "match.\(field.rawValue)", first: first), at: text.position)
                } else {
                    firstPositions[pattern.bytes] = text.position
                    patterns.append(pattern)
                }
            } catch {
                let what = PolicyProblem.What.invalidPattern(text.value, field: "match.\(field.rawValue)", form: form, error)
                diagnostics.report(what, at: text.position)
            }
        }
        return patterns
    }
}
