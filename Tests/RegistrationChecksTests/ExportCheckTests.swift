import KubernetesAPI
import Testing

@testable import RegistrationChecks

/// Exported policies of a cluster, compared with what an export writes.
@Suite struct ExportCheckTests {
    private static func object(_ policy: String = "payments", _ level: String = "enforce", digest: String? = "1", isBinding: Bool = false)
        -> ExportedObject
    {
        ExportedObject(name: "podscore-\(policy)-\(level)", policy: policy, level: level, digest: digest, isBinding: isBinding)
    }

    private static func findings(_ objects: [ExportedObject], digests: [String: String] = ["payments enforce": "1"])
        -> [RegistrationFinding]
    {
        let bindings = objects.filter { !$0.isBinding }.map {
            ExportedObject(name: $0.name, policy: $0.policy, level: $0.level, digest: $0.digest, isBinding: true)
        }
        return ExportCheck { policy, levels, _ in digests["\(policy) \(levels.joined(separator: ","))"] }.findings(in: objects + bindings)
    }

    @Test func `An export with today's digest is no problem`() {
        #expect(Self.findings([Self.object()]) == [])
        #expect(Self.findings([]) == [])
    }

    @Test(arguments: ["2", nil]) func `Another digest, or none, is outdated`(digest: String?) throws {
        let finding = try #require(Self.findings([Self.object(digest: digest)]).first)
        #expect(finding.fault == .exportOutdated && finding.severity == .warning)
        #expect(finding.problem.contains("the export of policy payments differs"))
    }

    @Test func `The floor is one export, and the other levels together are another`() {
        let objects = [Self.object("payments", "warn"), Self.object("payments", "floor", digest: "3"), Self.object()]
        #expect(Self.findings(objects, digests: ["payments warn,enforce": "1", "payments floor": "3"]) == [])
        let findings = Self.findings(objects, digests: ["payments warn,enforce": "1", "payments floor": "1"])
        #expect(findings.map(\.problem) == ["the floor of policy payments differs from what podscore policy export writes today"])
    }

    @Test func `An export whose policy is gone can be deleted`() throws {
        let finding = try #require(Self.findings([Self.object("old", "floor")]).first)
        #expect(finding.problem == "the floor of policy old is still in the cluster, but the policy has nothing to export")
        #expect(finding.fix.hasSuffix("-l podscore.dev/policy=old,podscore.dev/level=floor"))
    }

    @Test func `A policy without a binding has no effect`() {
        let check = ExportCheck { _, _, _ in "1" }
        #expect(check.findings(in: [Self.object()]).map(\.fault) == [.exportUnbound])
        #expect(
            check.findings(in: [Self.object(), Self.object("payments", "warn"), Self.object(isBinding: true)]).map(\.fault) == [
                .exportUnbound
            ]
        )
        #expect(check.findings(in: [Self.object(), Self.object(isBinding: true)]) == [])
    }

    @Test func `The metadata of exported objects are read, and others left out`() throws {
        let labels = #""labels":{"app.kubernetes.io/name":"podscore","podscore.dev/policy":"payments","podscore.dev/level":"floor"}"#
        let text =
            #"{"metadata":{"name":"podscore-payments-floor","# + labels
            + #","annotations":{"podscore.dev/policy-digest":"1","other":"2"}}}"#
        let read = try ExportedObject(reading: Array(text.utf8).span, isBinding: false)
        #expect(read == Self.object("payments", "floor"))
        #expect(try ExportedObject(reading: Array(#"{"metadata":{"name":"other","labels":{}}}"#.utf8).span, isBinding: true) == nil)
    }
}
