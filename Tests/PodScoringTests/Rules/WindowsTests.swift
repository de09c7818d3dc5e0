import PodScoring
import Testing

/// Rules whose field Windows forbids do not apply to Windows Pods.
@Suite struct WindowsTests {
    /// The rules whose fields `validateWindows` allows.
    private static let applying: Set = [
        "HostNetwork", "ProcMount", "DockerSock", "SecretsAsEnvironmentVariables", "HostAliases", "ServiceAccountName",
        "AutomountServiceAccountToken", "RunAsNonRoot", "LimitsCPU", "LimitsMemory", "RequestsCPU", "RequestsMemory", "WindowsHostProcess",
        "HostPathVolume", "HostPort", "ImagePinnedByDigest",
    ]

    @Test func `Only rules whose fields Windows allows apply to a Windows Pod`() throws {
        let report = Scorer(.podscoreV1).score(try .pod(#"{"os": {"name": "windows"}, "hostPID": true, "containers": [{}]}"#))
        #expect(Set(report.results.map { report.entry(of: $0).rule.id }) == Self.applying)
        #expect(report.bestPossibleScore == 10)
        #expect(report.score == 0)
    }

    @Test(arguments: [#"{"os": {"name": "linux"}, "containers": [{}]}"#, #"{"containers": [{}]}"#, #"{"os": null, "containers": [{}]}"#])
    func `All rules apply to any other Pod`(spec: String) throws {
        #expect(Scorer(.podscoreV1).score(try .pod(spec)).bestPossibleScore == 21)
        #expect(Ruleset.podscoreV1.bestPossibleScore(for: .pod) == 21)
        #expect(Ruleset.podscoreV1.bestPossibleScore(for: .statefulSet) == 21)
    }

    @Test func `All of kubesec's rules apply to Windows Pods`() throws {
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
            (nil, #"User Manager\\ContainerAdministrator"#, ["spec.containers[0].\(userName)"]),
            (#"user manager\\containeradministrator"#, nil, ["spec.\(userName)"]),
            (#"User Manager\\ContainerAdministrator"#, #"User Manager\\ContainerUser"#, []),
            ("ContainerAdministrator2", nil, []),
            (nil, #"x\\y"#, []),
            (nil, nil, []),
        ] as [(String?, String?, [String])]
    )
    func `RunAsNonRoot fails for ContainerAdministrator`(pod: String?, container: String?, paths: [String]) throws {
        let (ofPod, ofContainer) = (Self.options(pod), Self.options(container))
        let spec = #""securityContext": {"runAsNonRoot": true, \#(ofPod)}, "containers": [{"securityContext": {\#(ofContainer)}}]"#
        let outcome = Ruleset.podscoreV1.outcome(of: "RunAsNonRoot", try .pod(#"{"os": {"name": "windows"}, \#(spec)}"#))
        #expect((outcome == .holds) == paths.isEmpty)
        #expect(outcome?.paths(in: .pod) == paths)
        #expect(Ruleset.podscoreV1.holds("RunAsNonRoot", try .pod("{\(spec)}")))
    }

    @Test func `An administrator without runAsNonRoot has both findings`() throws {
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
