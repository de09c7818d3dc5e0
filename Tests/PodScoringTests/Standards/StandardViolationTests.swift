import KubernetesAPI
import PodScoring
import Testing

/// The texts of violations, and the judgement of ephemeral containers.
@Suite struct StandardViolationTests {
    @Test func `A violation has the level of its check, not that of the standard`() throws {
        let subject = try ScoringSubject.pod(#"{"hostPID": true, "containers": [{"name": "a"}]}"#)
        let violations = PodSecurityStandard(.restricted, PodSecurityVersion(minor: 0)).evaluate(subject)
        #expect(violations.map(\.name) == ["baseline/hostNamespaces", "restricted/runAsNonRoot"])
        #expect(violations.map(\.isContainerScoped) == [false, true])
        #expect(violations.map(\.fix) == ["remove hostNetwork, hostPID and hostIPC", "set securityContext.runAsNonRoot: true"])
        #expect(violations.first?.findings == [Finding(.pod, "hostPID", fix: "remove hostPID")])
    }

    @Test(arguments: [
        ("spec", ""), ("template.spec", "template."), ("spec.jobTemplate.spec.template.spec", "spec.jobTemplate.spec.template."),
    ])
    func `The path of an annotation is in the metadata beside the spec`(specification: String, prefix: String) {
        #expect(Finding(.metadata, "annotations['a']").path(below: specification) == prefix + "metadata.annotations['a']")
    }

    /// A Pod that violates most checks, with an ephemeral container that has these members.
    private func violations(ofEphemeral members: String, pod: String = "{}") throws -> [StandardViolation] {
        let bad = #"{"name": "bad", "securityContext": {"privileged": true}}"#
        let spec = """
            {"hostPID": true, "securityContext": \(pod), "containers": [\(bad)], "volumes": [{"name": "a", "hostPath": {}}],
             "ephemeralContainers": [\(bad), {"name": "new", \(members)}]}
            """
        let annotations = #"{"container.apparmor.security.beta.kubernetes.io/bad": "unconfined"}"#
        let subject = try ScoringSubject.pod(spec, annotations: annotations)
        let standard = PodSecurityStandard(.restricted, .latest)
        return try #require(StandardSet([standard]).findings(inEphemeralContainers: [1], of: subject).first).violations
    }

    private static let hardened = #""allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}"#
    private static let confined = #""runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}"#

    @Test func `An ephemeral container is judged without the rest of the Pod`() throws {
        #expect(try violations(ofEphemeral: #""securityContext": {\#(Self.hardened), \#(Self.confined)}"#) == [])
    }

    @Test func `An ephemeral container inherits the values of the Pod`() throws {
        let members = #""securityContext": {\#(Self.hardened)}"#
        #expect(try violations(ofEphemeral: members, pod: "{\(Self.confined)}") == [])
        let root = try violations(ofEphemeral: members, pod: #"{"runAsNonRoot": false, "runAsUser": 0, "seccompProfile": {}}"#)
        #expect(root.map(\.name) == ["restricted/runAsNonRoot", "restricted/runAsUser", "restricted/seccompProfile_restricted"])
        #expect(root.flatMap(\.findings).allSatisfy { $0.place == .container(.ephemeralContainers, 1) })
    }

    @Test func `An ephemeral container's own value overrides the Pod's`() throws {
        let members = #""securityContext": {\#(Self.hardened), \#(Self.confined), "runAsUser": 7}"#
        #expect(try violations(ofEphemeral: members, pod: #"{"runAsNonRoot": false, "runAsUser": 0}"#) == [])
    }

    @Test func `A missing ephemeral container has no violations`() throws {
        let subject = try ScoringSubject.pod("{}")
        let findings = StandardSet([PodSecurityStandard(.restricted, .latest)]).findings(inEphemeralContainers: [0], of: subject)
        #expect(findings.map(\.violations) == [[]])
    }
}
