import KubernetesAPI

extension PolicyReader {
    /// The most errors or warnings of an object that are kept.
    private static let problemLimit = 20

    /// Reads the JSON text of an object of a cluster as strictly as a document of a file.
    ///
    /// Only `metadata.name` of its metadata is read: the API server has checked the rest, and adds to it. `status` is not read. A list may
    /// leave out `apiVersion` and `kind` of its objects.
    package func read(_ object: Span<UInt8>, as identity: PolicyObject.Identity) -> Result<PolicyObject, ObjectRejection> {
        let node: ManifestNode
        do throws(DecodingFailure) {
            var parser = JSONNodeParser(object)
            guard let parsed = try parser.next() else { throw DecodingFailure(.unexpectedEnd, at: .byteOffset(0)) }
            node = parsed
        } catch {
            return .failure(ObjectRejection(identity: identity, lines: ["the object cannot be read: \(error.reason)"]))
        }
        var reader = PolicyDocumentReader(
            rulesets: rulesets,
            defaultRuleset: defaultRuleset,
            today: nil,
            knowsNamespaceLabels: knowsNamespaceLabels,
            diagnostics: PolicyDiagnostics(source: identity.description)
        )
        let draft = reader.readDocument(node.withoutServerFields(of: identity.kind), source: 0)
        let problems = reader.diagnostics.inDocumentOrder
        let errors = problems.filter { $0.severity == .error }
        guard errors.isEmpty, let content = draft?.content(of: identity.kind) else {
            let lines = errors.isEmpty ? ["not a \(identity.kind.rawValue)"] : Self.lines(for: errors, in: node)
            let areUnknown = !errors.isEmpty && errors.allSatisfy { if case .unknownField = $0.what { true } else { false } }
            return .failure(ObjectRejection(identity: identity, lines: lines, hasOnlyUnknownFields: areUnknown))
        }
        return .success(PolicyObject(identity: identity, content: content, warnings: Self.lines(for: problems, in: node)))
    }

    /// One line for each of the first problems, and the number of the others: each line searches the whole object for its field.
    private static func lines(for problems: [PolicyProblem], in node: ManifestNode) -> [String] {
        let lines = problems.prefix(problemLimit).map { node.line(for: $0) }
        return problems.count <= problemLimit ? lines : lines + ["and \(problems.count - problemLimit) more"]
    }
}

extension DocumentDraft {
    /// The content of a valid document; `nil` if it is of another kind.
    fileprivate func content(of kind: PolicyKind) -> PolicyObject.Content? {
        switch (self, kind) {
        case (.policy(let draft), .policy): draft.policy.map { .policy($0) }
        case (.waiver(let draft), .waiver): draft.waiver.map { .waiver($0) }
        default: nil
        }
    }
}

extension ManifestNode {
    /// The object as its author wrote it, as far as policies read it.
    fileprivate func withoutServerFields(of kind: PolicyKind) -> ManifestNode {
        guard case .object(let members) = value else { return self }
        var kept: [Member] = []
        for (key, text) in [("apiVersion", PolicyReader.apiVersion), ("kind", kind.rawValue)] where self[key] == nil {
            kept.append(Member(key: key, keyPosition: position, value: ManifestNode(.string(text), at: position)))
        }
        for member in members where !member.key.hasSameBytes(as: "status") {
            guard member.key.hasSameBytes(as: "metadata"), case .object(let metadata) = member.value.value else {
                kept.append(member)
                continue
            }
            let names = metadata.filter { $0.key.hasSameBytes(as: "name") }
            let value = ManifestNode(.object(names), at: member.value.position)
            kept.append(Member(key: member.key, keyPosition: member.keyPosition, value: value))
        }
        return ManifestNode(.object(kept), at: position)
    }

    /// A problem with the path of its field, since an object has no lines that its author knows.
    fileprivate func line(for problem: PolicyProblem) -> String {
        let path = path(ofPlaceAt: problem.position) ?? ""
        let suggestion = problem.suggestion.map { "; did you mean \($0)?" } ?? ""
        return VisibleText.of((path.isEmpty ? "" : "\(path.cut(toBytes: JSONPath.byteLimit)): ") + "\(problem.what)\(suggestion)")
    }

    /// Finds the path of the value, or of the member whose key, begins at a position; empty for this node.
    private func path(ofPlaceAt wanted: Position) -> String? {
        if position == wanted { return "" }
        switch value {
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                if let rest = element.path(ofPlaceAt: wanted) { return "[\(index)]" + Self.joint(before: rest) + rest }
            }
        case .object(let members):
            for member in members {
                if member.keyPosition == wanted { return member.key }
                if let rest = member.value.path(ofPlaceAt: wanted) { return member.key + Self.joint(before: rest) + rest }
            }
        case .null, .bool, .integer, .number, .string: break
        }
        return nil
    }

    private static func joint(before rest: String) -> String {
        rest.isEmpty || rest.utf8.first == UInt8(ascii: "[") ? "" : "."
    }
}
