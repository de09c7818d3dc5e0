import AdmissionPolicy
import KubernetesAPI
import PodScoring
import Testing

/// No two controls exclude each other, so reading policies has no such error: a Pod that meets all of them meets each part.
struct AllControlsTests {
    /// A Pod that meets every control.
    private static let review = """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
          "uid": "u", "kind": {"group": "", "version": "v1", "kind": "Pod"}, "name": "all", "namespace": "payments", "operation": "CREATE",
          "userInfo": {"username": "jane"}, "object": {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "all", "annotations": {
              "container.seccomp.security.alpha.kubernetes.io/pod": "runtime/default", "seccomp.security.alpha.kubernetes.io/pod": "runtime/default",
              "container.apparmor.security.beta.kubernetes.io/app": "runtime/default"}},
            "spec": {"serviceAccountName": "app", "automountServiceAccountToken": false, "hostUsers": false,
              "securityContext": {"runAsNonRoot": true, "runAsUser": 20000, "runAsGroup": 20000, "seccompProfile": {"type": "RuntimeDefault"},
                "appArmorProfile": {"type": "RuntimeDefault"}},
              "containers": [{"name": "app", "image": "r.example/a@sha256:\(String(repeating: "0", count: 64))",
                "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}},
                "securityContext": {"runAsNonRoot": true, "runAsUser": 20000, "runAsGroup": 20000, "readOnlyRootFilesystem": true,
                  "allowPrivilegeEscalation": false, "privileged": false, "capabilities": {"drop": ["ALL"]},
                  "seccompProfile": {"type": "RuntimeDefault"}, "appArmorProfile": {"type": "RuntimeDefault"}}}]}}}}
        """

    /// The same for a Pod on Windows, where the API server rejects most of these fields.
    private static let windowsReview = """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
          "uid": "u", "kind": {"group": "", "version": "v1", "kind": "Pod"}, "name": "all", "namespace": "payments", "operation": "CREATE",
          "userInfo": {"username": "jane"}, "object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "all"},
            "spec": {"os": {"name": "windows"}, "serviceAccountName": "app", "automountServiceAccountToken": false,
              "securityContext": {"runAsNonRoot": true, "windowsOptions": {"runAsUserName": "ContainerUser"}},
              "containers": [{"name": "app", "image": "r.example/a@sha256:\(String(repeating: "0", count: 64))",
                "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}}}]}}}}
        """

    /// Both standards in every known version, and in the next.
    private static let standards = (0...(PodSecurityVersion.newestKnown.minor ?? 0) + 1).map { PodSecurityVersion(minor: $0) } + [.latest]

    /// Requires all rules that can be demanded under a ruleset, its best possible score and a standard.
    private static func problems(
        of review: String,
        under ruleset: Ruleset,
        standard: PodSecurityStandard,
        context: ScoringSubject.Context
    ) throws -> [String] {
        let rules = ruleset.controls.entries.filter { $0.kinds.contains(.pod) }.map(\.rule)
        var level = ScorePolicy.Level()
        level.minimumScore = ruleset.bestPossibleScore(for: .pod)
        level.require = rules.filter { $0.polarity == .positive }.map(\.id)
        level.forbid = rules.filter { $0.polarity == .negative }.map(\.id)
        level.podSecurityStandard = standard
        let policy = ScorePolicy(name: "all", namespaces: [NamePattern("*")], ruleset: ruleset, enforce: level)
        let request = try AdmissionReview(parsing: Array(review.utf8).span).request
        let decision = try Decider(mode: .enforce, today: #require(CivilDate(parsing: "2027-01-01")), podContext: context)
            .decide(request, by: policy)
        let outcome = decision.outcome == .allow ? [] : ["\(decision.outcome)"]
        return (outcome + decision.violations.map(\.id)).map { "\(ruleset.name), \(standard), \(context): \($0)" }
    }

    @Test(arguments: Ruleset.all.map(\.name), [ScoringSubject.Context.admittedPod, .authored])
    func `A Pod can meet every control of a ruleset at once, with every standard`(name: String, context: ScoringSubject.Context) throws {
        let ruleset = try #require(Ruleset.all.first { $0.name == name })
        let weighed = ruleset.overriding(points: ruleset.entries.map { ($0.rule.id, $0.rule.polarity == .positive ? 100 : -100) })
        for (level, version) in Self.standards.flatMap({ [(PodSecurityLevel.baseline, $0), (.restricted, $0)] }) {
            let standard = PodSecurityStandard(level, version)
            #expect(try Self.problems(of: Self.review, under: ruleset, standard: standard, context: context) == [])
            #expect(try Self.problems(of: Self.review, under: weighed, standard: standard, context: context) == [])
        }
    }

    @Test(arguments: [ScoringSubject.Context.admittedPod, .authored])
    func `A Pod on Windows can meet every control that applies, with every standard that has rules for Windows`(
        context: ScoringSubject.Context
    ) throws {
        let ruleset = try #require(Ruleset.all.first { $0.name == "podscore/v1" })
        // Until 1.24, restricted requires fields that the API server rejects on Windows.
        let knowing = Self.standards.filter { $0 >= PodSecurityVersion(minor: 25) }.map { PodSecurityStandard(.restricted, $0) }
        for standard in knowing + Self.standards.map({ PodSecurityStandard(.baseline, $0) }) {
            #expect(try Self.problems(of: Self.windowsReview, under: ruleset, standard: standard, context: context) == [])
        }
    }
}
