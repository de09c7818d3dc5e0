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
