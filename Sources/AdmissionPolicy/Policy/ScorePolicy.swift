package import KubernetesAPI
package import PodScoring

/// What Pods of some namespaces have to score and to hold, and what happens to those that do not.
///
/// A class because each request and its texts refer to one, and none changes it.
package final class ScorePolicy: Sendable {
    /// The demands of one level; a level that is absent is off.
    package struct Level: Sendable, Equatable {
        /// The least score that satisfies, until a step of the ramp says otherwise; `nil` means no threshold.
        package var minimumScore: Int?
        /// How the minimum rises, by ascending dates; only `enforce` has a ramp.
        package var ramp: [RampStep] = []
        /// Ids of positive rules that must hold, in the policy's order.
        package var require: [String] = []
        /// Ids of negative rules that must not fire, in the policy's order.
        package var forbid: [String] = []
        /// The Pod Security Standard that must be met; `nil` asks for none.
        package var podSecurityStandard: PodSecurityStandard?

        /// A level that asks for nothing yet.
        package init() {}
    }

    /// A minimum that applies from a day on.
    package struct RampStep: Sendable, Equatable {
        /// The first day, in UTC.
        package var date: CivilDate
        /// The least score that satisfies from then on.
        package var minimumScore: Int

        /// A minimum from a day on.
        package init(date: CivilDate, minimumScore: Int) {
            self.date = date
            self.minimumScore = minimumScore
        }
    }

    /// What happens to Deployments and the like.
    package enum Workloads: String, Sendable, CaseIterable {
        /// Say what their Pods would get, and allow them.
        case warn
        /// Decide them as their Pods.
        case enforce
        /// Allow them unscored.
        case ignore
    }

    /// `metadata.name`, by which messages name the policy.
    package let name: String
    /// The namespaces to which the policy applies.
    package let namespaces: [NamePattern]
    /// By what the Pods are scored.
    package let ruleset: Ruleset
    /// Denies.
    package let enforce: Level?
    /// Returns warnings.
    package let warn: Level?
    /// Writes audit annotations.
    package let audit: Level?
    /// What happens to the kinds that make Pods.
    package let workloads: Workloads
    /// For whom the policy does nothing.
    package let exempt: Exemptions

    /// The Pod Security Standards that the levels require, the strongest level's first.
    let standards: StandardSet
    /// The rules that the levels require and forbid.
    let controls: MandatoryControls

    /// A policy; levels that are left out are off.
    package init(
        name: String,
        namespaces: [NamePattern],
        ruleset: Ruleset,
        enforce: Level? = nil,
        warn: Level? = nil,
        audit: Level? = nil,
        workloads: Workloads = .warn,
        exempt: Exemptions = Exemptions()
    ) {
        self.name = name
        self.namespaces = namespaces
        self.ruleset = ruleset
        self.enforce = enforce
        self.warn = warn
        self.audit = audit
        self.workloads = workloads
        self.exempt = exempt
        controls = MandatoryControls(of: [enforce, warn, audit].compactMap { $0 }, scoredBy: ruleset)
        standards = StandardSet([enforce, warn, audit].compactMap { $0?.podSecurityStandard })
    }
}

extension ScorePolicy.Level {
    /// The least score that satisfies on a day: that of the last step whose date has come, or the one that stands before all steps.
    package func minimumScore(on today: CivilDate) -> Int? {
        ramp.last { $0.date <= today }?.minimumScore ?? minimumScore
    }

    /// The steps of the ramp that are still to come.
    package func steps(after today: CivilDate) -> ArraySlice<ScorePolicy.RampStep> {
        ramp.drop { $0.date <= today }
    }
}

extension ScorePolicy {
    /// The name of the built-in default; its space keeps it from being the name of a policy.
    package static let builtInDefaultName = "built-in default"

    /// Returns what applies where no policy does: warnings, never a denial.
    ///
    /// It names no namespaces, since it is chosen only when nothing else was.
    package static func builtInDefault(under ruleset: Ruleset) -> ScorePolicy {
        var warn = Level()
        warn.minimumScore = 7
        warn.require = ["RunAsNonRoot", "CapDropAll"]
        return ScorePolicy(name: builtInDefaultName, namespaces: [], ruleset: ruleset, warn: warn, workloads: .warn)
    }
}

/// The strongest thing the whole server may do, whatever its policies say.
package enum EnforcementMode: String, Sendable, CaseIterable {
    /// Policies act as they are written.
    case enforce
    /// What would be denied is allowed with warnings, annotated and counted.
    case warn
    /// What would be denied or warned about is allowed, annotated, logged and counted.
    case audit
}

/// The rules that the levels of a policy require and forbid, and the checks that judge them, whatever ruleset gives the score.
struct MandatoryControls: Sendable {
    /// The ruleset whose checks judge.
    let ruleset: Ruleset
    /// Whether that ruleset gives the score, too, so that its results say all there is to say.
    let areScored: Bool
    /// The indices of the rules that a level requires or forbids, ascending.
    private let demanded: [Int]
    /// The indices of the rules that a new ephemeral container must not break even if no level forbids them: what costs points.
    private let intolerable: [Int]

    /// The controls of levels under the ruleset that gives the score.
    init(of levels: [ScorePolicy.Level], scoredBy scoring: Ruleset) {
        let ruleset = scoring.controls
        self.ruleset = ruleset
        areScored = ruleset === scoring
        demanded = Set(levels.flatMap { $0.require + $0.forbid }.compactMap { ruleset.index(ofRule: $0) }).sorted()
        intolerable = scoring.entries.filter { $0.rule.polarity == .negative && $0.points < 0 }
            .compactMap { ruleset.index(ofRule: $0.rule.id) }.sorted()
    }

    /// Whether any level requires or forbids a rule.
    var isEmpty: Bool { demanded.isEmpty }

    /// Whether no level tolerates a rule of the ruleset in a new ephemeral container.
    func isIntolerable(_ index: Int) -> Bool { intolerable.contains(index) }

    /// What the checks find in an object that has been scored; `failures` are those of the score's report.
    func findings(in subject: ScoringSubject, scored report: ScoreReport, failures: [ScoreReport.Result]) -> ControlFindings {
        if areScored { return ControlFindings(ruleset: ruleset, results: report.results, failures: failures) }
        let results = results(in: subject)
        return ControlFindings(ruleset: ruleset, results: results, failures: results.filter(\.outcome.fails))
    }

    /// What the demanded rules say of an object; all rules where the ruleset gives the score, too.
    func results(in subject: ScoringSubject) -> [ScoreReport.Result] {
        areScored ? Scorer(ruleset).score(subject).results : Scorer(ruleset).results(in: subject, ofRulesAt: demanded)
    }

    /// What fails in ephemeral containers that are asked each alone, as far as it can count.
    func failures(inEphemeralContainers subject: ScoringSubject) -> [ScoreReport.Result] {
        guard !areScored else { return Scorer(ruleset).score(subject).failures }
        let indices = demanded + intolerable.filter { !demanded.contains($0) }
        return Scorer(ruleset).results(in: subject, ofRulesAt: indices).filter(\.outcome.fails)
    }
}
