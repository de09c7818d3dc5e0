import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// Properties of waivers, tested with many Pods.
struct WaiverPropertyTests {
    /// Numbers that are the same in every run.
    struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }

        mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
    }

    private static let rules = [
        "Account", "DropsAll", "DropsAny", "NonRoot", "RequestsCPU", "Privileged", "HostPID", "HostFolder", "Cheap", "Confined",
        "baseline/privileged", "baseline/hostNamespaces", "restricted/runAsNonRoot",
    ]

    static func pod(_ numbers: inout Numbers) -> PodSpec {
        func container(_ name: String, _ numbers: inout Numbers) -> Container {
            var container = numbers.chance(50) ? Container.good(name) : .bare(name, image: numbers.chance(50) ? "a/b" : "c/d")
            if numbers.chance(30) { container.securityContext.privileged = true }
            if numbers.chance(30) { container.securityContext.procMount = "Unmasked" }
            if numbers.chance(30) { container.securityContext.runAsNonRoot = nil }
            return container
        }
        var pod = PodSpec()
        if numbers.chance(70) { pod.serviceAccountName = "app" }
        if numbers.chance(40) { pod.hostPID = true }
        if numbers.chance(20) { pod.securityContext.seccompProfile.type = "Unconfined" }
        if numbers.chance(20) { pod.osName = "windows" }
        pod.containers = ["x", "y", "z"].prefix(Int.random(in: 1...3, using: &numbers)).map { container($0, &numbers) }
        if numbers.chance(30) { pod.initContainers = [container("i", &numbers)] }
        if numbers.chance(15) { pod.ephemeralContainers = [container("e", &numbers)] }
        return pod
    }

    static func waiver(_ number: Int, _ numbers: inout Numbers) -> ScoreWaiver {
        let rules = rules.filter { _ in numbers.chance(30) }
        let expires = ["2026-12-31", "2027-01-03", "2027-12-31"].randomElement(using: &numbers) ?? "2027-12-31"
        var waiver = ScoreWaiver.of(named: "w\(number)", expires: expires) { match in
            if numbers.chance(40) { match.containers = numbers.chance(50) ? .of("x", "i") : .of("y*", "z") }
            if numbers.chance(20) { match.images = .of("a/*") }
            if numbers.chance(20) { match.serviceAccounts = .of("app") }
        }
        waiver.rules = rules
        if numbers.chance(30) { waiver.minimumScore = Int.random(in: -20...8, using: &numbers) }
        return waiver
    }

    private static func rank(_ decision: Decision) -> Int {
        switch decision.outcome {
        case .allow, .exempt, .unchanged: 0
        case .audit: 1
        case .warn: 2
        case .deny: 3
        }
    }

    @Test(arguments: 0..<8) func `A waiver makes no decision worse and gives no more than fixing the rules`(seed: Int) {
        var numbers = Numbers(state: UInt64(seed) &* 1_000_003)
        let standard = PodSecurityStandard(.restricted, PodSecurityVersion(minor: 31))
        var level = ScorePolicy.Level.asking(4, require: ["NonRoot", "DropsAll"], forbid: ["Privileged", "Cheap"], standard: standard)
        level.ramp = [ScorePolicy.RampStep(date: CivilDate.today.advanced(byDays: 5), minimumScore: 6)]
        let policy = ScorePolicy.payments(enforce: level, warn: .asking(7), audit: .strict, workloads: .enforce)
        for _ in 0..<25 {
            let (pod, old) = (Self.pod(&numbers), Self.pod(&numbers))
            let requests: [AdmissionRequest] = [
                .create(.pod(pod)), .create(.workload(.deployment, pod)),
                .update(.workload(.deployment, pod), from: .workload(.deployment, old)),
                .update(.pod(pod), from: .pod(old), subResource: "ephemeralcontainers"),
            ]
            for request in requests {
                let plain = Decider(mode: .enforce).decide(request, by: policy)
                var waivers: [ScoreWaiver] = []
                var before = plain
                for number in 0..<4 {
                    waivers.append(Self.waiver(number, &numbers))
                    let decision = Decider(mode: .enforce).decide(request, by: policy, waivers: waivers)
                    // A later denial means that the Pod is not denied today.
                    #expect(Self.rank(decision) <= Self.rank(before))
                    #expect((decision.score ?? 0) >= (before.score ?? 0))
                    #expect((decision.score ?? 0) <= Self.scoreAfterFixing(plain, waivers))
                    before = decision
                }
            }
        }
    }

    /// The score of the Pod after fixing every failing rule of any waiver.
    private static func scoreAfterFixing(_ decision: Decision, _ waivers: [ScoreWaiver]) -> Int {
        let named = Set(waivers.flatMap(\.rules))
        return (decision.evaluation?.failures ?? []).reduce(decision.score ?? 0) { score, failure in
            let entry = MadeUp.ruleset.entries[failure.index]
            return named.contains(entry.rule.id) ? score + abs(entry.points) : score
        }
    }
}
