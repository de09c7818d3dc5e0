import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// Requests whose names try to inject text into the output of the API server, `kubectl` and the audit log.
struct HostileDecisionTests {
    static let hostile: [String] = [
        "\n", "\r", "\t", "\0", "\u{1B}[2J", "\u{7F}", "\u{85}", "\u{9B}31m", "\u{61C}", "\u{200E}", "\u{2028}", "\u{2029}", "\u{202E}",
        "\u{2066}",
    ]

    @Test(arguments: hostile, [EnforcementMode.enforce, .warn, .audit])
    func `No text of an answer has a hidden character`(text: String, mode: EnforcementMode) {
        let name = "a\(text)b"
        let bare = Container.bare(name, image: name).with { container in
            container.securityContext.privileged = true
            container.securityContext.capabilities.add = [name]
            container.securityContext.procMount = name
        }
        let pod = PodSpec.of(bare) { pod in
            pod.hostPID = true
            pod.serviceAccountName = name
            pod.initContainers = [bare]
        }
        let strict = ScorePolicy.Level.asking(
            8,
            require: ["NonRoot", "DropsAll"],
            forbid: ["Privileged"],
            standard: PodSecurityStandard(.restricted, .latest)
        )
        var exempt = Exemptions()
        exempt.users = ["exempt\(text)"]
        let policy = ScorePolicy.payments(enforce: strict, warn: strict, audit: strict, workloads: .enforce, exempt: exempt)
        var requests: [AdmissionRequest] = []
        for object in [KubernetesObject.pod(pod, name: name), .workload(.deployment, pod) { $0.name = name }] {
            let request = AdmissionRequest.create(object).with { request in
                request.namespace = name
                request.userInfo.username = name
            }
            requests += [
                request, request.with { $0.userInfo.username = "exempt\(text)" }, request.with { $0.subResource = "ephemeralcontainers" },
                request.with { $0.object = .undecodable(DecodingFailure(.unknownValue(name, allowed: name), at: .byteOffset(1))) },
            ]
        }
        for request in requests {
            let response = Decider(mode: mode, today: .today).decide(request, by: policy).response
            var texts = response.warnings + response.auditAnnotations.map(\.value)
            if let denial = response.denial {
                texts.append(denial.message)
                texts += denial.causes.flatMap { [$0.reason, $0.message, $0.field] }
            }
            for text in texts { #expect(!text.unicodeScalars.contains(where: VisibleText.isHidden), "\(text)") }
        }
    }
}
