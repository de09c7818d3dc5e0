package import AdmissionPolicy
package import KubernetesAPI
import PodScoring

/// A policy with waivers that makes reviews expensive.
package enum ShapePolicy: String, CaseIterable, Sendable {
    /// Every demand at every level under `podscore/v1`, with three standards.
    case strict
    /// The same under `kubesec/v2`.
    case kubesec
    /// As ``strict``, with waivers by container and image, one of which soon expires, a ramp, and exemptions.
    case waived

    /// The day of all decisions.
    package static let today = CivilDate(daysSinceEpoch: 20_818)

    /// Decides a request by the policy.
    package func decide(_ request: AdmissionRequest) -> Decision {
        switch self {
        case .strict: Self.decider.decide(request, by: Self.strictPolicy)
        case .kubesec: Self.decider.decide(request, by: Self.kubesecPolicy)
        case .waived: Self.decider.decide(request, by: Self.waivedPolicy, waivers: Self.waivers)
        }
    }

    private static let decider = Decider(mode: .enforce, today: today)
    private static let strictPolicy = policy(.podscoreV1)
    private static let kubesecPolicy = policy(.kubesecV2)
    private static let waivedPolicy = policy(.podscoreV1, isWaived: true)

    private static func policy(_ ruleset: Ruleset, isWaived: Bool = false) -> ScorePolicy {
        var exempt = Exemptions()
        if isWaived {
            exempt.groups = (0..<50).map { "admins-\($0)" }
            exempt.users = (0..<50).map { "admin-\($0)" }
        }
        return ScorePolicy(
            name: "shapes",
            namespaces: [NamePattern("*")],
            ruleset: ruleset,
            enforce: level(by: ruleset, PodSecurityStandard(.restricted, .latest), isRamped: isWaived),
            warn: level(by: ruleset, PodSecurityStandard(.restricted, PodSecurityVersion(minor: 18))),
            audit: level(by: ruleset, PodSecurityStandard(.baseline, .latest)),
            workloads: .enforce,
            exempt: exempt
        )
    }

    private static func level(by ruleset: Ruleset, _ standard: PodSecurityStandard, isRamped: Bool = false) -> ScorePolicy.Level {
        var level = ScorePolicy.Level()
        level.minimumScore = 30
        level.podSecurityStandard = standard
        level.require = ruleset.entries.filter { $0.rule.polarity == .positive }.map(\.rule.id)
        level.forbid = ruleset.entries.filter { $0.rule.polarity == .negative }.map(\.rule.id)
        if isRamped {
            level.minimumScore = -10_000
            (level.require, level.forbid, level.podSecurityStandard) = ([], [], nil)
            level.ramp = (1...12).map { ScorePolicy.RampStep(date: today.advanced(byDays: $0), minimumScore: $0 - 10_000) }
        }
        return level
    }

    private static let waivers: [ScoreWaiver] = (0..<8).map { number in
        var match = ScoreWaiver.Match(namespaces: [NamePattern("*")])
        match.containers = [NamePattern("*\(number)"), NamePattern("\(number)*")]
        match.images = number % 2 == 0 ? nil : [ImagePattern("*")]
        return ScoreWaiver(
            name: "w\(number)",
            match: match,
            rules: Ruleset.podscoreV1.entries.map(\.rule.id) + StandardCheckCatalog.all.map(\.name),
            expires: today.advanced(byDays: number + 5),
            owner: "o",
            reason: "r"
        )
    }
}
