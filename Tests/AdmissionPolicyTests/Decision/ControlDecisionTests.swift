import KubernetesAPI
import PodScoring
import Synchronization
import Testing
import YAML

@testable import AdmissionPolicy

/// Required and forbidden rules under kubesec's rulesets, for which the checks of `podscore/v1` count.
struct ControlDecisionTests {
    private static func policy(
        _ level: ScorePolicy.Level,
        under ruleset: Ruleset = .kubesecV2,
        workloads: ScorePolicy.Workloads = .enforce
    ) -> ScorePolicy {
        .payments(enforce: level, workloads: workloads, ruleset: ruleset)
    }

    private static func summary(_ request: AdmissionRequest, _ level: ScorePolicy.Level, under ruleset: Ruleset = .kubesecV2) -> Summary {
        Decider.summary(request, by: policy(level, under: ruleset))
    }

    private static let nonRoot = Container.bare("good").with { $0.securityContext.runAsNonRoot = true }
    private static let mixed = PodSpec.of(nonRoot, .bare("bare"))

    @Test(arguments: [Ruleset.podscoreV1, .kubesecV2, .kubesecV20])
    func `A bare container next to a good one is denied under every ruleset`(ruleset: Ruleset) {
        let decision = Decider(mode: .enforce)
            .decide(.create(.pod(Self.mixed)), by: Self.policy(.asking(require: ["RunAsNonRoot"]), under: ruleset))
        #expect(decision.outcome == .deny)
        let reason = #"; required: RunAsNonRoot [check image] (container "bare": set securityContext.runAsNonRoot: true)"#
        #expect(decision.response.denial?.message.hasSuffix(reason) == true, "\(decision.response.denial?.message ?? "")")
        #expect(decision.response.denial?.causes.last?.field == "spec.containers[1].securityContext.runAsNonRoot")
    }

    @Test(arguments: [Ruleset.kubesecV2, .kubesecV20], WorkloadKind.allCases)
    func `A demand applies to every kind that has a Pod's specification`(ruleset: Ruleset, kind: WorkloadKind) {
        let spec = PodSpec.of(.bare("app").with { $0.securityContext.privileged = true })
        let object = kind == .pod ? KubernetesObject.pod(spec) : .workload(kind, spec)
        let request = AdmissionRequest.create(object, group: kind.group)
        let summary = Self.summary(request, .asking(forbid: ["Privileged"]), under: ruleset)
        #expect(summary.outcome == .deny && summary.violations == ["Privileged"])
    }

    @Test func `No minimum applies to a kind that the ruleset does not score`() {
        let request = AdmissionRequest.create(.workload(.replicationController, .of(.bare("app"))), group: "")
        #expect(Self.summary(request, .asking(5, forbid: ["Privileged"])) == Summary(.allow))
        #expect(Self.summary(request, .asking(5, require: ["RunAsNonRoot"])) == Summary(.deny, nil, ["RunAsNonRoot"]))
        let update = AdmissionRequest.update(
            .workload(.replicationController, .of(.bare("app", image: "b"))),
            from: .workload(.replicationController, .of(.bare("app", image: "a")))
        )
        #expect(Self.summary(update.with { $0.kind.group = "" }, .asking(require: ["RunAsNonRoot"])).outcome == .warn)
    }

    @Test func `A rule that kubesec does not have can be forbidden`() {
        let spec = PodSpec.of(.bare("app").with { $0.securityContext.capabilities.add = ["NET_ADMIN"] })
        #expect(Self.summary(.create(.pod(spec)), .asking(forbid: ["CapDangerous"])) == Summary(.deny, 3, ["CapDangerous"]))
    }

    @Test func `A required rule that does not apply on Windows is satisfied`() {
        let spec = PodSpec.of(.bare("app")) { $0.osName = "windows" }
        #expect(Self.summary(.create(.pod(spec)), .asking(require: ["CapDropAll"])) == Summary(.allow, 3))
    }

    @Test func `A match of kubesec that is only a similar spelling is not a violation`() {
        let spec = PodSpec.of(.bare("app").with { $0.securityContext.capabilities.add = ["XSYS_ADMINX"] })
        #expect(Self.summary(.create(.pod(spec)), .asking(forbid: ["CapSysAdmin"])) == Summary(.allow, -27))
    }

    // Ephemeral containers and resizes.

