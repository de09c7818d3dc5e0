package import KubernetesAPI
package import PodScoring

/// The demands on Pods of some namespaces, and what happens to Pods that violate them.
///
/// A class because requests and texts share it; it never changes.
package final class ScorePolicy: Sendable {
    /// The demands of one level; a missing level is off.
    package struct Level: Sendable, Equatable {
        /// The minimum score before the first step of the ramp; `nil` means none.
        package var minimumScore: Int?
        /// The later minimums, by ascending dates; only `enforce` has a ramp.
        package var ramp: [RampStep] = []
        /// Ids of positive rules that must hold, in the policy's order.
        package var require: [String] = []
        /// Ids of negative rules that must not be violated, in the policy's order.
        package var forbid: [String] = []
        /// The Pod Security Standard that must be met; `nil` means none.
        package var podSecurityStandard: PodSecurityStandard?

        /// A level without demands.
        package init() {}
    }

    /// A minimum that applies from a day on.
    package struct RampStep: Sendable, Equatable {
        /// The first day, in UTC.
        package var date: CivilDate
        /// The minimum score from then on.
        package var minimumScore: Int

        /// A minimum from a day on.
        package init(date: CivilDate, minimumScore: Int) {
            self.date = date
            self.minimumScore = minimumScore
        }
    }

    /// The treatment of Deployments and other workloads.
    package enum Workloads: String, Sendable, CaseIterable {
        /// Allow them, with warnings about what happens to their Pods.
        case warn
        /// Decide them like their Pods.
        case enforce
        /// Allow them without a score.
        case ignore
    }

    /// The use of a Namespace's labels for minimum scores.
    package enum NamespaceLabelUse: String, Sendable, CaseIterable {
        /// A label raises a minimum that is lower, and never lowers one.
        case tighten
        /// Labels have no effect.
        case ignore
    }

    /// `metadata.name`, which messages show.
    package let name: String
    /// The names of the namespaces to which the policy applies; empty if only labels select them.
    package let namespaces: [NamePattern]
    /// The labels of further namespaces to which the policy applies; `nil` for none.
    package let namespaceSelector: NamespaceSelector?
    /// The use of labels that set a minimum score.
    package let namespaceLabels: NamespaceLabelUse
    /// The ruleset that gives the score.
    package let ruleset: Ruleset
    /// The level that denies.
    package let enforce: Level?
    /// The level that warns.
    package let warn: Level?
    /// The level that writes audit annotations.
    package let audit: Level?
    /// The treatment of the kinds that create Pods.
    package let workloads: Workloads
    /// The requesters and runtime classes to which the policy does not apply.
    package let exempt: Exemptions
    /// The features that all nodes have; advice can then use them like everything else.
    package let nodes: NodeFeatures
    /// The sentence and link at the end of its denials and warnings; `nil` if it has none.
    package let guidance: PolicyGuidance?

    /// The changes by labels of a Namespace; `nil` for a policy as it is written.
    package let tightening: PolicyTightening?

    /// The Pod Security Standards that the levels require, the strongest level's first.
    let standards: StandardSet
    /// The rules that the levels require and forbid.
    let controls: MandatoryControls

    /// A policy; levels that are left out are off.
    package init(
        name: String,
        namespaces: [NamePattern],
        namespaceSelector: NamespaceSelector? = nil,
        namespaceLabels: NamespaceLabelUse = .tighten,
        ruleset: Ruleset,
        enforce: Level? = nil,
        warn: Level? = nil,
        audit: Level? = nil,
        workloads: Workloads = .warn,
        exempt: Exemptions = Exemptions(),
        nodes: NodeFeatures = [],
        guidance: PolicyGuidance? = nil
    ) {
        self.name = name
        self.namespaces = namespaces
        self.namespaceSelector = namespaceSelector
        self.namespaceLabels = namespaceLabels
        self.ruleset = ruleset
        self.enforce = enforce
        self.warn = warn
        self.audit = audit
        self.workloads = workloads
        self.exempt = exempt
        self.nodes = nodes
        self.guidance = guidance
        tightening = nil
        controls = MandatoryControls(of: [enforce, warn, audit].compactMap { $0 }, scoredBy: ruleset)
        standards = StandardSet([enforce, warn, audit].compactMap { $0?.podSecurityStandard })
    }

    /// The written policy of a tightening with other minimums in some levels; what else the levels demand is the same.
    init(raising levels: [MinimumLabel: Level], in tightening: PolicyTightening) {
        let written = tightening.written
        name = written.name
        namespaces = written.namespaces
        namespaceSelector = written.namespaceSelector
        namespaceLabels = written.namespaceLabels
        ruleset = written.ruleset
        enforce = levels[.enforce] ?? written.enforce
        warn = levels[.warn] ?? written.warn
        audit = levels[.audit] ?? written.audit
        workloads = written.workloads
        exempt = written.exempt
        nodes = written.nodes
        guidance = written.guidance
        self.tightening = tightening
        standards = written.standards
        controls = written.controls
    }
}

