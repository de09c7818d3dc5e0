import AdmissionPolicy

extension NamespaceCondition {
    /// Reads a CEL expression; `nil` if it uses more than names of namespaces, or is no CEL.
    init?(parsing expression: String) {
        guard let tokens = NamespaceConditionToken.tokens(of: expression) else { return nil }
        var parser = NamespaceConditionParser(tokens: tokens[...])
        guard let condition = parser.wholeCondition() else { return nil }
        self = condition
    }
}

/// A word, a sign or a text of a CEL expression.
private enum NamespaceConditionToken: Equatable {
    case word(String)
    case sign(String)
    case text(String)

    private static let signs = ["==", "!=", "&&", "||", "(", ")", "[", "]", ",", "?", ":", "!", "."]

    /// Divides an expression; `nil` for a character that the readable part of CEL does not have.
    static func tokens(of expression: String) -> [Self]? {
        var tokens: [Self] = []
        var rest = expression[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first.isLetter || first == "_" {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                tokens.append(.word(String(word)))
                rest = rest.dropFirst(word.count)
            } else if first == "'" || first == "\"" {
                let text = rest.dropFirst().prefix { $0 != first }
                guard !text.contains("\\"), text.endIndex < rest.endIndex else { return nil }
                tokens.append(.text(String(text)))
                rest = rest[text.endIndex...].dropFirst()
            } else {
                guard let sign = signs.first(where: { rest.hasPrefix($0) }) else { return nil }
                tokens.append(.sign(sign))
                rest = rest.dropFirst(sign.count)
            }
        }
        return tokens
    }
}

/// Reads tokens from the weakest operator to the strongest; every function returns `nil` for what it cannot read.
private struct NamespaceConditionParser {
    /// The tokens that are left.
    var tokens: ArraySlice<NamespaceConditionToken>
    private var depth = 0
    /// API servers accept 250 nested expressions.
    ///
    /// Source: <https://github.com/google/cel-go/blob/v0.26.0/parser/parser.go>
    private static let depthLimit = 250

    init(tokens: ArraySlice<NamespaceConditionToken>) { self.tokens = tokens }

    /// Reads all tokens.
    mutating func wholeCondition() -> NamespaceCondition? {
        guard let condition = condition(), tokens.isEmpty else { return nil }
        return condition
    }

    private mutating func condition() -> NamespaceCondition? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit, let condition = disjunction() else { return nil }
        guard take("?") else { return condition }
        guard let first = disjunction(), take(":"), let second = self.condition() else { return nil }
        return .choice(condition, first, second)
    }

    private mutating func disjunction() -> NamespaceCondition? {
        var conditions: [NamespaceCondition] = []
        repeat {
            guard let condition = conjunction() else { return nil }
            conditions.append(condition)
        } while take("||")
        return conditions.count == 1 ? conditions[0] : .any(conditions)
    }

    private mutating func conjunction() -> NamespaceCondition? {
        var conditions: [NamespaceCondition] = []
        repeat {
            guard let condition = negation() else { return nil }
            conditions.append(condition)
        } while take("&&")
        return conditions.count == 1 ? conditions[0] : .all(conditions)
    }

    private mutating func negation() -> NamespaceCondition? {
        var isNegated = false
        while take("!") { isNegated.toggle() }
        guard let condition = primary() else { return nil }
        return isNegated ? .not(condition) : condition
    }

    private mutating func primary() -> NamespaceCondition? {
        switch tokens.popFirst() {
        case .sign("("):
            guard let condition = condition(), take(")") else { return nil }
            return condition
        case .word("true"): return .always(true)
        case .word("false"): return .always(false)
        case .word("request"):
            guard take("."), tokens.popFirst() == .word("namespace") else { return nil }
            return comparison()
        default: return nil
        }
    }

    /// Reads what follows `request.namespace`.
    private mutating func comparison() -> NamespaceCondition? {
        switch tokens.popFirst() {
        case .sign("=="): text().map { .isOne(of: [$0]) }
        case .sign("!="): text().map { .not(.isOne(of: [$0])) }
        case .word("in"): list().map { .isOne(of: $0) }
        case .sign("."): call()
        default: nil
        }
    }

    private mutating func call() -> NamespaceCondition? {
        guard case .word(let function) = tokens.popFirst(), take("("), let text = text(withStars: function == "matches"), take(")") else {
            return nil
        }
        switch function {
        case "startsWith": return .matches([NamePattern("\(text)*")])
        case "endsWith": return .matches([NamePattern("*\(text)")])
        case "contains": return .matches([NamePattern("*\(text)*")])
        case "matches": return NamePattern.matching(regularExpression: text).map { .matches($0) }
        default: return nil
        }
    }

    private mutating func list() -> [String]? {
        guard take("[") else { return nil }
        var texts: [String] = []
        while !take("]") {
            guard texts.isEmpty || take(","), let text = text() else { return nil }
            texts.append(text)
        }
        return texts
    }

    /// Reads a text; only a regular expression may have a star, since a star in a name is an ordinary character.
    private mutating func text(withStars allowsStars: Bool = false) -> String? {
        guard case .text(let text) = tokens.popFirst(), allowsStars || !text.contains("*") else { return nil }
        return text
    }

    private mutating func take(_ sign: String) -> Bool {
        guard tokens.first == .sign(sign) else { return false }
        tokens.removeFirst()
        return true
    }
}
