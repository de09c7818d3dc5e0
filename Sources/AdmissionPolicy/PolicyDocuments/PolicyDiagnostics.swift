import KubernetesAPI
import PodScoring

/// Collects the problems of one source.
struct PolicyDiagnostics {
    /// The number of problems of one source after which nothing is suggested any more.
    private static let suggestionLimit = 100

    /// The source's name.
    let source: String
    private var problems: [PolicyProblem]

    /// The problems of one source so far.
    init(source: String, problems: [PolicyProblem] = []) {
        self.source = source
        self.problems = problems
    }

    /// Adds a problem.
    mutating func report(_ what: PolicyProblem.What, at position: Position, suggestion: String? = nil) {
        problems.append(PolicyProblem(source: source, position: position, what: what, suggestion: suggestion))
    }

    /// Guesses which candidate was meant, while few problems have been found: a guess is slow.
    func closest(to word: String, among candidates: [String]) -> String? {
        problems.count < Self.suggestionLimit ? Suggestion.closest(to: word, among: candidates) : nil
    }

    /// The problems in document order; those at one place in the order in which they were found.
    ///
    /// The node of a YAML anchor is read once for each alias, so its problems are found several times; each is kept once.
    var inDocumentOrder: [PolicyProblem] {
        let sorted = problems.enumerated().sorted { first, second in
            let (one, other) = (first.element.position, second.element.position)
            return (one.line, one.column, first.offset) < (other.line, other.column, second.offset)
        }
        var distinct: [PolicyProblem] = []
        for (_, problem) in sorted where problem != distinct.last { distinct.append(problem) }
        return distinct
    }
}

extension PolicyDiagnostics {
    /// Reports a value of the wrong type.
    mutating func reportType(of node: ManifestNode, field: String, expected: DecodingFailure.ValueType) {
        report(.wrongType(field: field, expected: expected, found: node.valueType), at: node.position)
    }

    /// Reads a string; reports anything else.
    mutating func string(_ node: ManifestNode, field: String) -> String? {
        if let text = node.text { return text }
        reportType(of: node, field: field, expected: .string)
        return nil
    }

    /// Reads `true` or `false`; reports anything else.
    mutating func boolean(_ node: ManifestNode, field: String) -> Bool? {
        if case .bool(let value) = node.value { return value }
        reportType(of: node, field: field, expected: .boolean)
        return nil
    }

    /// Reads a 64-bit integer; reports anything else.
    mutating func integer(_ node: ManifestNode, field: String) -> Int64? {
        if let integer = node.integer { return integer }
        switch node.value {
        case .number(let text) where !text.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }):
            report(.integerOutOfRange(field: field), at: node.position)
        default:
            reportType(of: node, field: field, expected: .integer)
        }
        return nil
    }

    /// Reads an array of strings, `nil` if it is not an array; other elements are reported and left out.
    mutating func strings(_ node: ManifestNode, field: String) -> [Located<String>]? {
        guard let elements = node.elements else {
            reportType(of: node, field: field, expected: .array)
            return nil
        }
        return elements.enumerated().compactMap { index, element in
            string(element, field: "\(field)[\(index)]").map { Located($0, at: element.position) }
        }
    }
}

/// A value with its place in the document.
struct Located<Value: Sendable>: Sendable {
    /// The value.
    let value: Value
    /// Its place.
    let position: Position

    /// A value with its place.
    init(_ value: Value, at position: Position) {
        self.value = value
        self.position = position
    }
}
