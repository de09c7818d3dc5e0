import KubernetesAPI
import PodScoring

@testable import AdmissionPolicy

extension Container {
    /// Follows no rule.
    static func bare(_ name: String, image: String = "registry.example/app:1") -> Self {
        var container = Self()
        container.name = name
        container.image = image
        return container
    }

    /// Follows every made-up rule.
    static func good(_ name: String) -> Self {
        var container = bare(name)
        container.securityContext.runAsNonRoot = true
        container.securityContext.capabilities.drop = ["ALL"]
        container.resources.requests.cpu = .quantity(Quantity("100m"))
        return container
    }

    func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }
}

extension PodSpec {
    /// Scores 8 of 8 with good containers, 3 of 8 with a bare one.
    static func of(_ containers: Container..., change: (inout Self) -> Void = { _ in }) -> Self {
        var pod = Self()
        pod.serviceAccountName = "app"
        pod.containers = containers
        change(&pod)
        return pod
    }
}

extension KubernetesObject {
    static func pod(_ spec: PodSpec, name: String = "web", change: (inout ObjectMeta) -> Void = { _ in }) -> Self {
        var object = Self()
        object.apiVersion = "v1"
        object.kind = "Pod"
        object.metadata.name = name
        object.content = .pod(spec)
        change(&object.metadata)
        return object
    }

    static func workload(_ kind: WorkloadKind = .deployment, _ spec: PodSpec, change: (inout ObjectMeta) -> Void = { _ in }) -> Self {
        var object = Self()
        object.kind = kind.rawValue
        object.metadata.name = "web"
        var template = PodTemplateSpec()
        template.spec = spec
        object.content = .template(template, volumeClaimTemplates: [])
        change(&object.metadata)
        return object
    }
}

extension AdmissionRequest {
    /// A request as the API server sends it for an object.
    static func create(_ object: KubernetesObject, group: String? = nil) -> Self {
        var request = Self()
        request.uid = "u-1"
        request.kind.kind = object.kind
        request.kind.group = group ?? (object.kind == "Deployment" ? "apps" : "")
        request.kind.version = "v1"
        request.namespace = "payments"
        request.name = object.metadata.name
        request.userInfo.username = "jane"
        request.object = .decoded(object)
        return request
    }

    static func update(_ object: KubernetesObject, from old: KubernetesObject?, subResource: String = "") -> Self {
        var request = create(object)
        request.operation = .update
        request.subResource = subResource
        request.oldObject = old.map { .decoded($0) } ?? .absent
        return request
    }

    func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }
}

extension ScorePolicy.Level {
    static func asking(
        _ minimumScore: Int? = nil,
        require: [String] = [],
        forbid: [String] = [],
        standard: PodSecurityStandard? = nil
    ) -> Self {
        var level = Self()
        level.minimumScore = minimumScore
        level.require = require
        level.forbid = forbid
        level.podSecurityStandard = standard
        return level
    }

    /// Requires everything.
    static let strict = asking(6, require: ["NonRoot", "DropsAll"], forbid: ["Privileged"])
}

/// The only level of a policy.
enum At: String, Sendable, CaseIterable {
    case enforce
    case warn
    case audit
}

extension ScorePolicy {
    static func payments(
        enforce: Level? = nil,
        warn: Level? = nil,
        audit: Level? = nil,
        workloads: Workloads = .warn,
        exempt: Exemptions = Exemptions(),
        ruleset: Ruleset = MadeUp.ruleset,
        name: String = "payments",
        guidance: PolicyGuidance? = nil
    ) -> ScorePolicy {
        ScorePolicy(
            name: name,
            namespaces: [NamePattern("payments")],
            ruleset: ruleset,
            enforce: enforce,
            warn: warn,
            audit: audit,
            workloads: workloads,
            exempt: exempt,
            guidance: guidance
        )
    }

    /// A policy with one level.
    static func payments(_ level: Level = .strict, at: At, workloads: Workloads = .warn) -> ScorePolicy {
        payments(
            enforce: at == .enforce ? level : nil,
            warn: at == .warn ? level : nil,
            audit: at == .audit ? level : nil,
            workloads: workloads
        )
    }
}

/// The parts of a decision that a test compares.
struct Summary: Equatable, Sendable, CustomStringConvertible {
    let outcome: Decision.Outcome
    let score: Int?
    let violations: [String]
    /// Whether there is at least one warning.
    let warns: Bool

    init(_ outcome: Decision.Outcome, _ score: Int? = nil, _ violations: [String] = [], warns: Bool? = nil) {
        self.outcome = outcome
        self.score = score
        self.violations = violations
        self.warns = warns ?? (outcome == .warn)
    }

    init(_ decision: Decision) {
        outcome = decision.outcome
        score = decision.score
        violations = decision.violations.map(\.id)
        warns = !decision.response.warnings.isEmpty
    }

    var description: String { "\(outcome) \(score.map(String.init) ?? "-") \(violations) warns=\(warns)" }
}

extension CivilDate {
    /// The day on which tests decide: 2027-01-01.
    static let today = Self(daysSinceEpoch: 20_819)
}

extension Decider {
    init(mode: EnforcementMode) {
        self.init(mode: mode, today: .today)
    }

    static func summary(_ request: AdmissionRequest, by policy: ScorePolicy, mode: EnforcementMode = .enforce) -> Summary {
        Summary(Decider(mode: mode).decide(request, by: policy))
    }
}

extension At {
    /// The outcome of a policy with only this level if it is violated.
    var outcome: Decision.Outcome {
        switch self {
        case .enforce: .deny
        case .warn: .warn
        case .audit: .audit
        }
    }
}
