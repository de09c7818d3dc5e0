import KubernetesAPI
import PodScoring

@testable import AdmissionPolicy

extension ScoreWaiver {
    /// A waiver of some rules, by default for everything in the Namespace `payments`.
    static func of(
        _ rules: String...,
        named name: String = "w",
        expires: String = "2027-12-31",
        change: (inout Match) -> Void = { _ in }
    ) -> Self {
        var match = Match(namespaces: [NamePattern("payments")])
        change(&match)
        let date = CivilDate(parsing: expires) ?? CivilDate(daysSinceEpoch: 0)
        return Self(name: name, match: match, rules: rules, expires: date, owner: "ops", reason: "because")
    }
}

extension [ImagePattern] {
    static func of(_ patterns: String...) -> Self {
        patterns.map { ImagePattern($0) }
    }
}

extension [NamePattern] {
    static func of(_ patterns: String...) -> Self {
        patterns.map { NamePattern($0) }
    }
}

extension Decider {
    /// Decides with waivers on a day, by default today.
    static func decide(
        _ request: AdmissionRequest,
        by policy: ScorePolicy,
        _ waivers: [ScoreWaiver],
        mode: EnforcementMode = .enforce,
        on day: String = "2027-01-01"
    ) -> Decision {
        let today = CivilDate(parsing: day) ?? .today
        return Decider(mode: mode, today: today).decide(request, by: policy, waivers: waivers)
    }
}
