import KubernetesAPI
import Testing

@testable import ClusterController

/// The metadata of stored reports.
struct StoredReportTests {
    /// All fields of a report, as a server notes that Podscore owns them.
    static let wholeFields = """
        {"f:metadata":{"f:annotations":{"f:podscore.dev/content":{}},"f:labels":{"f:app.kubernetes.io/managed-by":{}},\
        "f:ownerReferences":{"k:{\\"uid\\":\\"u\\"}":{}}},"f:results":{},"f:scope":{},"f:source":{},\
        "f:summary":{"f:error":{},"f:fail":{},"f:pass":{},"f:skip":{},"f:warn":{}}}
        """

    private static func report(managedFields: String, more: String = "") throws -> StoredReport {
        let text = """
            {"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{\
            "annotations":{"other":"x","podscore.dev/content":"c1"},\
            "creationTimestamp":"2026-11-28T08:09:37Z","generation":2,"labels":{"app.kubernetes.io/managed-by":"podscore"},\
            \(managedFields)"name":"podscore-a","namespace":"shop","resourceVersion":"752","uid":"fbdefc5a"}\(more)}
            """
        return try StoredReport(reading: Array(text.utf8).span)
    }

    private static func entry(
        _ fields: String,
        manager: String = "podscore",
        operation: String = "Apply",
        subresource: String = ""
    ) -> String {
        let subresource = subresource.isEmpty ? "" : #","subresource":"\#(subresource)""#
        return #"{"apiVersion":"openreports.io/v1alpha1","fieldsType":"FieldsV1","fieldsV1":\#(fields),"manager":"\#(manager)","#
            + #""operation":"\#(operation)","time":"2026-11-28T08:09:37Z"\#(subresource)}"#
    }

    private static func isIntact(_ entries: String...) throws -> Bool {
        try report(managedFields: #""managedFields":[\#(entries.joined(separator: ","))],"#).isIntact
    }

    @Test func `The place, the version and the digest are read`() throws {
        let report = try Self.report(managedFields: #""managedFields":[\#(Self.entry(Self.wholeFields))],"#)
        #expect(report.key == ReportKey(namespace: "shop", name: "podscore-a"))
        #expect(report.uid == "fbdefc5a" && report.resourceVersion == "752")
        #expect(report.has("c1") && !report.has("c2"))
    }

    @Test func `A server that keeps no owners of fields is believed`() throws {
        #expect(try Self.report(managedFields: "").has("c1"))
        #expect(try Self.report(managedFields: #""managedFields":null,"#).has("c1"))
    }

    @Test func `A whole object is read as well`() throws {
        let more = #","results":[{"policy":"p"}],"managedFields":[1],"scope":{"labels":{}}"#
        #expect(try Self.report(managedFields: "", more: more).has("c1"))
    }

    @Test(arguments: [
        #""f:results":{},"#, #""f:scope":{},"#, #""f:fail":{},"#,
        #""f:summary":{"f:error":{},"f:fail":{},"f:pass":{},"f:skip":{},"f:warn":{}}"#,
        #""f:podscore.dev/content":{}"#, #""f:app.kubernetes.io/managed-by":{}"#,
    ])
    func `A field that somebody else has taken over is noticed`(field: String) throws {
        let fields = Self.wholeFields.replacing(field, with: "").replacing("},}", with: "}}")
        #expect(fields != Self.wholeFields)
        #expect(try !Self.isIntact(Self.entry(fields), Self.entry(Self.wholeFields, manager: "kubectl-edit", operation: "Update")))
    }

    @Test func `A field that others own with the same value is unchanged`() throws {
        #expect(try Self.isIntact(Self.entry(Self.wholeFields, manager: "argocd"), Self.entry(Self.wholeFields)))
        #expect(try Self.isIntact(Self.entry(Self.wholeFields), Self.entry(Self.wholeFields, manager: "other")))
    }

    @Test func `A summary that is owned as a whole is unchanged`() throws {
        let numbers = #"{"f:error":{},"f:fail":{},"f:pass":{},"f:skip":{},"f:warn":{}}"#
        #expect(try Self.isIntact(Self.entry(Self.wholeFields.replacing(numbers, with: "{}"))))
    }

    @Test func `Only what Podscore has applied counts`() throws {
        #expect(try !Self.isIntact())
        #expect(try !Self.isIntact(Self.entry(Self.wholeFields, manager: "kubectl")))
        #expect(try !Self.isIntact(Self.entry(Self.wholeFields, operation: "Update")))
        #expect(try !Self.isIntact(Self.entry(Self.wholeFields, subresource: "status")))
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"metadata":{"name":"a"}}"#, #"{"metadata":{"name":"a","uid":"u","resourceVersion":"1","labels":[]}}"#,
    ])
    func `A text that is no object of a cluster is refused`(text: String) {
        #expect(throws: DecodingFailure.self) { try StoredReport(reading: Array(text.utf8).span) }
    }
}
