import AdmissionPolicy
import KubernetesAPI

/// Report objects as one `List`, a line for each, which `kubectl apply --server-side -f -` takes.
///
/// A list consists of ``head``, the ``item(_:)`` of each report with ``separator`` between them, and ``tail``.
package struct ReportObjectList: Sendable {
    /// The name by which consumers know who wrote a result.
    static let source = "podscore"
    /// The label by which the reports of Podscore are found.
    package static let label = (name: "app.kubernetes.io/managed-by", value: source)

    /// The API whose objects are written.
    private let api: ReportAPI
    /// The most results of a report; the last one then counts the others.
    private let resultLimit: Int
    /// The most bytes of a report, so that it can always be stored: etcd takes 1.5 MiB, and servers of reports take less.
    private let byteLimit: Int
    /// Whether the report names its source, and not each result.
    private let hasCommonSource: Bool

    /// The bytes that the result behind the last checked size, the one that counts the others, and the end of a report take at most.
    ///
    /// A message of 1 024 bytes becomes 2 048 if each needs an escape; names of a policy and a rule have 253.
    private static let reservedByteCount = 8 * 1024

    /// A list of objects of an API.
    ///
    /// `hasCommonSource` is false for servers that reject the source of a report; unless given, it is as the API defines it.
    package init(_ api: ReportAPI, resultLimit: Int = 200, byteLimit: Int = 256 * 1024, hasCommonSource: Bool? = nil) {
        self.api = api
        self.resultLimit = resultLimit
        self.byteLimit = byteLimit
        self.hasCommonSource = hasCommonSource ?? api.hasCommonSource
    }

    /// The bytes before all reports.
    package var head: [UInt8] { Array(#"{"apiVersion":"v1","kind":"List","items":["#.utf8) + [UInt8(ascii: "\n")] }

    /// The bytes between two reports.
    package var separator: [UInt8] { Array(",\n".utf8) }

    /// The bytes behind all reports.
    package var tail: [UInt8] { Array("\n]}\n".utf8) }

    /// One report; a mark is written into it.
    package func item(_ report: ReportObject, marked mark: ReportMark? = nil) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 4 * 1024)
        json.beginObject()
        json.member("apiVersion", api.apiVersion)
        json.member("kind", (report.scope.namespace == nil ? "Cluster" : "") + api.kind)
        writeMetadata(of: report.scope, mark, to: &json)
        writeScope(report.scope, to: &json)
        if hasCommonSource { json.member("source", Self.source) }
        write(report.summary, to: &json)
        // A list without results is written only to own it, so that nobody else's results stay.
        if !report.results.isEmpty || mark != nil { writeResults(of: report, to: &json) }
        json.endObject()
        return json.bytes
    }

    /// Writes the metadata; the owner reference lets Kubernetes delete the report with its object.
    ///
    /// An object that may not exist gets none: Kubernetes would delete the report at once.
    private func writeMetadata(of scope: ReportScope, _ mark: ReportMark?, to json: inout JSONWriter) {
        json.key("metadata")
        json.beginObject()
        json.member("name", scope.reportName)
        json.member("namespace", scope.namespace)
        json.key("labels")
        json.beginObject()
        json.member(Self.label.name, Self.label.value)
        json.endObject()
        if let mark {
            json.member("uid", mark.replaced?.uid)
            json.member("resourceVersion", mark.replaced?.resourceVersion)
            json.key("annotations")
            json.beginObject()
            json.member(ReportMark.annotation, mark.content)
            json.endObject()
        }
        if scope.isProved, !scope.uid.isEmpty {
            json.key("ownerReferences")
            json.beginArray()
            json.beginObject()
            json.member("apiVersion", scope.apiVersion)
            json.member("kind", scope.kind)
            json.member("name", scope.name)
            json.member("uid", scope.uid)
            json.endObject()
            json.endArray()
        }
        json.endObject()
    }

    private func writeScope(_ scope: ReportScope, to json: inout JSONWriter) {
        json.key("scope")
        json.beginObject()
        json.member("apiVersion", scope.apiVersion)
        json.member("kind", scope.kind)
        json.member("namespace", scope.namespace)
        json.member("name", scope.name)
        if !scope.uid.isEmpty { json.member("uid", scope.uid) }
        json.endObject()
    }

    private func write(_ summary: ReportObject.Summary, to json: inout JSONWriter) {
        json.key("summary")
        json.beginObject()
        json.member("pass", summary.pass)
        json.member("fail", summary.fail)
        json.member("warn", summary.warn)
        json.member("error", summary.error)
        json.member("skip", summary.skip)
        json.endObject()
    }

    /// Writes as many results as the limits allow; one more then counts the others.
    private func writeResults(of report: ReportObject, to json: inout JSONWriter) {
        let results = report.results
        json.key("results")
        json.beginArray()
        for index in results.indices {
            let isLastPlace = index == resultLimit - 1 && results.count > resultLimit
            guard !isLastPlace, json.bytes.count <= byteLimit - Self.reservedByteCount else {
                write(.more(results[index...]), of: report, to: &json)
                break
            }
            write(results[index], of: report, to: &json)
        }
        json.endArray()
    }

    private func write(_ result: ReportResult, of report: ReportObject, to json: inout JSONWriter) {
        json.beginObject()
        if !hasCommonSource { json.member("source", Self.source) }
        json.member("policy", report.policy)
        json.member("rule", result.rule)
        json.member("category", result.category)
        json.member("severity", result.severity)
        json.member("result", result.outcome.rawValue)
        json.member("message", result.message)
        json.key("properties")
        json.beginObject()
        for (name, value) in report.properties { json.member(name, value) }
        json.endObject()
        json.endObject()
    }
}

/// The facts in a stored report by which its writer knows it again.
package struct ReportMark: Sendable {
    /// The name of the annotation with the digest of the content.
    package static let annotation = "podscore.dev/content"

    /// The digest of the report without a mark.
    let content: String
    /// The report that is replaced, by its UID and version; `nil` for a new one.
    ///
    /// The version alone would not keep a server from making a report again that was deleted meanwhile.
    let replaced: (uid: String, resourceVersion: String)?

    /// The mark of a content that replaces a report.
    package init(content: String, replacing replaced: (uid: String, resourceVersion: String)?) {
        self.content = content
        self.replaced = replaced
    }
}