    @Test func `A new ephemeral container is evaluated by the strict checks`() {
        func session(_ change: (inout SecurityContext) -> Void) -> AdmissionRequest {
            EphemeralContainerDecisionTests.session(adding: [.bare("debug").with { change(&$0.securityContext) }])
        }
        let admin = session { $0.capabilities.add = ["sys_admin"] }
        let network = session { $0.capabilities.add = ["NET_ADMIN"] }
        let letters = session { $0.capabilities.drop = ["NET_ALLOW"] }
        #expect(Self.summary(admin, .asking(-99)) == Summary(.deny, nil, ["CapSysAdmin"]))
        #expect(Self.summary(letters, .asking(require: ["CapDropAll"])) == Summary(.deny, nil, ["CapDropAll"]))
        // kubesec deducts no points for it, so it counts only if a policy forbids it.
        #expect(Self.summary(network, .asking(-99)) == Summary(.allow))
        #expect(Self.summary(network, .asking(forbid: ["CapDangerous"])) == Summary(.deny, nil, ["CapDangerous"]))
    }

    @Test func `A debugging session in a Pod that shares the host has the violations of both`() {
        let old = PodSpec.of(.bare("app").with { $0.securityContext.capabilities.add = ["sys_admin"] }) { $0.hostPID = true }
        let request = EphemeralContainerDecisionTests.session(adding: [.bare("debug")], to: old)
        let level = ScorePolicy.Level.asking(require: ["RunAsNonRoot"], forbid: ["CapSysAdmin"])
        #expect(Self.summary(request, level) == Summary(.deny, -6, ["RunAsNonRoot", "CapSysAdmin"]))
    }

    @Test func `A resize that takes a limit from one of two containers is denied`() {
        func spec(_ limit: String?) -> PodSpec {
            let limited = Container.bare("a").with { $0.resources.limits.cpu = .quantity(Quantity("1")) }
            return .of(limited, .bare("b").with { $0.resources.limits.cpu = limit.map { .quantity(Quantity($0)) } })
        }
        let request = AdmissionRequest.update(.pod(spec(nil)), from: .pod(spec("1")), subResource: "resize")
        #expect(Self.summary(request, .asking(require: ["LimitsCPU"])) == Summary(.deny, nil, ["LimitsCPU"]))
        #expect(Self.summary(request, .asking(require: ["LimitsMemory"])) == Summary(.allow))
    }

    // Waivers.

    @Test func `A waiver covers the findings of the strict check`() {
        let policy = Self.policy(.asking(require: ["RunAsNonRoot"]))
        let waived = Decider.decide(.create(.pod(Self.mixed)), by: policy, [.of("RunAsNonRoot") { $0.containers = .of("bare") }])
        #expect(waived.outcome == .allow && waived.waivers.map(\.rules) == [["RunAsNonRoot"]])
        let other = Decider.decide(.create(.pod(Self.mixed)), by: policy, [.of("RunAsNonRoot") { $0.containers = .of("good") }])
        #expect(other.outcome == .deny && other.waivers.isEmpty)
    }

    @Test func `A waiver of a rule that kubesec does not have satisfies the demand`() {
        let spec = PodSpec.of(.bare("app").with { $0.securityContext.capabilities.add = ["NET_ADMIN"] })
        let decision = Decider.decide(.create(.pod(spec)), by: Self.policy(.asking(forbid: ["CapDangerous"])), [.of("CapDangerous")])
        #expect(decision.outcome == .allow && decision.score == 3 && decision.waivers.map(\.rules) == [["CapDangerous"]])
    }

    @Test func `A denial after the end of a waiver is announced`() {
        let policy = Self.policy(.asking(require: ["RunAsNonRoot"]))
        let decision = Decider.decide(.create(.pod(Self.mixed)), by: policy, [.of("RunAsNonRoot", expires: "2027-01-05")])
        #expect(decision.outcome == .warn && decision.deniedFrom?.description == "2027-01-06")
        #expect(decision.controls?.failure(ofRule: "RunAsNonRoot")?.findings.count == 1)
        let line = #"required: RunAsNonRoot [check image] (container "bare": set securityContext.runAsNonRoot: true)"#
        #expect(decision.response.warnings.contains(line), "\(decision.response.warnings)")
    }

    // The way to the minimum.