extension ScorePolicy.Level {
    /// The minimum score on a day: that of the last step whose date has come, or the one before all steps.
    package func minimumScore(on today: CivilDate) -> Int? {
        ramp.last { $0.date <= today }?.minimumScore ?? minimumScore
    }

    /// The steps of the ramp after a day.
    package func steps(after today: CivilDate) -> ArraySlice<ScorePolicy.RampStep> {
        ramp.drop { $0.date <= today }
    }
}

extension ScorePolicy {
    /// The name of the built-in default; no policy can have it, since it has a space.
    package static let builtInDefaultName = "built-in default"

    /// Returns the policy that applies where no other does: it warns and never denies.
    ///
    /// It lists no namespaces, since it applies only if no other policy does.
    package static func builtInDefault(under ruleset: Ruleset) -> ScorePolicy {
        var warn = Level()
        warn.minimumScore = 7
        warn.require = ["RunAsNonRoot", "CapDropAll"]
        return ScorePolicy(name: builtInDefaultName, namespaces: [], ruleset: ruleset, warn: warn, workloads: .warn)
    }
}

/// The strongest effect that the whole server may have, whatever the policies say.
package enum EnforcementMode: String, Sendable, CaseIterable {
    /// Policies take effect as written.
    case enforce
    /// Requests that would be denied are allowed with warnings, annotated and counted.
    case warn
    /// Requests that would be denied or warned about are allowed, annotated, logged and counted.
    case audit
}

/// The rules that the levels of a policy require and forbid, with the checks for them, whatever ruleset gives the score.
struct MandatoryControls: Sendable {
    /// The ruleset whose checks judge these rules; it can differ from the one that gives the score.
    let ruleset: Ruleset
    /// Whether the same ruleset gives the score, so that its results are enough.
    let areScored: Bool
    /// The indices of the rules that a level requires or forbids, ascending.
    private let demanded: [Int]
    /// The indices of the rules that a new ephemeral container must not violate even if no level forbids them: those that deduct points.
    private let intolerable: [Int]
    /// The indices of the rules that can count against a new ephemeral container, which can have a security context, but no resources.
    private let countingInEphemeralContainers: [Int]

    /// The controls of some levels; `scoring` is the ruleset that gives the score.
    init(of levels: [ScorePolicy.Level], scoredBy scoring: Ruleset) {
        let ruleset = scoring.controls
        self.ruleset = ruleset
        areScored = ruleset === scoring
        let demanded = Set(levels.flatMap { $0.require + $0.forbid }.compactMap { ruleset.index(ofRule: $0) }).sorted()
        let intolerable = scoring.entries.filter { $0.rule.polarity == .negative && $0.points < 0 }
            .compactMap { ruleset.index(ofRule: $0.rule.id) }.sorted()
        let counting = areScored ? Array(ruleset.entries.indices) : demanded + intolerable.filter { !demanded.contains($0) }
        countingInEphemeralContainers = counting.filter { index in
            ruleset.entries[index].rule.scope == .container && !ruleset.entries[index].rule.requiresResources
        }
        (self.demanded, self.intolerable) = (demanded, intolerable)
    }

    /// Whether any level requires or forbids a rule.
    var isEmpty: Bool { demanded.isEmpty }

    /// Tells whether a new ephemeral container must not violate a rule even if no level forbids it.
    func isIntolerable(_ index: Int) -> Bool { intolerable.contains(index) }

