import KubernetesAPI
import NIOCore
import NIOHTTP1

/// The port for probes and metrics.
struct OperationsResponder: HTTPResponder {
    /// The pages.
    enum Page: Sendable, Equatable {
        /// The process answers.
        case live
        /// Requests should come.
        case ready(isVerbose: Bool)
        /// What is in force.
        case policy
        /// What was counted.
        case metrics

        /// Reads a request's target; `nil` for another.
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

    /// What the pages show.
    let view: OperationsView

    /// A page, and who wants it.
    struct Exchange: Sendable {
        /// The page.
        let page: Page
        /// Whether whoever asks is on this machine, as who is in the Pod: names of users are for them alone.
        let isAskedLocally: Bool
    }

    /// Finds the page.
    func begin(_ head: HTTPRequestHead, from peer: () -> PeerAddress, at now: NIODeadline) -> HeadVerdict<Exchange> {
        guard let page = Page(parsing: head.uri) else {
            return .refuse(.refusing(.notFound, "no such path; there are /livez, /readyz, /readyz?verbose, /policy and /metrics"))
        }
        guard head.method == .GET || head.method == .HEAD else {
            return .refuse(.refusing(.methodNotAllowed, "this path is read only", field: .allow("GET, HEAD")))
        }
        return .accept(Exchange(page: page, isAskedLocally: page == .policy && peer().isLoopback), answerBy: nil, takesPlace: false)
    }

    /// Ignores the body.
    func read(_ body: Span<UInt8>, of exchange: Exchange) -> AnswerStep {
        .answer(answer(exchange))
    }

    private func answer(_ exchange: Exchange) -> HTTPAnswer {
        switch exchange.page {
        case .live: HTTPAnswer(status: .ok, mediaType: .text, body: Array("ok\n".utf8))
        case .ready(let isVerbose): readiness(isVerbose: isVerbose)
        case .policy: HTTPAnswer(status: .ok, body: view.policyPage(namesUsers: exchange.isAskedLocally))
        case .metrics: HTTPAnswer(status: .ok, mediaType: .metrics, body: view.metricsPage)
        }
    }

    /// Lists the checks as Kubernetes' own components do: `[+]name ok`, `[-]name failed`.
    private func readiness(isVerbose: Bool) -> HTTPAnswer {
        let checks = view.checks
        let isReady = checks.allSatisfy(\.holds)
        let shown = isVerbose ? checks : checks.filter { !$0.holds }
        let lines = shown.map { "[\($0.holds ? "+" : "-")]\($0.name) \($0.holds ? "ok" : "failed"): \(VisibleText.of($0.detail))\n" }
        let text = lines.joined() + (isReady ? "ok\n" : "not ready\n")
        return HTTPAnswer(status: isReady ? .ok : .serviceUnavailable, mediaType: .text, body: Array(text.utf8))
    }
}
