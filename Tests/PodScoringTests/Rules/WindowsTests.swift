import PodScoring
import Testing

/// Correction 10: a Pod that runs on Windows is not asked for what Windows forbids.
@Suite struct WindowsTests {
    /// The rules that `validateWindows` leaves to a Windows Pod.
    private static let applying: Set = [
        "HostNetwork", "ProcMount", "DockerSock", "SecretsAsEnvironmentVariables", "HostAliases", "ServiceAccountName",
        "AutomountServiceAccountToken", "RunAsNonRoot", "LimitsCPU", "LimitsMemory", "RequestsCPU", "RequestsMemory", "WindowsHostProcess",
        "HostPathVolume", "HostPort", "ImagePinnedByDigest",
    ]

    @Test func `Just the rules that Windows allows apply`() throws {
        let report = Scorer(.podscoreV1).score(try .pod(#"{"os": {"name": "windows"}, "hostPID": true, "containers": [{}]}"#))
        #expect(Set(report.results.map { report.entry(of: $0).rule.id }) == Self.applying)
        #expect(report.bestPossibleScore == 10)
        #expect(report.score == 0)
    }

    @Test(arguments: [#"{"os": {"name": "linux"}, "containers": [{}]}"#, #"{"containers": [{}]}"#, #"{"os": null, "containers": [{}]}"#])
    func `Any other Pod is asked for everything`(spec: String) throws {
        #expect(Scorer(.podscoreV1).score(try .pod(spec)).bestPossibleScore == 21)
        #expect(Ruleset.podscoreV1.bestPossibleScore(for: .pod) == 21)
        #expect(Ruleset.podscoreV1.bestPossibleScore(for: .statefulSet) == 21)
    }

    @Test func `kubesec's rules do not know Windows`() throws {
        #expect(Scorer(.kubesecV2).score(try .pod(#"{"os": {"name": "windows"}, "containers": [{}]}"#)).bestPossibleScore == 19)
    }

    private static let userName = "securityContext.windowsOptions.runAsUserName"

    @Test(
        arguments: [
            ("ContainerUser", "ContainerUser", []),
            ("ContainerAdministrator", "ContainerUser", []),
            ("ContainerUser", "ContainerAdministrator", ["spec.containers[0].\(userName)"]),
            ("ContainerUser", "containeradministrator", ["spec.containers[0].\(userName)"]),
            ("ContainerAdministrator", nil, ["spec.\(userName)"]),
            (nil, "CONTAINERADMINISTRATOR", ["spec.containers[0].\(userName)"]),
            (nil, nil, []),
        ] as [(String?, String?, [String])]
    )
    func `RunAsNonRoot fails for the administrator`(pod: String?, container: String?, paths: [String]) throws {
        let (ofPod, ofContainer) = (Self.options(pod), Self.options(container))
        let spec = #""securityContext": {"runAsNonRoot": true, \#(ofPod)}, "containers": [{"securityContext": {\#(ofContainer)}}]"#
        let outcome = Ruleset.podscoreV1.outcome(of: "RunAsNonRoot", try .pod(#"{"os": {"name": "windows"}, \#(spec)}"#))
        #expect((outcome == .holds) == paths.isEmpty)
        #expect(outcome?.paths(in: .pod) == paths)
        #expect(Ruleset.podscoreV1.holds("RunAsNonRoot", try .pod("{\(spec)}")))
    }

    @Test func `An administrator without runAsNonRoot is told both`() throws {
        let container = #"{"securityContext": {\#(Self.options("ContainerAdministrator"))}}"#
        let outcome = Ruleset.podscoreV1.outcome(
            of: "RunAsNonRoot",
            try .pod(#"{"os": {"name": "windows"}, "containers": [\#(container)]}"#)
        )
        guard case .fails(let findings) = outcome else {
            Issue.record("holds")
            return
        }
        #expect(findings.map(\.field) == ["securityContext.runAsNonRoot", Self.userName])
        #expect(findings.map(\.fix) == [nil, "set securityContext.windowsOptions.runAsUserName: ContainerUser"])
    }

    private static func options(_ name: String?) -> String {
        #""windowsOptions": {"runAsUserName": \#(name.map { #""\#($0)""# } ?? "null")}"#
    }
}