    /// Returns the findings of the checks in a scored object; `failures` are those of its report.
    func findings(in subject: ScoringSubject, scored report: ScoreReport, failures: [ScoreReport.Result]) -> ControlFindings {
        if areScored { return ControlFindings(ruleset: ruleset, results: report.results, failures: failures) }
        let results = results(in: subject)
        return ControlFindings(ruleset: ruleset, results: results, failures: results.filter(\.outcome.fails))
    }

    /// The results of the demanded rules for an object; of all rules if the ruleset also gives the score.
    func results(in subject: ScoringSubject) -> [ScoreReport.Result] {
        areScored ? Scorer(ruleset).score(subject).results : Scorer(ruleset).results(in: subject, ofRulesAt: demanded)
    }

    /// Returns the rules that fail in ephemeral containers, each checked alone; only rules that can count are checked.
    func failures(inEphemeralContainers subject: ScoringSubject) -> [ScoreReport.Result] {
        Scorer(ruleset).results(in: subject, ofRulesAt: countingInEphemeralContainers).filter(\.outcome.fails)
    }
}

/// The requesters and runtime classes to which a policy does not apply.
package struct Exemptions: Sendable, Equatable {
    /// The part of a service account's user name before its namespace and name.
    ///
    /// Source: <https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/>
    static let serviceAccountPrefix = "system:serviceaccount:"

    /// User names.
    package var users: [String] = []
    /// Groups.
    package var groups: [String] = []
    /// Service accounts, as `namespace:name`.
    package var serviceAccounts: [String] = []
    /// Runtime classes.
    package var runtimeClasses: [String] = []

    /// No exemptions.
    package init() {}

    /// Whether there are no exemptions.
    package var isEmpty: Bool { users.isEmpty && groups.isEmpty && serviceAccounts.isEmpty && runtimeClasses.isEmpty }
}

/// Why a request is exempt: the first entry of the policy that matches.
package enum Exemption: Sendable, Equatable, CustomStringConvertible {
    case user(String)
    case group(String)
    /// As `namespace:name`.
    case serviceAccount(String)
    case runtimeClass(String)

    /// Such as `serviceAccount backup:velero`.
    package var description: String {
        switch self {
        case .user(let name): "user \(name)"
        case .group(let name): "group \(name)"
        case .serviceAccount(let name): "serviceAccount \(name)"
        case .runtimeClass(let name): "runtimeClass \(name)"
        }
    }
}

extension Exemptions {
    /// Finds the first entry that matches the requester or the Pod's runtime class; `nil` if none does.
    ///
    /// Names compare as bytes. Nothing else in the object counts, since its author chooses it, owner references included.
    func exemption(of user: UserInfo, runtimeClass: String?) -> Exemption? {
        guard !isEmpty else { return nil }
        if let name = users.first(where: { $0.hasSameBytes(as: user.username) }) { return .user(name) }
        if let name = firstGroup(of: user) { return .group(name) }
        let prefix = Self.serviceAccountPrefix
        if !serviceAccounts.isEmpty, user.username.beginsWithBytes(of: prefix) {
            let account = user.username.utf8.dropFirst(prefix.utf8.count)
            if let name = serviceAccounts.first(where: { $0.utf8.elementsEqual(account) }) { return .serviceAccount(name) }
        }
        guard let runtimeClass, let name = runtimeClasses.first(where: { $0.hasSameBytes(as: runtimeClass) }) else { return nil }
        return .runtimeClass(name)
    }

    /// The first entry that is a group of the user; linear in the entries and the groups.
    private func firstGroup(of user: UserInfo) -> String? {
        guard !groups.isEmpty, !user.groups.isEmpty else { return nil }
        guard groups.count > 1, user.groups.count > 1 else {
            return groups.first { group in user.groups.contains { $0.hasSameBytes(as: group) } }
        }
        let entries = Set(groups.map { NameBytes($0) })
        let matching = Set(user.groups.map { NameBytes($0) }.filter { entries.contains($0) })
        return matching.isEmpty ? nil : groups.first { matching.contains(NameBytes($0)) }
    }
}
