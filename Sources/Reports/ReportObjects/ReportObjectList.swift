import AdmissionPolicy
import KubernetesAPI

/// Report objects as one `List`, a line for each, which `kubectl apply --server-side -f -` takes.
///
/// A list consists of ``head``, the ``item(_:)`` of each report with ``separator`` between them, and ``tail``.
package struct ReportObjectList: Sendable {
    /// The name by which consumers know who wrote a result.
    static let source = "podscore"

    /// The API whose objects are written.
    private let api: ReportAPI
    /// The most results of a report; the last one then counts the others.
    private let resultLimit: Int
    /// The most bytes of a report, so that it can always be stored: etcd takes 1.5 MiB, and servers of reports take less.
    private let byteLimit: Int

    /// The bytes that the result behind the last checked size, the one that counts the others, and the end of a report take at most.
    ///
    /// A message of 1 024 bytes becomes 2 048 if each needs an escape; names of a policy and a rule have 253.
    private static let reservedByteCount = 8 * 1024

    /// A list of objects of an API.
    package init(_ api: ReportAPI, resultLimit: Int = 200, byteLimit: Int = 256 * 1024) {
        self.api = api
        self.resultLimit = resultLimit
        self.byteLimit = byteLimit
    }

    /// The bytes before all reports.
    package var head: [UInt8] { Array(#"{"apiVersion":"v1","kind":"List","items":["#.utf8) + [UInt8(ascii: "\n")] }

    /// The bytes between two reports.
    package var separator: [UInt8] { Array(",\n".utf8) }

    /// The bytes behind all reports.
    package var tail: [UInt8] { Array("\n]}\n".utf8) }

    /// One report.
    package func item(_ report: ReportObject) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 4 * 1024)
        json.beginObject()
        json.member("apiVersion", api.apiVersion)
        json.member("kind", (report.scope.namespace == nil ? "Cluster" : "") + api.kind)
        writeMetadata(of: report.scope, to: &json)
        writeScope(report.scope, to: &json)
        if api.hasCommonSource { json.member("source", Self.source) }
        write(report.summary, to: &json)
        if !report.results.isEmpty { writeResults(of: report, to: &json) }
        json.endObject()
        return json.bytes
    }

    /// Writes the metadata; the owner reference lets Kubernetes delete the report with its object.
    ///
    /// An object that may not exist gets none: Kubernetes would delete the report at once.
    private func writeMetadata(of scope: ReportScope, to json: inout JSONWriter) {
        json.key("metadata")
        json.beginObject()
        json.member("name", scope.reportName)
        json.member("namespace", scope.namespace)
        json.key("labels")
        json.beginObject()
        json.member("app.kubernetes.io/managed-by", Self.source)
        json.endObject()
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
        if !api.hasCommonSource { json.member("source", Self.source) }
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
