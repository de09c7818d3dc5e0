import AdmissionPolicy
import KubernetesAPI
import Metrics
import Synchronization

@testable import WebhookServer

/// Answers reviews by the body: `preview` waits until the test ends the preview, `busy` has no place, `bad` is malformed.
final class TestReviews: PolicyReviewAnswering {
    /// The time that was left for each review.
    let times = Mutex<[Duration?]>([])
    /// The previews so far.
    let previews = Mutex<[TestPreview]>([])
    private let limit: Duration

    init(limit: Duration = .seconds(600)) {
        self.limit = limit
    }

    func answer(_ body: Span<UInt8>, within time: Duration?) -> PolicyReviewStep {
        let text = String(decoding: body.indices.map { body[$0] }, as: UTF8.self)
        times.withLock { $0.append(time) }
        switch text {
        case "bad": return .malformed(DecodingFailure(.unexpectedEnd, at: .byteOffset(3)))
        case "preview", "busy":
            let preview = TestPreview(limit: limit, hasPlace: text == "preview")
            previews.withLock { $0.append(preview) }
            return .preview(preview)
        default: return .answer(Array("answer to \(text)".utf8))
        }
    }
}

/// A preview that a test ends.
final class TestPreview: PolicyPreview {
    enum State: Equatable { case new, begun, finished, cancelled }

    let limit: Duration
    let state = Mutex(State.new)
    private let hasPlace: Bool
    private let done = Mutex<(@Sendable () -> Void)?>(nil)

    init(limit: Duration, hasPlace: Bool) {
        (self.limit, self.hasPlace) = (limit, hasPlace)
    }

    func begin(whenDone done: @escaping @Sendable () -> Void) -> Bool {
        self.done.withLock { $0 = done }
        state.withLock { $0 = .begun }
        return hasPlace
    }

    /// Ends the preview as a list does that is complete.
    func complete() {
        done.withLock { $0 }?()
    }

    func finish() -> [UInt8] {
        state.withLock { $0 = .finished }
        return Array("previewed".utf8)
    }

    func cancel() {
        state.withLock { $0 = .cancelled }
    }
}

/// Controllers' servers for tests: on free ports, without delays.
enum TestController {
    /// Pages with one check, one metric and an audit.
    static func pages(holds: Bool = true, audit: ControllerServer.AuditPage? = nil) -> ControllerServer.Pages {
        ControllerServer.Pages(
            readiness: { [ReadinessCheck(name: "audit", holds: holds, detail: "last one\nyesterday")] },
            metrics: { text in
                text.begin(.inFlight)
                text.sample(.inFlight, 7)
            },
            audit: { form in
                audit.map { page in
                    ControllerServer.AuditPage(body: page.body + "\(form)".utf8, ageSeconds: page.ageSeconds, policy: "default-src 'none'")
                }
            }
        )
    }

    /// Runs a server while the closure runs.
    static func run(
        _ pages: ControllerServer.Pages = pages(),
        reviews: TestReviews? = nil,
        certificate: CertificateInForce? = nil,
        _ change: (inout ControllerServer.Configuration) -> Void = { _ in },
        _ body: (ControllerServer) async throws -> Void
    ) async throws {
        var configuration = ControllerServer.Configuration()
        configuration.host = "127.0.0.1"
        (configuration.operationsPort, configuration.webhookPort) = (0, 0)
        configuration.drain.propagationDelay = .zero
        configuration.drain.deadline = .milliseconds(500)
        configuration.limits.firstHeaderTimeout = .seconds(600)
        configuration.limits.idleTimeout = .seconds(600)
        configuration.limits.lingerTimeout = .milliseconds(500)
        configuration.version = "1.2.3"
        change(&configuration)
        let server = try await ControllerServer.start(
            configuration,
            pages: pages,
            reviews: reviews,
            certificate: certificate,
            logger: RecordingLog().logger
        )
        do {
            try await body(server)
            await server.drain()
        } catch {
            await server.drain()
            throw error
        }
    }
}
