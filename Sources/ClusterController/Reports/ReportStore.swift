import Cluster
import KubernetesAPI
import Reports

/// Stores single reports in a cluster, whoever else writes there.
struct ReportStore: Sendable {
    /// The fate of a report that was to be written or deleted.
    enum Fate: Sendable, Equatable {
        /// It was written, or left as it is.
        case event(ReportTally.Event)
        /// It was written with fewer results.
        case shortened(ReportTally.Event)
        /// The server will not store it; the reason.
        case refused(String)
        /// The server did not answer usably; the reason.
        case failed(String)
        /// The cluster no longer has the API.
        case notInstalled
        /// The task was cancelled.
        case cancelled
    }

    /// A report as it was found.
    private enum Found {
        case stored(StoredReport)
        case absent
        case unknown(Fate)
    }

    /// The form in which a report is written; one that a server does not take is followed by a smaller one.
    private struct Form {
        var resultLimit = 200
        var byteLimit = 256 << 10
        /// `false` for a definition without the source of a report.
        var hasCommonSource: Bool?

        /// The next smaller form; `nil` if there is none.
        var smaller: Self? {
            guard resultLimit > 10 else { return nil }
            return Self(resultLimit: resultLimit == 200 ? 50 : 10, byteLimit: byteLimit / 4, hasCommonSource: hasCommonSource)
        }
    }

    /// The most attempts if others write the same report.
    private static let attemptLimit = 5

    private let api: ReportAPI
    private let client: APIClient
    private let writer: ObjectWriter

    /// Stores reports of an API.
    init(_ api: ReportAPI, client: APIClient, budget: WriteBudget) {
        self.api = api
        self.client = client
        writer = ObjectWriter(client, budget: budget)
    }

    /// Writes a report that was not there.
    ///
    /// Another controller may have written it since, and may know better, so it is looked for first.
    func create(_ report: ReportObject, _ content: String, at key: ReportKey) async -> Fate {
        switch await find(key) {
        case .absent: return await write(report, content, at: key, replacing: nil)
        case .stored(let stored) where stored.has(content): return .event(.unchanged)
        case .stored(let stored) where stored.isLabelled: return .event(.left)
        // Somebody has removed the label, by which it would have been listed.
        case .stored(let stored): return await write(report, content, at: key, replacing: stored)
        case .unknown(let fate): return fate
        }
    }

    /// Writes a report in place of one that was seen.
    func replace(_ stored: StoredReport, by report: ReportObject, _ content: String) async -> Fate {
        await write(report, content, at: stored.key, replacing: stored)
    }

    /// Deletes a report of this API or another one, if it is still the version that was seen.
    func delete(_ report: StoredReport, of api: ReportAPI) async -> Fate {
        guard let place = api.resource(of: report.key) else { return .event(.left) }
        let outcome = await writer.delete(
            place.resource,
            namespace: place.namespace,
            name: place.name,
            uid: report.uid,
            resourceVersion: report.resourceVersion
        )
        switch outcome {
        case .written: return .event(.deleted)
        case .conflict, .gone: return .event(.left)
        case .refused(let text), .unknownField(let text): return .refused(text)
        case .failed(let text): return .failed(text)
        case .tooLarge: return .refused("delete \(place.resource.qualifiedName) \(report.key.name): too large")
        case .notInstalled: return api == self.api ? .notInstalled : .event(.left)
        case .cancelled: return .cancelled
        }
    }

    private func write(
        _ report: ReportObject,
        _ content: String,
        at key: ReportKey,
        replacing listed: StoredReport?
    ) async -> Fate {
        guard let place = api.resource(of: key) else { return .refused("\(key.namespace)/\(key.name) is no name of an object") }
        var (seen, form, attempt) = (listed, Form(), 1)
        let event = listed == nil ? ReportTally.Event.created : .updated
        while true {
            let list = ReportObjectList(
                api,
                resultLimit: form.resultLimit,
                byteLimit: form.byteLimit,
                hasCommonSource: form.hasCommonSource
            )
            let body = list.item(report, marked: ReportMark(content: content, replacing: seen.map { ($0.uid, $0.resourceVersion) }))
            switch await writer.apply(body, to: place.resource, namespace: place.namespace, name: place.name) {
            case .written: return form.resultLimit < Form().resultLimit ? .shortened(event) : .event(event)
            case .tooLarge:
                guard let smaller = form.smaller else { return .refused("report \(key.name) is too large for the API server") }
                form = smaller
            case .unknownField(let text):
                guard api.hasCommonSource, form.hasCommonSource == nil else { return .refused(text) }
                form.hasCommonSource = false
            case .conflict:
                guard attempt < Self.attemptLimit else { return .event(.left) }
                attempt += 1
                switch await find(key) {
                // The answer to an earlier attempt was lost, or another controller has written the same.
                case .stored(let stored) where stored.has(content): return .event(event)
                // Somebody has edited it, but no controller has written it.
                case .stored(let stored) where stored.content == listed?.content: seen = stored
                case .stored, .absent: return .event(.left)
                case .unknown(let fate): return fate
                }
            case .gone: return .event(.left)
            case .refused(let text): return .refused(text)
            case .failed(let text): return .failed(text)
            case .notInstalled: return .notInstalled
            case .cancelled: return .cancelled
            }
        }
    }

    /// Reads the metadata of a report.
    private func find(_ key: ReportKey) async -> Found {
        guard let place = api.resource(of: key) else { return .absent }
        var request = APIRequest(.get, place.resource, namespace: place.namespace, name: place.name)
        request.accept = APIResource.metadataOfOne
        do throws(APIError) {
            let body = try await client.body(of: request)
            guard let stored = try? StoredReport(reading: body.span) else { return .unknown(.failed("\(request.summary): no metadata")) }
            return .stored(stored)
        } catch {
            switch WriteOutcome(error) {
            case .gone: return .absent
            case .notInstalled: return .unknown(.notInstalled)
            case .cancelled: return .unknown(.cancelled)
            default: return .unknown(.failed(error.description))
            }
        }
    }
}
