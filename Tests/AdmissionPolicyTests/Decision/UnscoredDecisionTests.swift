import KubernetesAPI
import Testing

@testable import AdmissionPolicy

/// The rows without a score, and objects that cannot be evaluated.
struct UnscoredDecisionTests {
    static let bare = PodSpec.of(.bare("app"))

    static let rows: [(what: String, request: AdmissionRequest)] = [
        ("DELETE", deletion(of: .pod(bare))),
        ("DELETE of a workload", deletion(of: .workload(.deployment, bare))),
        ("CONNECT", .create(.pod(bare)).with { $0.operation = .connect }),
        ("pods/status without an object", .update(.pod(bare), from: nil, subResource: "status").with { $0.object = .absent }),
        (
            "pods/eviction",
            .create(.pod(bare)).with {
                $0.subResource = "eviction"
                $0.kind.kind = "Eviction"
            }
        ),
        ("deployments/status", .update(.workload(.deployment, bare), from: nil, subResource: "status")),
        ("ConfigMap", .create(.pod(bare)).with { $0.kind.kind = "ConfigMap" }),
        ("a namesake in another group", .create(.workload(.deployment, bare), group: "example.com")),
        ("a Pod in another group", .create(.pod(bare), group: "example.com")),
        (
            "unreadable but of no interest",
            .create(.pod(bare)).with { request in
                request.kind.kind = "ConfigMap"
                request.object = .undecodable(DecodingFailure(.missingField("spec"), at: .byteOffset(7)))
            }
        ),
    ]

    private static func deletion(of object: KubernetesObject) -> AdmissionRequest {
        AdmissionRequest.create(object).with {
            $0.operation = .delete
            $0.oldObject = $0.object
            $0.object = .absent
        }
    }

    @Test(arguments: rows.indices, At.allCases) func `A request that no row evaluates is allowed without a score`(index: Int, at: At) {
        let decision = Decider(mode: .enforce).decide(Self.rows[index].request, by: .payments(at: at, workloads: .enforce))
        #expect(Summary(decision) == Summary(.allow), "\(Self.rows[index].what)")
        #expect(decision.response.isAllowed)
        #expect(decision.response.uid == "u-1")
    }

    @Test(arguments: ["status", "resize2", "binding"]) func `Any other subresource with a Pod is an update`(subResource: String) {
        func decide(_ object: PodSpec, from old: PodSpec?) -> Decision {
            let request = AdmissionRequest.update(.pod(object), from: old.map { .pod($0) }, subResource: subResource)
            return Decider(mode: .enforce).decide(request, by: .payments(at: .enforce))
        }
        #expect(decide(Self.bare, from: Self.bare).outcome == .unchanged)
        #expect(decide(.of(.bare("other")), from: Self.bare).outcome == .deny)
        #expect(decide(Self.bare, from: nil).outcome == .deny)
        #expect(decide(.of(.good("other")), from: Self.bare).outcome == .allow)
        let unreadable = AdmissionRequest.update(.pod(Self.bare), from: .pod(Self.bare), subResource: subResource)
            .with { $0.object = Self.unreadable[1] }
        #expect(Decider(mode: .enforce).decide(unreadable, by: .payments(at: .enforce)).outcome == .deny)
    }

    static let unreadable: [AdmissionRequest.Payload] = [
        .absent, .undecodable(DecodingFailure(.wrongType(expected: .object, found: .array), at: .byteOffset(812))),
        .decoded(.workload(.deployment, bare)),
    ]

    @Test(arguments: unreadable, ["", "ephemeralcontainers", "resize"])
    func `A Pod that cannot be read is denied as invalid if the policy denies`(object: AdmissionRequest.Payload, subResource: String) {
        let request = AdmissionRequest.create(.pod(Self.bare)).with {
            $0.object = object
            $0.subResource = subResource
        }
        let decision = Decider(mode: .enforce).decide(request, by: .payments(at: .enforce))
        #expect(Summary(decision) == Summary(.deny, nil, ["undecodable"]))
        #expect(decision.response.denial?.code == 422)
        #expect(decision.response.denial?.reason == "Invalid")
        #expect(decision.response.denial?.causes.count == 1)
    }

    @Test(arguments: [(At.warn, Decision.Outcome.warn), (.audit, .audit)])
    func `A Pod that cannot be read is allowed with a warning if the policy does not deny`(at: At, outcome: Decision.Outcome) {
        let request = AdmissionRequest.create(.pod(Self.bare)).with { $0.object = Self.unreadable[1] }
        let decision = Decider(mode: .enforce).decide(request, by: .payments(at: at))
        #expect(Summary(decision) == Summary(outcome, nil, ["undecodable"], warns: true))
        #expect(
            decision.response.warnings == [
                "Pod payments/web cannot be evaluated by policy payments: expected object, found array at byte 812"
            ]
        )
    }

    @Test func `A workload that cannot be read is denied only if workloads are`() {
        let request = AdmissionRequest.create(.workload(.deployment, Self.bare)).with { $0.object = .absent }
        #expect(Decider.summary(request, by: .payments(at: .enforce)) == Summary(.warn, nil, ["undecodable"]))
        #expect(Decider.summary(request, by: .payments(at: .enforce, workloads: .enforce)).outcome == .deny)
        #expect(Decider.summary(request, by: .payments(at: .enforce, workloads: .ignore)) == Summary(.allow))
    }

    @Test func `The server's mode limits the denial of what cannot be read`() {
        let request = AdmissionRequest.create(.pod(Self.bare)).with { $0.object = .absent }
        let warned = Decider(mode: .warn).decide(request, by: .payments(at: .enforce))
        #expect(Summary(warned) == Summary(.warn, nil, ["undecodable"]))
        #expect(warned.wouldDeny)
        #expect(
            warned.response.warnings == [
                "would be denied: Pod payments/web cannot be evaluated by policy payments: the request carries no object"
            ]
        )
        let audited = Decider(mode: .audit).decide(request, by: .payments(at: .enforce))
        #expect(Summary(audited) == Summary(.audit, nil, ["undecodable"], warns: false))
        #expect(audited.wouldDeny)
    }
}
