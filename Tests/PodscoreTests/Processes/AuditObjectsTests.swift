import Foundation
import TestSupport
import Testing

extension Processes {
    /// `podscore audit --format openreports` and `policyreport`.
    @Suite struct AuditObjectsTests {
        private static let input = """
            {"apiVersion": "v1", "kind": "List", "items": [
              {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bad", "namespace": "shop", "uid": "u-1"},
               "spec": {"hostPID": true, "containers": [{"name": "a", "image": "i"}]}},
              {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "good", "namespace": "shop", "uid": "u-2"},
               "spec": {"containers": [{"name": "a", "image": "i"}]}}]}
            """

        /// The reports as JSON.
        private static func items(_ run: Run) throws -> [[String: Any]] {
            let list = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
            return list?["items"] as? [[String: Any]] ?? []
        }

        @Test(arguments: [("openreports", "Report"), ("policyreport", "PolicyReport")])
        func `Each owner is an object, and the exit status is as for other formats`(format: String, kind: String) throws {
            let run = try Run.podscore("audit", "--forbid", "HostPID", "--format", format, "-", input: Self.input)
            #expect(run.status == 1, "\(run.errors)")
            let items = try Self.items(run)
            #expect(items.map { $0["kind"] as? String } == [kind, kind])
            #expect(items.map { ($0["summary"] as? [String: Int])?["fail"] } == [1, 0])
            let again = try Run.podscore("audit", "--forbid", "HostPID", "--format", format, "-", input: Self.input)
            #expect(again.output == run.output)
            #expect(try Run.podscore("audit", "--forbid", "HostNetwork", "--format", format, "-", input: Self.input).status == 0)
        }

        @Test func `Input that is cut off still gives a whole list, with status 2`() throws {
            let run = try Run.podscore(
                "audit",
                "--forbid",
                "HostPID",
                "--format",
                "openreports",
                "-",
                input: String(Self.input.dropLast(2))
            )
            #expect(run.status == 2)
            #expect(try Self.items(run).count == 2)
            #expect(run.errors.contains("the result is partial"))
        }

        @Test(arguments: ["openreports", "policyreport"])
        func `Objects have no summary`(format: String) throws {
            let run = try Run.podscore("audit", "--summary", "--format", format, "-", input: Self.input)
            #expect(run.status == 2)
            #expect(run.errors.contains("--summary needs --format table or json; \(format) has no summary"), "\(run.errors)")
        }
    }
}
