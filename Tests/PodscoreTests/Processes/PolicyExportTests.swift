import Foundation
import TestSupport
import Testing

extension Processes {
    /// `podscore policy export` as an administrator types it.
    @Suite struct PolicyExportTests {
        private static let policy = """
            apiVersion: podscore.dev/v1alpha1
            kind: ScorePolicy
            metadata: {name: payments}
            spec:
              match: {namespaces: [payments], namespaceSelector: {matchLabels: {team: pay}}}
              enforce: {minimumScore: 4, require: [RunAsNonRoot], forbid: [HostPID]}
              namespaceLabels: ignore

            """
        private static let waiver = """
            apiVersion: podscore.dev/v1alpha1
            kind: ScoreWaiver
            metadata: {name: exporter}
            spec:
              match: {namespaces: [payments], images: ["quay.io/exporter:*"]}
              rules: [HostPID]
              expires: 2027-03-31
              owner: observability
              reason: reads host counters

            """
        private static let export = ["policy", "export", "--format", "validatingadmissionpolicy", "--today", "2027-01-01"]

        @Test func `All paths together are exported, and what is left out is said twice`() throws {
            let folder = try ScratchFolder()
            let paths = [try folder.write(Self.policy, to: "a.yaml"), try folder.write(Self.waiver, to: "b.yaml")]
            let run = try Run(Run.podscore, Self.export + paths)
            #expect(run.status == 0)
            let line = "left out: waiver exporter: what it allows until 2027-03-31 violates the exported policies"
            #expect(run.errors.hasPrefix("\(line)\nnote: "), "\(run.errors)")
            #expect(run.output.contains("\n# \(line)\n"))
            #expect(run.output.contains("\n  name: podscore-payments-enforce\n"))
            #expect(run.output == (try Run(Run.podscore, Self.export + paths)).output)
            let digests = run.output.split(separator: "\n").filter { $0.contains("podscore.dev/policy-digest: ") }
            #expect(digests.count == 3 && Set(digests).count == 1, "\(digests)")
            let json = try JSONSerialization.jsonObject(
                with: Data(try Run(Run.podscore, Self.export + ["--output", "json"] + paths).output.utf8)
            )
            #expect(((json as? [String: Any])?["items"] as? [Any])?.count == 3)
        }

        @Test func `--strict prints nothing if something is left out, and notes are no omissions`() throws {
            let folder = try ScratchFolder()
            let (policy, waiver) = (try folder.write(Self.policy, to: "a.yaml"), try folder.write(Self.waiver, to: "b.yaml"))
            let strict = try Run(Run.podscore, Self.export + ["--strict", policy, waiver])
            #expect(strict.status == 1 && strict.output.isEmpty && strict.errors.hasPrefix("left out: waiver exporter"), "\(strict)")
            let complete = try Run(Run.podscore, Self.export + ["--strict", policy])
            #expect(complete.status == 0 && complete.output.contains("podscore-payments-enforce"), "\(complete.errors)")
        }

        @Test func `The floor leaves out what a waiver names`() throws {
            let folder = try ScratchFolder()
            let paths = [try folder.write(Self.policy, to: "a.yaml"), try folder.write(Self.waiver, to: "b.yaml")]
            let run = try Run(Run.podscore, Self.export + ["--level", "floor", "--floor-minimum", "2"] + paths)
            #expect(run.status == 0)
            let line = "left out: policy payments: the floor leaves out HostPID, the minimum 2 in Namespaces payments, because of waivers\n"
            #expect(run.errors == line, "\(run.errors)")
            #expect(run.output.contains("podscore-payments-floor-2"))
            #expect(!run.output.contains("enforce\n") && !run.output.contains("Fail\n"))
        }

        @Test func `Arguments without a meaning are errors`() throws {
            let folder = try ScratchFolder()
            let policy = try folder.write(Self.policy, to: "a.yaml")
            for (arguments, error) in [
                ([], "PATH or --cluster is required"), ([policy, "--floor-minimum", "3"], "--floor-minimum needs --level floor"),
                ([policy, "--level", "floor", "--level", "warn"], "--level floor cannot be combined with other levels"),
                ([policy + "x"], "cannot read the policy"),
            ] {
                let run = try Run(Run.podscore, Self.export + arguments)
                #expect(run.status == 2 && run.errors.contains(error) && run.output.isEmpty, "\(run.errors)")
            }
            #expect(try Run(Run.podscore, ["policy", "export", policy]).status == 2)
        }
    }
}
