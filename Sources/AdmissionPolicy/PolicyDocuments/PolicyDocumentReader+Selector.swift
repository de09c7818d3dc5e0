import KubernetesAPI

extension PolicyDocumentReader {
    /// The most requirements of a selector, and the most values of one; each request is compared with them.
    static let requirementLimit = 32

    /// Reads `namespaceSelector`; `nil` if it is absent or reported.
    mutating func readSelector(_ member: ManifestNode.Member?) -> Located<NamespaceSelector>? {
        guard let member else { return nil }
        guard knowsNamespaceLabels else {
            diagnostics.report(.selector(.needsCluster), at: member.keyPosition)
            return nil
        }
        guard let fields = PolicyFields<SelectorField>(member.value, name: member.key, at: member.keyPosition, reportingTo: &diagnostics)
        else { return nil }
        let labels = readMatchLabels(fields[.matchLabels])
        let expressions = readMatchExpressions(fields[.matchExpressions])
        guard let labels, let expressions else { return nil }
        let selector = NamespaceSelector(labels + expressions)
        if selector.requirements.isEmpty {
            diagnostics.report(.selector(.empty), at: member.keyPosition)
            return nil
        }
        if let key = selector.contradiction { diagnostics.report(.selector(.matchesNothing(key: key)), at: member.keyPosition) }
        return Located(selector, at: member.keyPosition)
    }

    /// Reads `matchLabels`, each of which is an `In` with one value; `nil` if anything is reported.
    private mutating func readMatchLabels(_ member: ManifestNode.Member?) -> [NamespaceSelector.Requirement]? {
        guard let member else { return [] }
        guard case .object(let members) = member.value.value else {
            diagnostics.reportType(of: member.value, field: member.key, expected: .object)
            return nil
        }
        var requirements: [NamespaceSelector.Requirement] = []
        var firstPositions: [[UInt8]: Position] = [:]
        for label in members {
            if let first = firstPositions[Array(label.key.utf8)] {
                diagnostics.report(.duplicateField(label.key, first: first), at: label.keyPosition)
                continue
            }
            firstPositions[Array(label.key.utf8)] = label.keyPosition
            guard requirements.count < Self.requirementLimit else {
                diagnostics.report(.tooManyEntries(field: member.key, limit: Self.requirementLimit), at: label.keyPosition)
                return nil
            }
            let isKey = checkKey(label.key, at: label.keyPosition)
            let field = "\(member.key).\(label.key.cut(toBytes: 64))"
            guard let value = diagnostics.string(label.value, field: field).map({ Located($0, at: label.value.position) }),
                checkValue(value, of: label.key), isKey
            else { continue }
            requirements.append(NamespaceSelector.Requirement(label.key, .isOne([value.value])))
        }
        return requirements.count == members.count ? requirements : nil
    }

    /// Reads `matchExpressions`; `nil` if anything is reported.
    private mutating func readMatchExpressions(_ member: ManifestNode.Member?) -> [NamespaceSelector.Requirement]? {
        guard let member else { return [] }
        guard case .array(let elements) = member.value.value else {
            diagnostics.reportType(of: member.value, field: member.key, expected: .array)
            return nil
        }
        var requirements: [NamespaceSelector.Requirement] = []
        for (index, element) in elements.enumerated() {
            guard index < Self.requirementLimit else {
                diagnostics.report(.tooManyEntries(field: member.key, limit: Self.requirementLimit), at: element.position)
                return nil
            }
            if let requirement = readRequirement(element, named: "\(member.key)[\(index)]") { requirements.append(requirement) }
        }
        return requirements.count == elements.count ? requirements : nil
    }

    private mutating func readRequirement(_ node: ManifestNode, named name: String) -> NamespaceSelector.Requirement? {
        guard let fields = PolicyFields<RequirementField>(node, name: name, at: node.position, reportingTo: &diagnostics) else {
            return nil
        }
        let key = fields.required(.key, reportingTo: &diagnostics).flatMap { diagnostics.string($0.value, field: $0.key) }
        let isKey = key.map { checkKey($0, at: fields[.key]?.value.position ?? node.position) } ?? false
        let operation = fields.required(.operator, reportingTo: &diagnostics).flatMap { readOperator($0.value) }
        guard let key, let operation, let values = readValues(fields[.values], of: key, for: operation, at: node.position), isKey else {
            return nil
        }
        let condition: NamespaceSelector.Requirement.Condition =
            switch operation {
            case .isOne: .isOne(values)
            case .isNoneOf: .isNoneOf(values)
            case .exists: .exists
            case .doesNotExist: .doesNotExist
            }
        return NamespaceSelector.Requirement(key, condition)
    }

    private mutating func readOperator(_ node: ManifestNode) -> SelectorOperator? {
        guard let text = diagnostics.string(node, field: RequirementField.operator.rawValue) else { return nil }
        if let operation = SelectorOperator.allCases.first(where: { $0.rawValue.hasSameBytes(as: text) }) { return operation }
        let suggestion = diagnostics.closest(to: text, among: SelectorOperator.allCases.map(\.rawValue))
        diagnostics.report(.selector(.unknownOperator(text)), at: node.position, suggestion: suggestion)
        return nil
    }

    /// Reads the values of a requirement; `nil` if anything is reported.
    private mutating func readValues(
        _ member: ManifestNode.Member?,
        of key: String,
        for operation: SelectorOperator,
        at position: Position
    ) -> [String]? {
        let field = RequirementField.values.rawValue
        guard let member else {
            guard operation.takesValues else { return [] }
            diagnostics.report(.selector(.missingValues(operator: operation.rawValue)), at: position)
            return nil
        }
        guard let texts = diagnostics.strings(member.value, field: field), case .array(let elements) = member.value.value else {
            return nil
        }
        guard elements.isEmpty != operation.takesValues else {
            let problem: SelectorProblem =
                operation.takesValues
                ? .missingValues(operator: operation.rawValue) : .unexpectedValues(operator: operation.rawValue)
            diagnostics.report(.selector(problem), at: member.value.position)
            return nil
        }
        guard elements.count <= Self.requirementLimit else {
            diagnostics.report(.tooManyEntries(field: field, limit: Self.requirementLimit), at: elements[Self.requirementLimit].position)
            return nil
        }
        var firstPositions: [[UInt8]: Position] = [:]
        var values: [String] = []
        for text in texts {
            if let first = firstPositions[Array(text.value.utf8)] {
                diagnostics.report(.duplicateEntry(text.value, field: field, first: first), at: text.position)
            } else if checkValue(text, of: key) {
                values.append(text.value)
            }
            firstPositions[Array(text.value.utf8)] = text.position
        }
        return values.count == elements.count ? values : nil
    }

    /// Tells whether a text is the key of a label; reports it otherwise.
    private mutating func checkKey(_ key: String, at position: Position) -> Bool {
        guard let fault = LabelFault.first(inKey: key) else { return true }
        diagnostics.report(.selector(.invalidKey(key, fault)), at: position)
        return false
    }

    /// Tells whether a text is the value of a label; reports it otherwise.
    private mutating func checkValue(_ value: Located<String>, of key: String) -> Bool {
        guard let fault = LabelFault.first(inValue: value.value) else { return true }
        diagnostics.report(.selector(.invalidValue(value.value, key: key, fault)), at: value.position)
        return false
    }
}
