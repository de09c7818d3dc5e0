import KubernetesAPI
import Testing

@testable import PodScoring

@Suite struct StandardSetTests {
    private static let versions = [0, 8, 19, 22, 25, 31, 35].map { PodSecurityVersion(minor: $0) } + [.latest]
    private static let standards = versions.flatMap { [PodSecurityStandard(.baseline, $0), PodSecurityStandard(.restricted, $0)] }

    /// A Pod that violates many checks, some of them from one version on.
    private static let subject: ScoringSubject = {
        var pod = PodSpec()
        pod.hostNetwork = true
        pod.securityContext.sysctls = ["kernel.shm_rmid_forced", "net.ipv4.tcp_rmem", "kernel.msgmax"]
        var container = Container()
        container.name = "a"
        container.securityContext.privileged = true
        container.securityContext.procMount = "Unmasked"
        container.securityContext.seLinuxOptions = SELinuxOptions()
        container.securityContext.seLinuxOptions?.type = "container_engine_t"
        pod.containers = [container, Container()]
        pod.ephemeralContainers = [Container(), container]
        return ScoringSubject(pod: pod, context: .admittedPod)
    }()

    @Test(arguments: standards)
    func `Each standard finds in a set what it finds alone`(standard: PodSecurityStandard) throws {
        let all = StandardSet(Self.standards)
        let whole = try #require(all.findings(in: Self.subject).first { $0.standard == standard })
        #expect(whole.violations == standard.evaluate(Self.subject))
        #expect(!whole.violations.isEmpty)
        let alone = StandardSet([standard]).findings(inEphemeralContainers: [1], of: Self.subject)
        let part = try #require(all.findings(inEphemeralContainers: [1], of: Self.subject).first { $0.standard == standard })
        #expect(alone.map(\.violations) == [part.violations])
        #expect(!part.violations.isEmpty)
    }

    @Test func `A standard that is given twice counts once, in the order in which they were given`() {
        let (baseline, restricted) = (PodSecurityStandard(.baseline, .latest), PodSecurityStandard(.restricted, .latest))
        let set = StandardSet([restricted, baseline, restricted])
        #expect(set.standards == [restricted, baseline])
        #expect(set.findings(in: Self.subject).map(\.standard) == [restricted, baseline])
    }

    @Test func `Without standards nothing is found`() {
        #expect(StandardSet([]).findings(in: Self.subject).isEmpty)
        #expect(StandardSet([]).findings(inEphemeralContainers: [0], of: Self.subject).isEmpty)
    }

    @Test func `Where the whole Pod counts, its findings stand for those of its ephemeral containers`() throws {
        let set = StandardSet([PodSecurityStandard(.baseline, .latest)])
        let whole = set.findings(in: Self.subject)
        let findings = try #require(set.findings(inEphemeralContainers: [1], of: Self.subject, besides: whole).first)
        #expect(findings.violations == whole.first?.violations)
    }
}
