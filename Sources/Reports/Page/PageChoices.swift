import AdmissionPolicy
import KubernetesAPI
package import PodScoring

/// The choices by which a person has a manifest scored on the page.
package struct PageChoices: Sendable {
    /// Why a choice is invalid, as one sentence.
    package struct Problem: Error, Equatable {
        /// The sentence.
        package let sentence: String
    }

    /// The ruleset for the score.
    package let ruleset: Ruleset
    /// The minimum score; `nil` demands none.
    package let minimum: Int?
    /// The Pod Security Standard that is checked as well; `nil` for none.
    package let standard: PodSecurityStandard?

    /// A ruleset without a minimum and without a standard.
    package init(_ ruleset: Ruleset) {
        self.ruleset = ruleset
        minimum = nil
        standard = nil
    }

    /// Reads the texts of a form or a link; one that is `nil` or empty stands for no choice.
    package init(ruleset: String?, minimum: String?, standard: String?, defaultRuleset: Ruleset) throws(Problem) {
        let chosen = try Self.given(ruleset).map { (name) throws(Problem) in try Self.ruleset(named: name) } ?? defaultRuleset
        self.ruleset = chosen
        self.minimum = try Self.given(minimum).map { (text) throws(Problem) in try Self.minimum(parsing: text, under: chosen) }
        self.standard = try Self.given(standard).map { (name) throws(Problem) in try Self.standard(named: name) }
    }

    private static func given(_ text: String?) -> String? {
        text.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func ruleset(named name: String) throws(Problem) -> Ruleset {
        guard let ruleset = Ruleset.named(name) else {
            throw Problem(sentence: "unknown ruleset \(shown(name)); known: \(Ruleset.all.map(\.name).joined(separator: ", "))")
        }
        return ruleset
    }

    private static func minimum(parsing text: String, under ruleset: Ruleset) throws(Problem) -> Int {
        guard let minimum = Int(text) else { throw Problem(sentence: "invalid minimum score \(shown(text)); use a whole number") }
        let range = range(under: ruleset)
        guard range.contains(minimum) else {
            throw Problem(
                sentence: "minimum score \(minimum) is not between \(range.lowerBound) and \(range.upperBound), the possible scores of "
                    + "a Pod under \(ruleset.label)"
            )
        }
        return minimum
    }

    private static func standard(named name: String) throws(Problem) -> PodSecurityStandard {
        guard let standard = PodSecurityStandard(parsing: name), standard.level != .privileged else {
            throw Problem(sentence: "unknown standard \(shown(name)); use baseline or restricted, with a version as in restricted@v1.31")
        }
        return standard
    }

    private static func shown(_ text: String) -> String {
        "\"\(VisibleText.of(text.cut(toBytes: 63)))\""
    }

    /// The possible scores of a Pod.
    static func range(under ruleset: Ruleset) -> ClosedRange<Int> {
        let (worst, best) = (ruleset.worstPossibleScore(for: .pod), ruleset.bestPossibleScore(for: .pod))
        return min(worst, best)...best
    }

    /// The name of the standard in a form; empty without one.
    var standardName: String {
        guard let standard else { return "" }
        return standard.version == .latest ? standard.level.rawValue : standard.description
    }

    /// The choices as a query, which can be part of a link.
    package var query: String {
        var pairs = [("ruleset", ruleset.name)]
        if let minimum { pairs.append(("minimum", String(minimum))) }
        if standard != nil { pairs.append(("standard", standardName)) }
        return "?" + pairs.map { "\($0.0)=\(PercentEncoding.encode($0.1, keeping: UInt8(ascii: "/")))" }.joined(separator: "&")
    }

    /// The choices as options of a command.
    var options: String {
        var options = " --ruleset \(ruleset.name)"
        if let minimum { options += " --minimum-score \(minimum)" }
        if standard != nil { options += " --standard \(standardName)" }
        return options
    }
}
