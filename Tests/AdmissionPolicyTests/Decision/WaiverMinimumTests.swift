import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// Waivers with a minimum score, and the Pods for which it counts.
struct WaiverMinimumTests {
    /// Scores 3 of 8.
    private static let bare = AdmissionRequest.create(.pod(.of(.bare("app"))))

    /// A waiver of nothing but the minimum for the image of ``bare``.
    private static func waiver(
        _ minimum: Int,
        _ rules: [String] = [],
        named name: String = "w",
        expires: String = "2027-12-31",
        images: [ImagePattern] = .of("registry.example/app:1")
    ) -> ScoreWaiver {
        var waiver = ScoreWaiver.of(named: name, expires: expires) { $0.images = images }
        waiver.rules = rules
        waiver.minimumScore = minimum
        return waiver
    }

    @Test(arguments: [(3, Decision.Outcome.allow, 3), (-5, .allow, -5), (4, .deny, 4), (6, .deny, 6), (9, .deny, 6)])
    func `The minimum of a waiver counts where the policy's is higher`(minimum: Int, outcome: Decision.Outcome, counting: Int) {
        let decision = Decider.decide(Self.bare, by: .payments(enforce: .asking(6)), [Self.waiver(minimum)])
        #expect(decision.outcome == outcome)
        #expect(decision.minimumScore == counting)
        #expect(decision.score == 3)
    }

    @Test func `It counts at every level, and gives none a minimum`() {
        let policy = ScorePolicy.payments(enforce: .asking(4), warn: .asking(8), audit: .asking(require: ["Account"]))
        #expect(Decider.decide(Self.bare, by: policy, []).outcome == .deny)
        let decision = Decider.decide(Self.bare, by: policy, [Self.waiver(3)])
        #expect(Summary(decision) == Summary(.allow, 3))
        #expect(decision.levels.map(\.minimumScore) == [3, 3, nil])
    }

    @Test func `It does not replace the waiver of a rule`() {
        let policy = ScorePolicy.payments(.asking(6, require: ["NonRoot"], forbid: ["Privileged"]), at: .enforce)
        let request = AdmissionRequest.create(.pod(.of(.bare("app").with { $0.securityContext.privileged = true })))
        #expect(Decider.decide(request, by: policy, [Self.waiver(-100)]).violations.map(\.id) == ["NonRoot", "Privileged"])
        let waived = Decider.decide(request, by: policy, [Self.waiver(3, ["NonRoot", "Privileged"])])
        #expect(Summary(waived) == Summary(.allow, 3))
        #expect(waived.response.auditAnnotations.last?.value == "w until 2027-12-31: Privileged, NonRoot, minimumScore 3")
    }

    @Test(arguments: [
        ("registry.example/app:1", Decision.Outcome.allow), ("registry.example/side:1", .deny), ("registry.example/app:2", .deny),
    ])
    func `It counts only for Pods whose every container has a named image`(image: String, outcome: Decision.Outcome) {
        let policy = ScorePolicy.payments(enforce: .asking(6))
        let side = Container.bare("side", image: image)
        #expect(Decider.decide(.create(.pod(.of(.bare("app"), side))), by: policy, [Self.waiver(3)]).outcome == outcome)
        let pod = PodSpec.of(.bare("app")) { $0.initContainers = [side] }
        #expect(Decider.decide(.create(.pod(pod)), by: policy, [Self.waiver(3)]).outcome == outcome)
        let both = Self.waiver(3, images: .of("registry.example/app:1", image))
        #expect(Decider.decide(.create(.pod(pod)), by: policy, [both]).outcome == .allow)
        // Each container alone would be covered by one of two waivers, but a minimum is about all of them.
        let two = [Self.waiver(3), Self.waiver(3, named: "v", images: .of(image))]
        #expect(Decider.decide(.create(.pod(pod)), by: policy, two).outcome == outcome)
    }

    @Test func `It does not count for a Pod with an ephemeral container`() {
        let pod = PodSpec.of(.bare("app")) { $0.ephemeralContainers = [.good("debug")] }
        let request = AdmissionRequest.update(.pod(pod), from: .pod(.of(.bare("app", image: "registry.example/app:0"))))
        #expect(Decider.decide(request, by: .payments(enforce: .asking(6)), [Self.waiver(3)]).outcome == .deny)
    }

