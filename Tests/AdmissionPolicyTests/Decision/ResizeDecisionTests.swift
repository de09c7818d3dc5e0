import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// The row for `pods/resize`.
struct ResizeDecisionTests {
    static let level = ScorePolicy.Level.asking(7, require: ["NonRoot", "RequestsCPU"], forbid: ["Privileged"])
    static let withRequest = Container.bare("app").with { $0.resources.requests.cpu = .quantity(Quantity("1")) }

    static func resize(_ container: Container, from old: Container) -> AdmissionRequest {
        .update(.pod(.of(container)), from: .pod(.of(old)), subResource: "resize")
    }

    @Test(arguments: At.allCases) func `The loss of a required request is found at each level`(at: At) {
        let summary = Decider.summary(Self.resize(.bare("app"), from: Self.withRequest), by: .payments(Self.level, at: at))
        #expect(summary == Summary(at.outcome, nil, ["RequestsCPU"]))
    }

    @Test(arguments: [
        (withRequest, withRequest), (.bare("app"), .bare("app")), (withRequest, .bare("app")),
        (withRequest.with { $0.securityContext.privileged = true }, .good("app")),
    ]) func `Nothing else about a resize is evaluated`(new: Container, old: Container) {
        #expect(Decider.summary(Self.resize(new, from: old), by: .payments(Self.level, at: .enforce)) == Summary(.allow))
    }

    @Test func `A request that no level requires may be removed`() {
        let request = Self.resize(.bare("app"), from: Self.withRequest)
        #expect(Decider.summary(request, by: .payments(at: .enforce)) == Summary(.allow))
    }

    @Test func `Without a readable old Pod the Pod is evaluated as new`() {
        let request = Self.resize(.bare("app"), from: Self.withRequest).with { $0.oldObject = .absent }
        let summary = Decider.summary(request, by: .payments(Self.level, at: .enforce))
        #expect(summary == Summary(.deny, 3, ["NonRoot", "RequestsCPU", "minimumScore"]))
    }
}
