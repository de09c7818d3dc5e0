import ClusterAudit
import Foundation
import Testing

@testable import ClusterController

/// The texts of the last audit.
struct AuditPageTests {
    private static func audit() async throws -> Audit {
        let cluster = try AuditedCluster()
        for name in ["a", "b", "c"] { cluster.add("pods", AuditedCluster.pod(name, hostPID: name == "b")) }
        return try await cluster.audit()
    }

    private static func json(_ bytes: [UInt8]) throws -> Any { try JSONSerialization.jsonObject(with: Data(bytes)) }

    @Test func `The texts are those of podscore audit`() async throws {
        let page = AuditPage(try await Self.audit(), decidedBy: AuditedCluster.decider, readAt: .now)
        let documents = try #require(try Self.json(page.json) as? [[String: Any]])
        #expect(documents.compactMap { $0["object"] as? String } == ["Pod/a.shop", "Pod/b.shop", "Pod/c.shop"])
        #expect(String(decoding: page.table, as: UTF8.self).hasPrefix("3 Pods of 3 owners"))
    }

    @Test func `A result that is too large is a summary that says so`() async throws {
        let page = AuditPage(try await Self.audit(), decidedBy: AuditedCluster.decider, readAt: .now, byteLimit: 100)
        let object = try #require(try Self.json(page.json) as? [String: Any])
        #expect(object["omitted"] as? String == "the result has more than 100 bytes; podscore audit shows all of it")
        let summary = try #require(object["summary"] as? [String: Any])
        #expect(summary["documents"] as? Int == 3)
        #expect(summary["failed"] as? Int == 1)
        let table = String(decoding: page.table, as: UTF8.self)
        #expect(table.hasPrefix("Only a summary: the result has more than 100 bytes"))
        #expect(table.contains("\nshop "))
    }
}