    @Test func `A waiver is used only if the score is below the policy's minimum and not below its own`() {
        let policy = ScorePolicy.payments(enforce: .asking(6))
        let used = Decider.decide(Self.bare, by: policy, [Self.waiver(2)])
        #expect(used.waivers == [UsedWaiver(name: "w", expires: .init(daysSinceEpoch: 21_183), rules: [], minimumScore: 2)])
        #expect(used.response.auditAnnotations.last?.value == "w until 2027-12-31: minimumScore 2")
        var json = JSONWriter()
        json.beginObject()
        json.waivers(used.waivers)
        json.endObject()
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"waivers":[{"name":"w","expires":"2027-12-31","rules":[],"minimumScore":2}]}"#
        )
        #expect(Decider.decide(Self.bare, by: policy, [Self.waiver(4)]).waivers == [])
        #expect(Decider.decide(Self.bare, by: .payments(enforce: .asking(3)), [Self.waiver(2)]).waivers == [])
        let required = ScorePolicy.payments(enforce: .asking(3, require: ["NonRoot"]))
        let rule = Decider.decide(Self.bare, by: required, [Self.waiver(2, ["NonRoot"])])
        #expect(rule.waivers.map(\.exceptions) == ["NonRoot"])
    }

    @Test func `Of several waivers the one with the lowest minimum counts, and of equal ones the first`() {
        let waivers = [Self.waiver(5, named: "a"), Self.waiver(2, named: "b"), Self.waiver(2, named: "c"), Self.waiver(3, named: "d")]
        let decision = Decider.decide(Self.bare, by: .payments(enforce: .asking(6)), waivers)
        #expect(decision.waivers.map(\.name) == ["b"])
        #expect(decision.minimumScore == 2)
    }

    @Test func `A denial names the waiver that lowered the minimum`() {
        let denial = Decider.decide(Self.bare, by: .payments(enforce: .asking(6)), [Self.waiver(4)]).response.denial
        #expect(
            denial?.message.hasPrefix(
                "Pod payments/web scores 3 of 8, below the minimum 4 of policy payments, lowered by waiver w; shortest way: "
            ) == true
        )
        let plain = Decider.decide(Self.bare, by: .payments(enforce: .asking(6)), [Self.waiver(6)]).response.denial
        #expect(plain?.message.contains("lowered") == false)
    }

    @Test func `It also lowers a minimum that a label of the Namespace has raised`() {
        let labels = NamespaceLabels(MinimumLabel.keys) { $0 == MinimumLabel.enforce.rawValue ? "8" : nil }
        let policies = { (waiver: ScoreWaiver) in
            PolicySet(
                policies: [.payments(enforce: .asking(2))],
                waivers: [waiver],
                builtInDefault: .builtInDefault(under: .podscoreV1),
                ownNamespace: ""
            )
        }
        let decide = { Decider(mode: .enforce).decide(Self.bare, by: policies($0), knowing: .labels(labels)) }
        #expect(decide(Self.waiver(3)).outcome == .allow)
        let denied = decide(Self.waiver(5)).response.denial?.message
        #expect(denied?.contains("below the minimum 5 of policy payments, lowered by waiver w") == true)
    }

    @Test(arguments: [(3, Decision.Outcome.allow, 3), (4, .deny, 4), (6, .deny, 5)])
    func `It is not scaled for Windows`(minimum: Int, outcome: Decision.Outcome, counting: Int) {
        let pod = PodSpec.of(.bare("app")) { $0.osName = "windows" }
        let decision = Decider.decide(.create(.pod(pod)), by: .payments(enforce: .asking(8)), [Self.waiver(minimum)])
        #expect(decision.outcome == outcome)
        #expect(decision.minimumScore == counting)
        #expect(decision.response.denial?.message.contains("scaled for Windows") ?? false == (minimum == 6))
    }

    @Test(arguments: [("2026-12-17", Decision.Outcome.allow), ("2026-12-18", .warn), ("2027-01-01", .warn), ("2027-01-02", .deny)])
    func `The end of a waiver with a minimum is announced`(day: String, outcome: Decision.Outcome) {
        let waiver = Self.waiver(3, named: "legacy", expires: "2027-01-01")
        let decision = Decider.decide(Self.bare, by: .payments(enforce: .asking(5)), [waiver], on: day)
        #expect(decision.outcome == outcome)
        guard outcome == .warn else { return }
        #expect(
            decision.response.warnings == [
                "would be denied from 2027-01-02: Pod payments/web scores 3 of 8, below the minimum 5 of policy payments",
                "waiver legacy expires 2027-01-01; owner: ops",
                "+3 points: DropsAll (container \"app\": set securityContext.capabilities.drop)",
            ]
        )
    }

    @Test func `A later step of a ramp denies nothing for which a waiver lowers the minimum`() {
        var level = ScorePolicy.Level.asking(2)
        level.ramp = [ScorePolicy.RampStep(date: CivilDate.today.advanced(byDays: 5), minimumScore: 6)]
        let policy = ScorePolicy.payments(enforce: level)
        #expect(Decider.decide(Self.bare, by: policy, []).deniedFrom != nil)
        #expect(Summary(Decider.decide(Self.bare, by: policy, [Self.waiver(3)])) == Summary(.allow, 3))
        #expect(Decider.decide(Self.bare, by: policy, [Self.waiver(4)]).deniedFrom == CivilDate.today.advanced(byDays: 5))
    }

    @Test func `An update of a workload is compared with the lowered minimum`() {
        let policy = ScorePolicy.payments(enforce: .asking(6), workloads: .enforce)
        let good = KubernetesObject.workload(.deployment, .of(.good("app")))
        let bare = KubernetesObject.workload(.deployment, .of(.bare("app")))
        let other = KubernetesObject.workload(.deployment, .of(.bare("app", image: "registry.example/app:2")))
        let outcome = { (new: KubernetesObject, old: KubernetesObject) in
            Decider.decide(.update(new, from: old), by: policy, [Self.waiver(3)]).outcome
        }
        #expect(Decider.decide(.update(bare, from: good), by: policy, []).outcome == .deny)
        #expect(outcome(bare, good) == .allow)
        #expect(outcome(bare, other) == .allow)
        #expect(outcome(other, good) == .deny)
        // It is no worse than before, though its Pods are not covered any more.
        #expect(outcome(other, bare) == .warn)
    }
}
