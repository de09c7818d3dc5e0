/// A named map from rules to points and checks that never changes once it is released.
package struct Ruleset: Sendable {
    /// A check of one rule.
    ///
    /// Checks are total: they see a decoded object, and can neither throw nor see another rule.
    package typealias Check = @Sendable (ScoringSubject) -> CheckOutcome

    /// A rule with its weight and its check in one ruleset.
    package struct Entry: Sendable {
        package let rule: Rule
        /// Points that the rule earns when it holds (0 and up) or costs when it fails (0 and down).
        package let points: Int
        /// The kinds for which this ruleset evaluates the rule.
        package let kinds: RuleKinds
        package let check: Check

        package init(_ rule: Rule, points: Int, kinds: RuleKinds, check: @escaping Check) {
            self.rule = rule
            self.points = points
            self.kinds = kinds
            self.check = check
        }
    }

    /// The name by which policies and the command line choose it, such as `podscore/v1`.
    package let name: String
    /// Whether the scores are frozen; an unreleased ruleset says so wherever its name is shown.
    package let isReleased: Bool
    /// The entries in the order in which a report lists them: most points first, whatever their sign, then by selector.
    package let entries: [Entry]
    /// Whether a score of 0 or less makes a scan fail where no minimum was given, as kubesec does.
    package let zeroFails: Bool
    /// Whether a Pod that runs on Windows is spared the rules whose field Windows forbids; see ``Rule/appliesToWindows``.
    package let sparesWindows: Bool

    package init(name: String, isReleased: Bool, zeroFails: Bool, sparesWindows: Bool = true, entries: [Entry]) {
        self.name = name
        self.isReleased = isReleased
        self.zeroFails = zeroFails
        self.sparesWindows = sparesWindows
        self.entries = entries.sorted(by: Self.precedesInReport)
    }

    /// The order of a report; the id decides where two rules read the same fields for the same weight.
    private static func precedesInReport(_ first: Entry, _ second: Entry) -> Bool {
        let weights = (abs(first.points), abs(second.points))
        if weights.0 != weights.1 { return weights.0 > weights.1 }
        if first.rule.selector != second.rule.selector {
            return first.rule.selector.utf8.lexicographicallyPrecedes(second.rule.selector.utf8)
        }
        return first.rule.id.utf8.lexicographicallyPrecedes(second.rule.id.utf8)
    }

    /// The name with `(unreleased)` behind it as long as its scores may still move.
    package var label: String {
        isReleased ? name : name + " (unreleased)"
    }

    /// The best score that an object of a kind can have on Linux.
    package func bestPossibleScore(for kind: RuleKinds) -> Int {
        entries.reduce(0) { sum, entry in
            entry.rule.polarity == .positive && entry.kinds.contains(kind) ? sum + entry.points : sum
        }
    }
}
