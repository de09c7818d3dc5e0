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

    private let view: ControllerView
    private let hosts: HostCheck
    /// Whether clients outside of the Pod may see the audit.
    private let isPublic: Bool

    /// Serves the content of a view; clients outside of the Pod see the audit only by one of the addresses.
    init(view: ControllerView, pageAddresses: [HostName] = []) {
        self.view = view
        hosts = HostCheck(names: pageAddresses)
        isPublic = !pageAddresses.isEmpty
    }

    /// Finds the page; the audit is shown only to clients inside the Pod, since it names everything that runs and its weaknesses.
    ///
    /// A browser that forwards the port also reaches it for pages of other sites, so the host counts as well.
    func begin(_ head: HTTPRequestHead, from peer: () -> PeerAddress, at now: NIODeadline) -> HeadVerdict<Page> {
        let page = Self.page(for: head)
        let isShown = page?.isAudit == false || isPublic || peer().isLoopback
        guard let page, isShown else {
            return .refuse(.refusing(.notFound, "no such path; the pages are /livez, /readyz, /readyz?verbose and /metrics"))
        }
        guard !page.isAudit || hosts.allows(head.headers) else {
            return .refuse(.refusing(.misdirectedRequest, "the audit is not shown for this Host; use localhost, or set --page-address"))
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

    private static func page(for head: HTTPRequestHead) -> Page? {
        switch head.uri {
        case "/livez": .live
        case "/readyz": .ready(isVerbose: false)
        case "/readyz?verbose", "/readyz?verbose=true", "/readyz?verbose=": .ready(isVerbose: true)
        case "/metrics": .metrics
        case "/": .audit(.page)
        case "/audit": .audit(head.headers.wantText ? .table : .json)
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
        return switch form {
        case .json: HTTPAnswer(status: .ok, field: .age(page.ageSeconds), mediaType: .json, body: page.body)
        case .table: HTTPAnswer(status: .ok, field: .age(page.ageSeconds), mediaType: .text, body: page.body)
        case .page:
            // Only a header can forbid frames.
            HTTPAnswer(
                status: .ok,
                field: .page(contentPolicy: "\(page.policy); frame-ancestors 'none'"),
                mediaType: .html,
                body: page.body
            )
        }
    }
}

extension ControllerResponder.Page {
    /// Whether the page names workloads.
    fileprivate var isAudit: Bool {
        if case .audit = self { true } else { false }
    }
}

extension HTTPHeaders {
    /// Whether the client wants plain text rather than JSON.
    fileprivate var wantText: Bool {
        let accepted = self[canonicalForm: "accept"].map { $0.prefix { $0 != ";" }.lowercased() }
        return accepted.first { $0 == "text/plain" || $0 == "application/json" } == "text/plain"
    }
}
