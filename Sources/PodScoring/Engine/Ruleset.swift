import KubernetesAPI

/// A named map from rules to points and checks that never changes once it is released.
///
/// A class because policies, reports and judgements all hold one, and none changes it.
package final class Ruleset: Sendable {
    /// A check of one rule.
    ///
    /// Checks are total: they see a decoded object, and can neither throw nor see another rule.
    package typealias Check = @Sendable (ScoringSubject) -> CheckOutcome

    /// A rule with its weight and its check in one ruleset.
    package struct Entry: Sendable {
        /// What is looked for, and why.
        package let rule: Rule
        /// Points that the rule earns when it holds (0 and up) or costs when it fails (0 and down).
        package fileprivate(set) var points: Int
        /// The kinds for which this ruleset evaluates the rule.
        package let kinds: RuleKinds
        /// The fields that this ruleset reads, in kubesec's notation.
        package let selector: String
        /// Ids of the rules that hold, too, once this one does, by the checks of this ruleset.
        package let implies: [String]
        /// How it is looked for.
        package let check: Check

        /// A rule with its weight; without a selector or implied rules it has the rule's own.
        package init(
            _ rule: Rule,
            points: Int,
            kinds: RuleKinds,
            selector: String? = nil,
            implies: [String]? = nil,
            check: @escaping Check
        ) {
            self.rule = rule
            self.points = points
            self.kinds = kinds
            self.selector = selector ?? rule.selector
            self.implies = implies ?? rule.implies
            self.check = check
        }
    }

    /// In which order a report lists the rules.
    package enum Order: Sendable {
        /// Most points first, whatever their sign, then by selector.
        case points
        /// By selector alone.
        case selector
    }

    /// What scoring needs of an entry; the texts of a rule are not touched for each request.
    struct Step: Sendable {
        /// As ``Entry/points``.
        var points: Int
        /// As ``Entry/kinds``.
        let kinds: RuleKinds
        /// As ``Rule/polarity``.
        let polarity: Rule.Polarity
        /// As ``Rule/appliesToWindows``.
        let appliesToWindows: Bool
        /// Whether ``Rule/effort`` is ``Rule/Effort/needsKnowledge``.
        let needsKnowledge: Bool
        /// The indices of the entries that ``Entry/implies`` names.
        let implied: RuleIndices
        /// As ``Entry/check``.
        let check: Check

        /// What scoring needs of an entry among all entries of its ruleset.
        init(_ entry: Entry, among entries: [Entry]) {
            needsKnowledge = entry.rule.effort == .needsKnowledge
            implied = RuleIndices(entries.indices.filter { entry.implies.contains(entries[$0].rule.id) })
            points = entry.points
            kinds = entry.kinds
            polarity = entry.rule.polarity
            appliesToWindows = entry.rule.appliesToWindows
            check = entry.check
        }
    }

    /// The name by which policies and the command line choose it, such as `podscore/v1`.
    package let name: String
    /// The name with `(unreleased)` behind it as long as its scores may still move.
    package let label: String
    /// Whether the scores are frozen; an unreleased ruleset says so wherever its name is shown.
    package let isReleased: Bool
    /// The entries in the order in which a report lists them; see ``Ruleset/Order``.
    package let entries: [Entry]
    /// Whether a score of 0 or less makes a scan fail where no minimum was given, as kubesec does.
    package let zeroFails: Bool
    /// Whether a Pod that runs on Windows is spared the rules whose field Windows forbids; see ``Rule/appliesToWindows``.
    package let sparesWindows: Bool
    /// The points that a policy gave to rules in place of the ruleset's own, in the policy's order; empty where it gave none.
    package let overrides: [(rule: String, points: Int)]
    /// The ruleset whose checks judge what policies require and forbid; `nil` where this one's own do.
    private let controlRuleset: Ruleset?
    /// In which order a report lists the entries.
    private let order: Order
    /// The entries, in their order, as the scorer needs them.
    let steps: [Step]

    /// A ruleset; the entries are put in the order of reports.
    ///
    /// Without `controls` its own checks judge what policies require and forbid.
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
        label = isReleased ? name : name + " (unreleased)"
    }

    /// The ruleset whose checks judge what policies require and forbid, so that demands mean the same whatever gives the score.
    package var controls: Ruleset { controlRuleset ?? self }

    /// Returns the same ruleset with other points for some rules, by their ids, and a name that says so.
    ///
    /// Everything else stays as it is; ids that the ruleset does not have are passed over, and no override leaves it unchanged.
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

    /// Returns the same ruleset with the rules of these ids alone; an id may stand there twice, and no id leaves it as it is.
    ///
    /// Mandatory controls are judged as before: any rule can still be demanded. Throws when it does not have one of them, whose spelling
    /// counts to the letter.
    package func restricted(to ids: [String]) throws(UnknownRules) -> Ruleset {
        guard !ids.isEmpty else { return self }
        let known = entries.map(\.rule.id)
        let unknown = ids.filter { id in !known.contains { $0.hasSameBytes(as: id) } }
        guard unknown.isEmpty else { throw UnknownRules(ids: unknown, ruleset: name, known: known) }
        let kept = entries.filter { entry in ids.contains { $0.hasSameBytes(as: entry.rule.id) } }
        return replacing(kept, name: name, overrides: overrides, controls: controls)
    }

    /// The same ruleset with other entries.
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

    /// The index of a rule, by its id, which is ASCII; `nil` when the ruleset does not have it.
    package func index(ofRule id: String) -> Int? {
        entries.indices.first { entries[$0].rule.id.isExactly(id) }
    }

    /// The order of a report; the id decides where two rules read the same fields for the same weight.
    private static func precedes(_ first: Entry, _ second: Entry, by order: Order) -> Bool {
        let weights = (abs(first.points), abs(second.points))
        if order == .points, weights.0 != weights.1 { return weights.0 > weights.1 }
        if !first.selector.hasSameBytes(as: second.selector) {
            return first.selector.utf8.lexicographicallyPrecedes(second.selector.utf8)
        }
        return first.rule.id.utf8.lexicographicallyPrecedes(second.rule.id.utf8)
    }

    /// The best score that an object of a kind can have on Linux.
    package func bestPossibleScore(for kind: RuleKinds) -> Int {
        entries.reduce(0) { sum, entry in
            entry.rule.polarity == .positive && entry.kinds.contains(kind) ? sum + entry.points : sum
        }
    }
}
