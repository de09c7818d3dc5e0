import AdmissionPolicy
package import KubernetesAPI

/// Requirements on labels, as `kubectl get --selector` takes them.
package struct LabelSelector: Sendable {
    /// Why a text is no selector, in one line.
    package struct Problem: Error, Sendable, CustomStringConvertible {
        /// The reason.
        package let description: String
    }

    /// The selector as it was written, for the API server.
    package let text: String
    private let selector: NamespaceSelector

    /// Reads `app=web,tier in (a,b),!legacy` and the like; as in Kubernetes, an object without a label meets `!=` and `notin`.
    ///
    /// Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors>
    package init(parsing text: String) throws(Problem) {
        self.text = text
        var requirements: [NamespaceSelector.Requirement] = []
        for part in Self.parts(of: text) { requirements.append(try Self.requirement(in: part, text)) }
        selector = NamespaceSelector(requirements)
    }

    /// Whether an object with these labels meets all requirements.
    package func matches(_ labels: [RunningLabel]) -> Bool {
        selector.matches(NamespaceLabels(selector.keys) { key in labels.first { $0.key.hasSameBytes(as: key) }?.value })
    }

    /// The parts between commas outside of parentheses.
    private static func parts(of text: String) -> [Substring.UTF8View] {
        var depth = 0
        return text[...].utf8.split(omittingEmptySubsequences: false) { byte in
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            return byte == UInt8(ascii: ",") && depth == 0
        }
    }

    private static func requirement(in part: Substring.UTF8View, _ text: String) throws(Problem) -> NamespaceSelector.Requirement {
        var words = Words(part)
        let isNegated = words.take("!")
        let key = words.word()
        guard !key.isEmpty else { throw problem(text, "a key is missing") }
        if words.isAtEnd { return .init(key, isNegated ? .doesNotExist : .exists) }
        guard !isNegated else { throw problem(text, "nothing may follow !\(key)") }
        let condition: NamespaceSelector.Requirement.Condition
        if words.take("!=") {
            condition = .isNoneOf([words.word()])
        } else if words.take("==") || words.take("=") {
            condition = .isOne([words.word()])
        } else {
            let sign = words.word()
            guard sign == "in" || sign == "notin", let values = words.list() else {
                throw problem(text, "after \(key) comes =, !=, in (...) or notin (...)")
            }
            condition = sign == "in" ? .isOne(values) : .isNoneOf(values)
        }
        guard words.isAtEnd else { throw problem(text, "unexpected text behind \(key)") }
        return .init(key, condition)
    }

    private static func problem(_ text: String, _ reason: String) -> Problem {
        Problem(description: "invalid label selector \(VisibleText.of(text.cut(toBytes: 200)).debugDescription): \(reason)")
    }

    /// The words and signs of a requirement.
    private struct Words {
        private var rest: Substring.UTF8View

        init(_ text: Substring.UTF8View) {
            rest = text
        }

        /// Whether nothing but spaces is left.
        var isAtEnd: Bool { rest.allSatisfy { $0 == UInt8(ascii: " ") } }

        private mutating func skipSpaces() {
            rest = rest.drop { $0 == UInt8(ascii: " ") }
        }

        /// Takes a sign if it comes next.
        mutating func take(_ sign: String) -> Bool {
            skipSpaces()
            guard rest.starts(with: sign.utf8) else { return false }
            rest = rest.dropFirst(sign.utf8.count)
            return true
        }

        /// Takes the bytes that keys and values consist of; empty if none comes next.
        mutating func word() -> String {
            skipSpaces()
            let word = rest.prefix { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"):
                    true
                default: false
                }
            }
            rest = rest.dropFirst(word.count)
            return String(decoding: word, as: UTF8.self)
        }

        /// Takes values in parentheses; `nil` if a parenthesis is missing.
        mutating func list() -> [String]? {
            guard take("(") else { return nil }
            var values: [String] = []
            repeat { values.append(word()) } while take(",")
            return take(")") ? values : nil
        }
    }
}
