import KubernetesAPI
import NIOCore
import NIOHTTP1

/// Serves the controller's plain port: probes, metrics and the last audit.
struct ControllerResponder: HTTPResponder {
    /// The pages of the port.
    enum Page: Sendable, Equatable {
        /// Whether the process works.
        case live
        /// Whether the controller runs.
        case ready(isVerbose: Bool)
        /// The metrics.
        case metrics
        /// The result of the last complete audit.
        case audit(ControllerServer.AuditForm)
    }

    /// The content of the pages.
    let view: ControllerView

    /// Finds the page; the audit is shown only to clients inside the Pod, since it names everything that runs.
    func begin(_ head: HTTPRequestHead, from peer: () -> PeerAddress, at now: NIODeadline) -> HeadVerdict<Page> {
        guard let page = Self.page(for: head, from: peer) else {
            return .refuse(.refusing(.notFound, "no such path; the pages are /livez, /readyz, /readyz?verbose and /metrics"))
        }
        guard head.method == .GET || head.method == .HEAD else {
            return .refuse(.refusing(.methodNotAllowed, "this path is read-only", field: .allow("GET, HEAD")))
        }
        return .accept(page, answerBy: nil, takesPlace: false)
    }

    /// Ignores the body.
    func read(_ body: Span<UInt8>, of exchange: Page) -> AnswerStep {
        .answer(answer(exchange))
    }

    private static func page(for head: HTTPRequestHead, from peer: () -> PeerAddress) -> Page? {
        switch head.uri {
        case "/livez": .live
        case "/readyz": .ready(isVerbose: false)
        case "/readyz?verbose", "/readyz?verbose=true", "/readyz?verbose=": .ready(isVerbose: true)
        case "/metrics": .metrics
        case "/audit": peer().isLoopback ? .audit(head.headers.wantText ? .table : .json) : nil
        default: nil
        }
    }

    private func answer(_ page: Page) -> HTTPAnswer {
        switch page {
        case .live: HTTPAnswer(status: .ok, mediaType: .text, body: Array("ok\n".utf8))
        case .ready(let isVerbose): .readiness(view.checks, isVerbose: isVerbose)
        case .metrics: HTTPAnswer(status: .ok, mediaType: .metrics, body: view.metricsPage)
        case .audit(let form): audit(in: form)
        }
    }

    private func audit(in form: ControllerServer.AuditForm) -> HTTPAnswer {
        guard let page = view.pages.audit(form) else { return .refusing(.notFound, "no audit is complete yet") }
        let mediaType: HTTPAnswer.MediaType = form == .table ? .text : .json
        return HTTPAnswer(status: .ok, field: .age(page.ageSeconds), mediaType: mediaType, body: page.body)
    }
}

extension HTTPHeaders {
    /// Whether the client wants plain text rather than JSON.
    fileprivate var wantText: Bool {
        let accepted = self[canonicalForm: "accept"].map { $0.prefix { $0 != ";" }.lowercased() }
        return accepted.first { $0 == "text/plain" || $0 == "application/json" } == "text/plain"
    }
}
