import Cluster
import ClusterAudit
import KubernetesAPI
package import Reports

/// The reports of Podscore that a cluster has, as they were listed before a pass.
package struct ReportSurvey: Sendable {
    /// The API that a pass writes; `nil` if the cluster has none.
    package let api: ReportAPI?
    /// The part of the cluster that the pass reads.
    let scope: ClusterReading.Scope
    /// When the survey began.
    let begin: ContinuousClock.Instant
    /// The reports of the API.
    let reports: [StoredReport]
    /// The reports of an API that the cluster also has and that is not written.
    let others: [(api: ReportAPI, report: StoredReport)]

    /// The number of reports that exist.
    package var count: Int { reports.count }

    /// Asks which API there is, and lists its reports as metadata alone.
    ///
    /// Throws if either is not known in the end, because a pass would then write what is already there.
    init(
        _ client: APIClient,
        of scope: ClusterReading.Scope,
        at begin: ContinuousClock.Instant
    ) async throws(APIError) {
        var served: [(api: ReportAPI, kinds: Set<String>)] = []
        for api in ReportAPI.allCases {
            let kinds = try await api.servedKinds(by: client)
            if kinds.contains(api.resource(inNamespace: true).plural) { served.append((api, kinds)) }
        }
        var reports: [StoredReport] = []
        var others: [(api: ReportAPI, report: StoredReport)] = []
        for (index, (api, kinds)) in served.enumerated() {
            do throws(APIError) {
                let listed = try await api.storedReports(in: scope, kinds, by: client)
                if index == 0 { reports = listed } else { others += listed.map { (api: api, report: $0) } }
            } catch {
                // Rights for an API that is not written are not needed; then its reports stay.
                guard index > 0, error.cause.status != nil else { throw error }
            }
        }
        api = served.first?.api
        (self.scope, self.begin, self.reports, self.others) = (scope, begin, reports, others)
    }
}

extension ReportAPI {
    /// The kind of the reports of Namespaces, or of those of the cluster.
    func resource(inNamespace: Bool) -> APIResource {
        APIResource(group: group, version: version, plural: (inNamespace ? "" : "cluster") + kind.lowercased() + "s")
    }

    /// The path of a report.
    func resource(of key: ReportKey) -> (resource: APIResource, namespace: ObjectName?, name: ObjectName)? {
        guard let name = ObjectName(key.name) else { return nil }
        if key.namespace.isEmpty { return (resource(inNamespace: false), nil, name) }
        return ObjectName(key.namespace).map { (resource(inNamespace: true), $0, name) }
    }

    /// The plural names of the kinds that a server has of the API; empty if it does not have the API.
    fileprivate func servedKinds(by client: APIClient) async throws(APIError) -> Set<String> {
        let request = APIRequest(.get, .path("/apis/\(apiVersion)"))
        let body: [UInt8]
        do throws(APIError) {
            body = try await client.body(of: request)
        } catch {
            if error.cause.status?.isNotFound == true { return [] }
            throw error
        }
        return (try? ServedKinds(reading: body.span))?.names ?? []
    }

    /// The reports with the label of Podscore.
    fileprivate func storedReports(
        in scope: ClusterReading.Scope,
        _ kinds: Set<String>,
        by client: APIClient
    ) async throws(APIError) -> [StoredReport] {
        let label = ReportObjectList.label
        var reports: [StoredReport] = []
        for isInNamespace in scope.namespace == nil ? [true, false] : [true] {
            let resource = resource(inNamespace: isInNamespace)
            guard kinds.contains(resource.plural) else { continue }
            reports += try await client.list(
                resource,
                namespace: scope.namespace,
                query: [("labelSelector", "\(label.name)=\(label.value)")],
                accept: APIResource.metadataOnly
            ) { try? StoredReport(reading: $0.bytes.span) }.elements
        }
        return reports
    }
}

/// The kinds of an `APIResourceList`.
private struct ServedKinds {
    private enum Field: String, FieldName {
        case resources
        static let table = FieldTable<Self>()
    }

    private enum ResourceField: String, FieldName {
        case name
        static let table = FieldTable<Self>()
    }

    /// The plural names, and those of their parts such as `reports/status`.
    private(set) var names: Set<String> = []

    init(reading bytes: Span<UInt8>) throws(DecodingFailure) {
        var reader = JSONReader(bytes)
        reader.start()
        guard var cursor = try reader.beginObject() else { return }
        while try reader.nextField(in: &cursor, of: Field.self) != nil {
            let resources = try reader.readArray { (reader: inout JSONReader) throws(DecodingFailure) -> String in
                var name = ""
                guard var cursor = try reader.beginObject() else { return name }
                while try reader.nextField(in: &cursor, of: ResourceField.self) != nil { name = try reader.readString() ?? "" }
                return name
            }
            names.formUnion(resources)
        }
    }
}
