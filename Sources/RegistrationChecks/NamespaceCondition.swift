import AdmissionPolicy

/// A condition on the name of a namespace: the part of CEL that uses `request.namespace` and nothing else of a request.
indirect enum NamespaceCondition: Sendable, Equatable {
    case always(Bool)
    /// The name is one of these, in the order of the text and as bytes.
    case isOne([String], bytes: Set<[UInt8]>)
    /// The name matches one of the patterns.
    case matches([NamePattern])
    case not(NamespaceCondition)
    case all([NamespaceCondition])
    case any([NamespaceCondition])
    /// The second condition where the first one holds, elsewhere the third.
    case choice(NamespaceCondition, NamespaceCondition, NamespaceCondition)

    /// The condition that the name is one of these.
    static func isOne(of names: [String]) -> NamespaceCondition {
        .isOne(names, bytes: Set(names.map { Array($0.utf8) }))
    }

    /// Whether the condition holds in a namespace.
    func holds(in namespace: String) -> Bool {
        switch self {
        case .always(let answer): answer
        case .isOne(_, let bytes): bytes.contains(Array(namespace.utf8))
        case .matches(let globs): globs.contains { $0.matches(namespace) }
        case .not(let condition): !condition.holds(in: namespace)
        case .all(let conditions): conditions.allSatisfy { $0.holds(in: namespace) }
        case .any(let conditions): conditions.contains { $0.holds(in: namespace) }
        case .choice(let condition, let first, let second):
            condition.holds(in: namespace) ? first.holds(in: namespace) : second.holds(in: namespace)
        }
    }

    /// The names and globs of the condition, in the order of its text.
    var globs: [NamePattern] {
        switch self {
        case .always: []
        case .isOne(let names, _): names.map(NamePattern.init)
        case .matches(let globs): globs
        case .not(let condition): condition.globs
        case .all(let conditions), .any(let conditions): conditions.flatMap(\.globs)
        case .choice(let condition, let first, let second): condition.globs + first.globs + second.globs
        }
    }
}

extension NamePattern {
    /// The globs that match as a regular expression of literals, `.*` and alternatives does; `nil` for any other expression.
    static func matching(regularExpression text: String) -> [NamePattern]? {
        var alternatives = text.split(separator: "|", omittingEmptySubsequences: false)
        for opening in ["^(?:", "^("] where text.hasPrefix(opening) && text.hasSuffix(")$") {
            alternatives = text.dropFirst(opening.count).dropLast(2).split(separator: "|", omittingEmptySubsequences: false)
                .map { "^\($0)$" }
            break
        }
        var globs: [NamePattern] = []
        for alternative in alternatives {
            guard let glob = NamePattern(alternative: alternative) else { return nil }
            globs.append(glob)
        }
        return globs
    }

    /// Reads one alternative; without an anchor any characters may stand before or behind it.
    private init?(alternative: Substring) {
        var body = alternative
        let isAnchoredAtStart = body.hasPrefix("^")
        if isAnchoredAtStart { body = body.dropFirst() }
        let isAnchoredAtEnd = body.hasSuffix("$")
        if isAnchoredAtEnd { body = body.dropLast() }
        let glob = body.replacing(".*", with: "*")
        let isReadable = glob.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "*") || byte == UInt8(ascii: "-") || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        }
        // A star of the expression itself repeats the character before it.
        guard isReadable, body.count(where: { $0 == "*" }) == body.count(where: { $0 == "." }) else { return nil }
        self.init((isAnchoredAtStart ? "" : "*") + glob + (isAnchoredAtEnd ? "" : "*"))
    }
}
