import KubernetesAPI

extension PolicyDocumentReader {
    /// Reads `spec.match`: the patterns that are ones.
    mutating func readMatch(_ match: ManifestNode.Member) -> [Located<NamePattern>] {
        let fields = PolicyFields<MatchField>(match.value, name: "match", at: match.keyPosition, reportingTo: &diagnostics)
        guard let node = fields?.required(.namespaces, reportingTo: &diagnostics)?.value,
            let texts = diagnostics.strings(node, field: MatchField.namespaces.rawValue)
        else { return [] }
        if case .array(let elements) = node.value, elements.isEmpty { diagnostics.report(.noNamespaces, at: node.position) }
        var patterns: [Located<NamePattern>] = []
        var firstPositions: [[UInt8]: Position] = [:]
        for text in texts {
            guard let pattern = readPattern(text) else { continue }
            if let first = firstPositions[pattern.bytes] {
                diagnostics.report(.duplicateNamespace(text.value, first: first), at: text.position)
                continue
            }
            firstPositions[pattern.bytes] = text.position
            patterns.append(Located(pattern, at: text.position))
        }
        return patterns
    }

    private mutating func readPattern(_ text: Located<String>) -> NamePattern? {
        do {
            let pattern = try NamePattern(parsing: text.value)
            let shunned = PolicySet.systemNamespaces.filter(pattern.matches)
            // Of `*` the documentation says it; a warning at every load would teach people to skip warnings.
            if !pattern.isExact, pattern.literalCount > 0, !shunned.isEmpty {
                diagnostics.report(.globOverSystemNamespaces(text.value, namespaces: shunned), at: text.position)
            }
            return pattern
        } catch {
            diagnostics.report(.invalidNamespace(text.value, error), at: text.position)
            return nil
        }
    }
}
