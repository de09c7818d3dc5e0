import KubernetesAPI

/// A named map from rules to points and checks that never changes once it is released.
///
/// A class because policies, reports and evaluations share it without copies. It is immutable.
package final class Ruleset: Sendable {
    /// A check of one rule.
    ///
    /// A check gets a decoded object; it cannot throw, and it does not see other rules.
    package typealias Check = @Sendable (ScoringSubject) -> CheckOutcome

    /// A rule with its points and its check in one ruleset.
    package struct Entry: Sendable {
        /// The identity and the texts of the rule.
        package let rule: Rule
        /// The points added if a positive rule holds (0 or more), or deducted if a negative rule fails (0 or less).
        package fileprivate(set) var points: Int
        /// The kinds for which this ruleset evaluates the rule.
        package let kinds: RuleKinds
        /// The fields that this ruleset reads, in kubesec's notation.
        package let selector: String
        /// The ids of the rules that also hold if this one does, by the checks of this ruleset.
        package let implies: [String]
        /// The check.
        package let check: Check
        /// Makes ``cel``; only exports need it, so that a server keeps no CEL in memory.
        private let makeCEL: @Sendable () -> CELCheck?

        /// Creates an entry; selector and implied rules are those of the rule by default.
        package init(
            _ rule: Rule,
            points: Int,
            kinds: RuleKinds,
            selector: String? = nil,
            implies: [String]? = nil,
            check: @escaping Check,
            cel: @autoclosure @escaping @Sendable () -> CELCheck? = nil
        ) {
            self.rule = rule
            self.points = points
            self.kinds = kinds
            self.selector = selector ?? rule.selector
            self.implies = implies ?? rule.implies
            self.check = check
            makeCEL = cel
        }

        /// The same check as CEL; `nil` in a ruleset that is not written in CEL.
        package var cel: CELCheck? { makeCEL() }
    }

    /// The order of rules in a report.
    package enum Order: Sendable {
        /// By points without their sign, the most first, then by selector.
        case points
        /// By selector only.
        case selector
    }

    /// The parts of an entry for scoring, so that scoring does not touch the texts of rules.
    struct Step: Sendable {
        /// As ``Entry/points``.
        var points: Int
        /// As ``Entry/kinds``.
        let kinds: RuleKinds
        /// As ``Rule/polarity``.
        let polarity: Rule.Polarity
        /// As ``Rule/appliesToWindows``.
        let appliesToWindows: Bool
        /// As ``Rule/fixClass``.
        let fixClass: FixClass
        /// As ``Rule/fixClassException``.
        let fixClassException: FixClassException?
        /// As ``Rule/nodeFeatures``.
        let nodeFeatures: NodeFeatures
        /// The indices of the entries that ``Entry/implies`` names.
        let implied: RuleIndices
        /// As ``Entry/check``.
        let check: Check

        /// Creates the step of an entry.
        init(_ entry: Entry, among entries: [Entry]) {
            fixClass = entry.rule.fixClass
            fixClassException = entry.rule.fixClassException
            nodeFeatures = entry.rule.nodeFeatures
            implied = RuleIndices(entries.indices.filter { entry.implies.contains(entries[$0].rule.id) })
            points = entry.points
            kinds = entry.kinds
            polarity = entry.rule.polarity
            appliesToWindows = entry.rule.appliesToWindows
            check = entry.check
        }
    }

    /// The name in policies and on the command line, such as `podscore/v1`.
    package let name: String
    /// The name, followed by `(unreleased)` while scores can still change.
    package let label: String
    /// Whether the scores are frozen.
    package let isReleased: Bool
    /// The entries in the order of reports; see ``Ruleset/Order``.
    package let entries: [Entry]
    /// Whether a scan without a minimum fails for a score of 0 or less, as in kubesec.
    package let zeroFails: Bool
    /// Whether rules whose field Windows forbids do not apply to Windows Pods; see ``Rule/appliesToWindows``.
    package let sparesWindows: Bool
    /// The points that a policy overrides, in the policy's order.
    package let overrides: [(rule: String, points: Int)]
    /// The ruleset that checks what policies require and forbid; `nil` for this ruleset.
    private let controlRuleset: Ruleset?
    /// The order of the entries in a report.
    private let order: Order
    /// The ids of the rules, numbered as ``entries``.
    private let ids: FieldNames
    /// The steps of the entries, in the same order.
    let steps: [Step]

    /// Creates a ruleset; the entries are sorted into the order of reports.
    ///
    /// Without `controls`, its own checks also check what policies require and forbid.
    package init(
        name: String,
        isReleased: Bool,
        zeroFails: Bool,
        sparesWindows: Bool = true,
        order: Order = .points,
        overrides: [(rule: String, points: Int)] = [],
        controls: Ruleset? = nil,
        entries: [Entry]
    ) {
        self.name = name
        self.isReleased = isReleased
        self.zeroFails = zeroFails
        self.sparesWindows = sparesWindows
        self.order = order
        self.overrides = overrides
        controlRuleset = controls
        precondition(entries.count <= RuleIndices.limit, "a ruleset has at most \(RuleIndices.limit) rules")
        let sorted = entries.sorted { Self.precedes($0, $1, by: order) }
        self.entries = sorted
        steps = sorted.map { Step($0, among: sorted) }
        ids = FieldNames(sorted.map(\.rule.id))
        label = isReleased ? name : name + " (unreleased)"
    }

    /// The ruleset that checks what policies require and forbid, so that demands mean the same under every ruleset.
    package var controls: Ruleset { controlRuleset ?? self }

    /// Returns the same ruleset with other points for some rules, by their ids, and a name that says so.
    ///
    /// Everything else is unchanged; ids that the ruleset does not have are ignored, and without overrides the result is the ruleset itself.
    package func overriding(points overrides: [(rule: String, points: Int)]) -> Ruleset {
        guard !overrides.isEmpty else { return self }
        var entries = entries
        for (rule, points) in overrides {
            for index in entries.indices where entries[index].rule.id.hasSameBytes(as: rule) {
                entries[index].points = points
            }
        }
        return replacing(entries, name: name + "+overrides", overrides: overrides, controls: controlRuleset)
    }

    /// Returns the ruleset restricted to the rules with some ids; an id can occur twice, and without ids the result is the ruleset itself.
    ///
    /// Mandatory controls are unchanged: a policy can still demand any rule. Throws if the ruleset does not have one of the ids, which are
    /// compared exactly.
    package func restricted(to ids: [String]) throws(UnknownRules) -> Ruleset {
        guard !ids.isEmpty else { return self }
        let known = entries.map(\.rule.id)
        let unknown = ids.filter { id in !known.contains { $0.hasSameBytes(as: id) } }
        guard unknown.isEmpty else { throw UnknownRules(ids: unknown, ruleset: name, known: known) }
        let kept = entries.filter { entry in ids.contains { $0.hasSameBytes(as: entry.rule.id) } }
        return replacing(kept, name: name, overrides: overrides, controls: controls)
    }

    /// Creates the same ruleset with other entries.
    private func replacing(
        _ entries: [Entry],
        name: String,
        overrides: [(rule: String, points: Int)],
        controls: Ruleset?
    ) -> Ruleset {
        Ruleset(
            name: name,
            isReleased: isReleased,
            zeroFails: zeroFails,
            sparesWindows: sparesWindows,
            order: order,
            overrides: overrides,
            controls: controls,
            entries: entries
        )
    }

    /// Returns the index of a rule by its id; `nil` if the ruleset does not have it.
    package func index(ofRule id: String) -> Int? {
        ids.number(of: id)
    }

    /// The order of a report; the id decides between rules with the same points and selector.
    private static func precedes(_ first: Entry, _ second: Entry, by order: Order) -> Bool {
        let weights = (abs(first.points), abs(second.points))
        if order == .points, weights.0 != weights.1 { return weights.0 > weights.1 }
        if !first.selector.hasSameBytes(as: second.selector) {
            return first.selector.utf8.lexicographicallyPrecedes(second.selector.utf8)
        }
        return first.rule.id.utf8.lexicographicallyPrecedes(second.rule.id.utf8)
    }

    /// Returns the best score that an object of a kind can have on Linux.
    package func bestPossibleScore(for kind: RuleKinds) -> Int {
        entries.reduce(0) { sum, entry in
            entry.rule.polarity == .positive && entry.kinds.contains(kind) ? sum + entry.points : sum
        }
    }
}
