import ClusterAudit
import Foundation
import Reports
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

    /// The page for a browser, and the titles of the objects in it.
    private static func html(byteLimit: Int = AuditPage.byteLimit) async throws -> (text: String, objects: [String]) {
        let page = AuditPage(try await audit(), decidedBy: AuditedCluster.decider, readAt: .now, version: "1.2.3", byteLimit: byteLimit)
        let age = "a <b>"
        let text = String(decoding: page.html.bytes(saying: "<p>\(age) ago</p>"), as: UTF8.self)
        return (text, text.matches(of: /<h3>([^ ]*) <small/).map { String($0.1) })
    }

    @Test func `The page has its age below the heading, and its policy`() async throws {
        let (text, objects) = try await Self.html()
        #expect(text.contains("</h1>\n<p>a &lt;b&gt; ago</p><a class=\"skip\""))
        #expect(text.hasSuffix("</html>\n") && text.contains("podscore 1.2.3"))
        #expect(objects == ["Pod<wbr>/a", "Pod<wbr>/b", "Pod<wbr>/c"])
        #expect(text.contains("data-namespace=\"shop\" data-cell"))
    }

    @Test func `A page that is too large lists violations, or only its summary`() async throws {
        let all = try await Self.html()
        let fewer = try await Self.html(byteLimit: all.text.utf8.count - 1_000)
        #expect(fewer.objects == ["Pod<wbr>/b"])
        #expect(fewer.text.contains("it lists those that fail or are warned about"))
        let none = try await Self.html(byteLimit: 1_000)
        #expect(none.objects.isEmpty)
        #expect(none.text.contains("it has only the summary") && none.text.contains("data-namespace=\"shop\" data-cell"))
    }

    @Test func `Before the first audit there is a page that says so`() {
        let page = AuditHTML.waiting(saying: "<p>wait</p>", version: "1")
        #expect(String(decoding: page.bytes, as: UTF8.self).contains("</h1>\n<p>wait</p><footer>"))
        #expect(page.policy.hasPrefix("default-src 'none'; "))
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
