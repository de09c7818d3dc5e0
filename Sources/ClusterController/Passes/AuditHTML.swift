import ClusterAudit
package import Reports

/// The last audit as a page for a browser, which says how old it is when it is served.
package struct AuditHTML: Sendable {
    /// The Content-Security-Policy of the page.
    package let policy: String
    private let beginning: [UInt8]
    private let rest: [UInt8]

    /// Writes the page of a result; one with too many owners lists fewer, or none, and says so.
    init(_ audit: Audit, decidedBy decider: AuditDecider, version: String, byteLimit: Int) {
        func text(listing: HTMLReport.Listing, _ byteLimit: Int) -> [UInt8]? {
            AuditPage.text(of: audit, decider, by: HTMLReport(version: version, title: Self.title, listing: listing), byteLimit)
        }
        // The counts of a summary are bounded by the Namespaces and rules.
        let page = text(listing: .all, byteLimit) ?? text(listing: .violations, byteLimit) ?? text(listing: .none, .max) ?? []
        let report = HTMLReport(version: version, title: Self.title)
        policy = report.policy
        beginning = Array(page.prefix(report.headingByteCount))
        rest = Array(page.dropFirst(beginning.count))
    }

    /// The page, with lines below its heading.
    package func bytes(saying lines: HTML) -> [UInt8] { beginning + lines.bytes + rest }

    /// A page before the first audit, with lines below its heading.
    package static func waiting(saying lines: HTML, version: String) -> (bytes: [UInt8], policy: String) {
        let page = HTMLPage(title: title, version: version, hasScript: false)
        return (page.head.bytes + lines.bytes + page.tail.bytes, page.policy)
    }

    private static let title = "Podscore: what runs in the cluster"
}
