import PodScoring
import Testing

/// The class of a fix, where it depends on the place.
@Suite struct FixClassTests {
    /// A rule with a Pod that violates it, and the class of the fix there.
    struct Case: Sendable, CustomTestStringConvertible {
        let rule: String
        var ruleset = Ruleset.podscoreV1
        let spec: String
        let fixClass: FixClass

        var testDescription: String { "\(rule) in \(spec)" }
    }

    /// The spec of a Pod with containers that have these security contexts.
    private static func pod(_ contexts: String...) -> String {
        #"{"containers": [\#(contexts.map { #"{"securityContext": \#($0)}"# }.joined(separator: ", "))]}"#
    }

    private static let rootPod = #"{"securityContext": {"runAsUser": 0}, "containers": [{}]}"#
    private static let userPod = #"{"securityContext": {"runAsUser": 10001}, "containers": [{}]}"#
    private static let falsePod = #"{"securityContext": {"runAsNonRoot": false, "runAsUser": 10001}, "containers": [{}]}"#
    private static let mixedPod =
        #"{"securityContext": {"runAsNonRoot": false, "runAsUser": 10001}, "containers": [{}, {"securityContext": {"runAsUser": 0}}]}"#

    static let cases = [
        Case(rule: "PrivilegeEscalationDisabled", spec: pod("{}"), fixClass: .manifest),
        Case(rule: "PrivilegeEscalationDisabled", spec: pod(#"{"allowPrivilegeEscalation": true}"#), fixClass: .application),
        Case(rule: "PrivilegeEscalationDisabled", spec: pod("{}", #"{"privileged": true}"#), fixClass: .application),
        Case(rule: "PrivilegeEscalationDisabled", spec: pod(#"{"capabilities": {"add": ["CAP_SYS_ADMIN"]}}"#), fixClass: .application),
        Case(rule: "PrivilegeEscalationDisabled", spec: pod(#"{"capabilities": {"add": ["NET_RAW"]}}"#), fixClass: .manifest),
        Case(rule: "RunAsNonRoot", spec: pod("{}"), fixClass: .image),
        Case(rule: "RunAsNonRoot", spec: pod(#"{"runAsUser": 1}"#), fixClass: .manifest),
        Case(rule: "RunAsNonRoot", spec: pod(#"{"runAsUser": 1}"#, "{}"), fixClass: .image),
        Case(rule: "RunAsNonRoot", spec: rootPod, fixClass: .image),
        Case(rule: "RunAsNonRoot", spec: userPod, fixClass: .manifest),
        Case(rule: "RunAsNonRoot", spec: falsePod, fixClass: .manifest),
        Case(rule: "RunAsNonRoot", spec: mixedPod, fixClass: .image),
        Case(rule: "RunAsNonRoot", spec: "{}", fixClass: .image),
        Case(rule: "CapDropAny", spec: pod("{}"), fixClass: .application),
        Case(rule: "CapDropAny", ruleset: .kubesecV2, spec: pod(#"{"capabilities": {"drop": ["all", null]}}"#), fixClass: .manifest),
        Case(rule: "CapDropAll", spec: pod(#"{"runAsUser": 1}"#), fixClass: .application),
        Case(rule: "ApparmorAny", spec: pod("{}"), fixClass: .node),
    ]

    @Test(arguments: cases) func `The class of a fix can depend on the place`(example: Case) throws {
        let subject = try ScoringSubject.pod(example.spec)
        let report = Scorer(example.ruleset).score(subject)
        let rule = try #require(RuleCatalog.rule(named: example.rule))
        let result = try #require(report.results.first { report.entry(of: $0).rule.id == example.rule })
        #expect(result.outcome.fails)
        #expect(rule.fixClass(of: result.findings, in: subject) == example.fixClass)
    }

    @Test func `Several places have the last of their classes, and each place has its own`() throws {
        let subject = try ScoringSubject.pod(Self.pod(#"{"runAsUser": 1}"#, "{}"))
        let ruleset = Ruleset.podscoreV1
        let index = try #require(ruleset.index(ofRule: "RunAsNonRoot"))
        let failed = try #require(Scorer(ruleset).score(subject).failure(ofRuleAt: index))
        #expect(failed.fixClass(in: subject) == .image)
        #expect(failed.findings.map { failed.fixClass(at: $0.place, in: subject) } == [.manifest, .image])
    }

    @Test func `A rule is in no later class than the rules that it implies`() {
        for rule in RuleCatalog.builtIn {
            for implied in rule.implies.compactMap({ RuleCatalog.rule(named: $0) }) {
                #expect(rule.fixClass <= implied.fixClass, "\(rule.id) implies \(implied.id)")
            }
        }
    }
}

/// The classes of the checks of Pod Security Standards.
@Suite struct StandardFixClassTests {
    @Test(arguments: [
        ("restricted/seccompProfile_restricted", "{}", FixClass.manifest), ("restricted/allowPrivilegeEscalation", "{}", .manifest),
        ("restricted/allowPrivilegeEscalation", #"{"privileged": true}"#, .application), ("restricted/runAsNonRoot", "{}", .image),
        ("restricted/runAsNonRoot", #"{"runAsUser": 1}"#, .manifest), ("restricted/runAsUser", #"{"runAsUser": 0}"#, .image),
        ("restricted/capabilities_restricted", "{}", .application), ("baseline/privileged", #"{"privileged": true}"#, .application),
        ("baseline/appArmorProfile", #"{"appArmorProfile": {"type": "Unconfined"}}"#, .node),
    ])
    func `The fix of a check has a class, which can depend on the place`(name: String, context: String, fixClass: FixClass) throws {
        let subject = try ScoringSubject.container(context)
        let standard = PodSecurityStandard(name.hasPrefix("baseline") ? .baseline : .restricted, .latest)
        let violation = try #require(standard.evaluate(subject).first { $0.name == name })
        #expect(violation.fixClass(in: subject) == fixClass)
        #expect(violation.fixClass(at: try #require(violation.findings.first).place, in: subject) == fixClass)
    }
}
