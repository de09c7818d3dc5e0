import KubernetesAPI
import Testing

@testable import AdmissionPolicy

/// The lines that `kubectl` prints after `Warning: `.
struct WarningLinesTests {
    static let mixed = PodSpec.of(.good("good"), .bare("bad")) { $0.serviceAccountName = nil }

    static func warnings(
        _ request: AdmissionRequest,
        by policy: ScorePolicy = .payments(at: .warn),
        mode: EnforcementMode = .enforce
    ) -> [String] {
        Decider(mode: mode).decide(request, by: policy).response.warnings
    }

    static let reasons = [
        "required: NonRoot (container \"bad\": set securityContext.runAsNonRoot)",
        "required: DropsAll (container \"bad\": set securityContext.capabilities.drop)",
        "+3 points: Account (Pod: set serviceAccountName)",
    ]
    static let sentence = "scores 0 of 8, below the minimum 6 of policy payments"

    @Test func `A warning says the score, the rules to fix and those with the most points`() {
        #expect(Self.warnings(.create(.pod(Self.mixed))) == ["Pod payments/web \(Self.sentence)"] + Self.reasons)
    }

    @Test func `If the mode prevents a denial, the warning says so`() {
        let lines = Self.warnings(.create(.pod(Self.mixed)), by: .payments(at: .enforce), mode: .warn)
        #expect(lines == ["would be denied: Pod payments/web \(Self.sentence)"] + Self.reasons)
    }

    @Test func `The warning for a workload says that its Pods would be denied`() {
        let lines = Self.warnings(.create(.workload(.deployment, Self.mixed)), by: .payments(at: .enforce))
        #expect(lines == ["its Pods would be denied: Deployment payments/web \(Self.sentence)"] + Self.reasons)
    }

    @Test func `The warning for a workload whose Pods would only be warned about says just that`() {
        let lines = Self.warnings(.create(.workload(.deployment, Self.mixed)))
        #expect(lines == ["Deployment payments/web \(Self.sentence)"] + Self.reasons)
    }

    @Test func `A change of one point says point`() {
        let pod = PodSpec.of(.good("app").with { $0.resources = ResourceRequirements() })
        let lines = Self.warnings(.create(.pod(pod)), by: .payments(.asking(8), at: .warn))
        #expect(lines.last == "+1 point: RequestsCPU (container \"app\": set resources.requests.cpu)")
    }

    @Test func `Names of containers are left out before a line gets too long`() {
        let names = ["a", "b", "c"].map { String(repeating: $0, count: 18) }
        var pod = PodSpec.of()
        pod.containers = names.map { .bare($0) }
        let lines = Self.warnings(.create(.pod(pod)), by: .payments(.asking(require: ["NonRoot"]), at: .warn))
        #expect(lines.last == "required: NonRoot (container \"\(names[0])\", \"\(names[1])\" and 1 more: set securityContext.runAsNonRoot)")
        #expect(lines.allSatisfy { $0.unicodeScalars.count <= 120 })
    }

    @Test func `Lines are cut, counted within the budget, and not repeated`() {
        let long = String(repeating: "x", count: 300)
        #expect(WarningLines.bounded([long]).map(\.utf8.count) == [256])
        #expect(WarningLines.bounded(["a", "b", "a"]) == ["a", "b"])
        let lines = WarningLines.bounded((10..<40).map { "\($0)" + long.prefix(200) } + ["short"])
        #expect(lines.count == 11)
        #expect(lines.last == "+21 more")
        #expect(WarningLines.bounded(["e\u{301}", "\u{E9}"]).count == 2)
    }
}
