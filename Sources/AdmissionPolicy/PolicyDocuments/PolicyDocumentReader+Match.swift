import KubernetesAPI

extension PolicyDocumentReader {
    /// Reads the patterns and the selector of `spec.match`; invalid ones are reported and left out.
    mutating func readMatch(_ match: ManifestNode.Member, into draft: inout PolicyDraft) {
        guard let fields = PolicyFields<MatchField>(match.value, name: "match", at: match.keyPosition, reportingTo: &diagnostics) else {
            return
        }
        if let namespaces = fields[.namespaces] {
            draft.namespaces = readNamespaces(namespaces.value)
        } else if fields[.namespaceSelector] == nil {
            let missing = knowsNamespaceLabels ? "namespaces or namespaceSelector" : MatchField.namespaces.rawValue
            diagnostics.report(.missingField(missing, parent: fields.name), at: fields.position)
        }
        draft.selector = readSelector(fields[.namespaceSelector])
    }

    private mutating func readNamespaces(_ node: ManifestNode) -> [Located<NamePattern>] {
        guard let texts = diagnostics.strings(node, field: MatchField.namespaces.rawValue) else { return [] }
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
            let unmatched = PolicySet.systemNamespaces.filter(pattern.matches)
            // No warning for `*`, which is documented and common; a warning at each load would teach people to skip warnings.
            if !pattern.isExact, pattern.literalCount > 0, !unmatched.isEmpty {
                diagnostics.report(.globOverSystemNamespaces(text.value, namespaces: unmatched), at: text.position)
            }
            return pattern
        } catch {
            diagnostics.report(.invalidNamespace(text.value, error), at: text.position)
            return nil
        }
    }
}