    @Test func `The shortest way begins with the demands, and lists the places of both checks`() throws {
        let level = ScorePolicy.Level.asking(5, require: ["RunAsNonRoot", "CapDropAll"], forbid: ["CapDangerous"])
        let spec = PodSpec.of(
            Self.nonRoot,
            .bare("bare").with { $0.securityContext.capabilities.add = ["NET_ADMIN"] }
        )
        let decision = Decider(mode: .enforce).decide(.create(.pod(spec)), by: Self.policy(level))
        #expect(decision.violations.map(\.id) == ["RunAsNonRoot", "CapDropAll", "CapDangerous", "minimumScore"])
        let message = try #require(decision.response.denial?.message)
        #expect(message.hasSuffix("; shortest way: +0 RunAsNonRoot, +2 CapDropAll, +0 CapDangerous"), "\(message)")
        let way = decision.response.denial?.causes.filter { $0.reason == "shortestWay" } ?? []
        #expect(
            way.map(\.field) == [
                "spec.containers[1].securityContext.runAsNonRoot", "spec.containers[0].securityContext.capabilities.drop",
                "spec.containers[1].securityContext.capabilities.add",
            ]
        )
    }

    @Test func `A change lists what the score's check needs beyond the demand's`() throws {
        // The rules of 2019 check requests although they are named for limits.
        let level = ScorePolicy.Level.asking(4, require: ["LimitsMemory"])
        let decision = Decider(mode: .enforce).decide(.create(.pod(.of(.bare("app")))), by: Self.policy(level, under: .kubesecV20))
        let message = try #require(decision.response.denial?.message)
        let change =
            #"+2 LimitsMemory [your value] (container "app": set resources.limits.memory; "#
            + #"container "app": set resources.requests.memory, which this ruleset checks)"#
        #expect(message.hasSuffix("shortest way: " + change), "\(message)")
    }

    // How often checks run.

    private static func counting(_ name: String, controls: Ruleset? = nil) -> (ruleset: Ruleset, counts: Counts) {
        let counts = Counts()
        let entries = ["Asked", "Unasked"].map { id in
            Ruleset.Entry(MadeUp.rule(id, .positive, .container, fix: "set it"), points: 1, kinds: .everyPodKind) { _ in
                counts.note(id)
                return .fails([Finding(.pod, "it")])
            }
        }
        return (Ruleset(name: name, isReleased: true, zeroFails: false, controls: controls, entries: entries), counts)
    }

    /// How often the check of each rule ran.
    private final class Counts: Sendable {
        private let asked = Mutex<[String: Int]>([:])

        func note(_ id: String) { asked.withLock { $0[id, default: 0] += 1 } }

        var all: [String: Int] { asked.withLock { $0 } }
    }

    @Test func `If the strict checks give the score, they run once`() {
        let strict = Self.counting("strict")
        let level = ScorePolicy.Level.asking(require: ["Asked"])
        #expect(Self.summary(.create(.pod(.of(.bare("a")))), level, under: strict.ruleset).violations == ["Asked"])
        #expect(strict.counts.all == ["Asked": 1, "Unasked": 1])
        let weighed = Self.counting("weighed")
        #expect(
            Self.summary(.create(.pod(.of(.bare("a")))), level, under: weighed.ruleset.overriding(points: [("Asked", 5)])).violations
                == ["Asked"]
        )
        #expect(weighed.counts.all == ["Asked": 1, "Unasked": 1])
    }

    @Test func `If another ruleset gives the score, only the strict checks of demanded rules run`() {
        let strict = Self.counting("strict")
        let lax = Self.counting("lax", controls: strict.ruleset)
        let level = ScorePolicy.Level.asking(require: ["Asked"])
        #expect(Self.summary(.create(.pod(.of(.bare("a")))), level, under: lax.ruleset).violations == ["Asked"])
        #expect(strict.counts.all == ["Asked": 1])
        #expect(lax.counts.all == ["Asked": 1, "Unasked": 1])
    }

    // What can be demanded.

    private static func problems(_ specification: String) -> [String] {
        let text = """
            {apiVersion: podscore.dev/v1alpha1, kind: ScorePolicy, metadata: {name: a}, spec: {match: {namespaces: [a]}, \(specification)}}
            """
        let documents = YAMLStream(Array(text.utf8)).compactMap { try? $0.get() }
        do {
            _ = try PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1).read([PolicySource(name: "p", documents: documents)])
            return []
        } catch {
            return error.problems.map { "\($0.what)" }
        }
    }

    @Test(arguments: Ruleset.all)
    func `Every rule about Pods can be demanded under every ruleset`(ruleset: Ruleset) {
        let rules = RuleCatalog.builtIn.filter { $0.id != "BindingsToSystemAnonymous" }
        let require = rules.filter { $0.polarity == .positive }.map(\.id).joined(separator: ", ")
        let forbid = rules.filter { $0.polarity == .negative }.map(\.id).joined(separator: ", ")
        #expect(Self.problems("ruleset: \(ruleset.name), enforce: {require: [\(require)], forbid: [\(forbid)]}") == [])
        #expect(Self.problems("ruleset: \(ruleset.name), enforce: {forbid: [BindingsToSystemAnonymous]}").count == 1)
    }

    @Test func `Points are those of the ruleset that gives the score`() {
        #expect(
            Self.problems("ruleset: kubesec/v2, points: {CapDangerous: -5}, enforce: {forbid: [CapDangerous]}")
                == ["ruleset kubesec/v2 has no rule CapDangerous"]
        )
    }
}
