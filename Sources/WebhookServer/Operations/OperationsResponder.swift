import KubernetesAPI
import NIOCore
import NIOHTTP1

/// Serves the port for probes and metrics.
struct OperationsResponder: HTTPResponder {
    /// The pages of the port.
    enum Page: Sendable, Equatable {
        /// Whether the process works.
        case live
        /// Whether the server is ready for requests.
        case ready(isVerbose: Bool)
        /// The policies in force.
        case policy
        /// The metrics.
        case metrics

        /// Whether the page can have names of users.
        var canNameUsers: Bool {
            switch self {
            case .policy, .ready: true
            case .live, .metrics: false
            }
        }

        /// Reads a request's target; `nil` if there is no such page.
        init?(parsing uri: String) {
            switch uri {
            case "/livez": self = .live
            case "/readyz": self = .ready(isVerbose: false)
            case "/readyz?verbose", "/readyz?verbose=true", "/readyz?verbose=": self = .ready(isVerbose: true)
            case "/policy": self = .policy
            case "/metrics": self = .metrics
            default: return nil
            }
        }
    }

    /// The content of the pages.
    let view: OperationsView
    /// The pages that take long to make.
    let metricsPage = RepeatedPage(), policyPage = RepeatedPage(), policyPageWithNames = RepeatedPage()

    /// A page, and whether the client is local.
    struct Exchange: Sendable {
        /// The page.
        let page: Page
        /// Whether the client is on this machine, that is, inside the Pod; only then names of users are shown.
        let isAskedLocally: Bool
    }

    /// Finds the page.
    func begin(_ head: HTTPRequestHead, from peer: () -> PeerAddress, at now: NIODeadline) -> HeadVerdict<Exchange> {
        guard let page = Page(parsing: head.uri) else {
            return .refuse(.refusing(.notFound, "no such path; the pages are /livez, /readyz, /readyz?verbose, /policy and /metrics"))
        }
        guard head.method == .GET || head.method == .HEAD else {
            return .refuse(.refusing(.methodNotAllowed, "this path is read-only", field: .allow("GET, HEAD")))
        }
        return .accept(Exchange(page: page, isAskedLocally: page.canNameUsers && peer().isLoopback), answerBy: nil, takesPlace: false)
    }

    /// Ignores the body.
    func read(_ body: Span<UInt8>, of exchange: Exchange) -> AnswerStep {
        .answer(answer(exchange))
    }

    private func answer(_ exchange: Exchange) -> HTTPAnswer {
        switch exchange.page {
        case .live: HTTPAnswer(status: .ok, mediaType: .text, body: Array("ok\n".utf8))
        case .ready(let isVerbose): .readiness(view.checks(namesUsers: exchange.isAskedLocally), isVerbose: isVerbose)
        case .policy: HTTPAnswer(status: .ok, body: policy(namesUsers: exchange.isAskedLocally))
        case .metrics: HTTPAnswer(status: .ok, mediaType: .metrics, body: metricsPage.page { view.metricsPage })
        }
    }

    private func policy(namesUsers: Bool) -> [UInt8] {
        (namesUsers ? policyPageWithNames : policyPage).page { view.policyPage(namesUsers: namesUsers) }
    }
}
