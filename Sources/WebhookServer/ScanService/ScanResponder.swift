import KubernetesAPI
import NIOCore
import NIOHTTP1

/// Serves kubesec's HTTP API, which scores posted manifests and answers with reports, and a page for browsers.
///
/// Source of paths, forms and status codes: <https://github.com/controlplaneio/kubesec/blob/a59caad/pkg/server/server.go>
struct ScanResponder<Service: ManifestService>: HTTPResponder {
    /// The request that a header makes.
    enum Exchange: Sendable {
        case page(ScanRoute.Page)
        case scan(Service.Basis)
        /// The page for a browser, with the choices of a link.
        case form(PageForm)
        /// The page for a browser, with the form in the body.
        case posted(FormEncoding)
    }

    /// Scores manifests.
    let service: Service
    /// The counters.
    let metrics: ScanMetrics
    /// The resources that all connections share.
    let shared: SharedResources
    /// The hosts by which clients may request the server; `nil` for any.
    let hosts: HostCheck?
    /// The certificate that is served; `nil` for plain HTTP.
    let certificate: CertificateInForce?
    /// The server's own log, for the number of dropped lines.
    let messages: LineLog?
    /// The program's version.
    let version: String

    /// Finds the page, or checks a scan as far as possible before its body arrives.
    func begin(_ head: HTTPRequestHead, from peer: () -> PeerAddress, at now: NIODeadline) -> HeadVerdict<Exchange> {
        let route = ScanRoute(parsing: head.uri)
        switch route.page {
        case .live, .ready: return .accept(.page(route.page), answerBy: nil, takesPlace: false)
        case .metrics, .usage, .other: break
        }
        if let refusal = refusal(ofHostIn: head.headers) { return .refuse(refusal) }
        guard route.page != .metrics else { return .accept(.page(.metrics), answerBy: nil, takesPlace: false) }
        if route.page == .usage, let exchange = browserExchange(of: head, route) {
            let isScored = if case .form(let form) = exchange { form.example != nil } else { true }
            return .accept(exchange, answerBy: nil, takesPlace: isScored)
        }
        switch head.method {
        case .POST, .PUT: return scan(route, head.headers)
        case .GET, .HEAD:
            guard route.page == .other else { return .accept(.page(.usage), answerBy: nil, takesPlace: false) }
            return .refuse(.text(.seeOther, "use POST to send manifests; see /", field: .location("/")))
        default: return .refuse(.text(.methodNotAllowed, "use POST to send manifests", field: .allow("GET, HEAD, POST, PUT")))
        }
    }

    /// The request of a browser for the page; `nil` for other clients, and for a body that is not a form.
    ///
    /// kubesec's clients post manifests to the same path, with the content type of a form, since that is the one that curl sends.
    private func browserExchange(of head: HTTPRequestHead, _ route: ScanRoute) -> Exchange? {
        guard head.headers.wantHTML, !head.headers.contains(name: "content-encoding") else { return nil }
        switch head.method {
        case .GET, .HEAD: return .form(route.form)
        case .POST: return head.headers.first(name: "content-type").flatMap { FormEncoding(contentType: $0) }.map { .posted($0) }
        default: return nil
        }
    }

    /// The answer to a request by a host that is not allowed; `nil` for any other.
    ///
    /// A client of HTTP/1.0 may send no host, and a browser always sends one.
    private func refusal(ofHostIn headers: HTTPHeaders) -> HTTPAnswer? {
        guard let hosts, let host = headers.first(name: "host"), !hosts.allows(headers) else { return nil }
        let shown = VisibleText.of(host.cut(toBytes: 253))
        return .text(.misdirectedRequest, "requests for the host \"\(shown)\" are not answered here; to allow a host, use --allowed-host")
    }

    /// Writes the page, or scores the posted manifests.
    func read(_ body: Span<UInt8>, of exchange: Exchange) -> AnswerStep {
        .answer(answer(exchange, body: body))
    }

    private func answer(_ exchange: Exchange, body: Span<UInt8>) -> HTTPAnswer {
        switch exchange {
        case .scan(let basis): scan(body, by: basis)
        case .form(let form): page(form)
        case .posted(let encoding): encoding.form(in: body).map(page) ?? .text(.badRequest, "the body is not a form")
        case .page(.live): .text(.ok, "OK")
        case .page(.ready): shared.isDraining ? .text(.serviceUnavailable, "the server is shutting down") : .text(.ok, "OK")
        case .page(.metrics):
            HTTPAnswer(status: .ok, mediaType: .metrics, body: metrics.text(of: shared, certificate, messages, version: version))
        case .page(.usage), .page(.other): .text(.ok, usage)
        }
    }

    private func scan(_ route: ScanRoute, _ headers: HTTPHeaders) -> HeadVerdict<Exchange> {
        guard !route.wantsLink else { return .refuse(.text(.internalServerError, "this server does not sign in-toto links")) }
        guard headers.first(name: "content-encoding").map({ $0.lowercased() == "identity" }) ?? true else {
            return .refuse(.text(.unsupportedMediaType, "the body must not be compressed"))
        }
        guard headers.first(name: "content-type")?.lowercased().hasPrefix("multipart/") != true else {
            return .refuse(.text(.badRequest, "post the manifest itself, as curl --data-binary @pod.yaml does, not a form"))
        }
        do throws(UnusableRules) {
            return .accept(.scan(try service.basis(rules: route.rules)), answerBy: nil)
        } catch {
            return .refuse(.text(.badRequest, VisibleText.of(error.message)))
        }
    }

    private func scan(_ body: Span<UInt8>, by basis: Service.Basis) -> HTTPAnswer {
        let byteLimit = Self.answerByteLimit(shared.limits)
        switch service.answer(body.extracting(Self.formPrefixByteCount(in: body)...), by: basis, byteLimit: byteLimit) {
        case .reports(let bytes, let isWellFormed, let counts):
            metrics.record(counts)
            return HTTPAnswer(status: isWellFormed ? .ok : .badRequest, body: bytes)
        case .unreadable(let problems):
            var counts = ManifestAnswer.Counts()
            counts.invalid = 1
            metrics.record(counts)
            return .text(.badRequest, problems.map(VisibleText.line).joined(separator: "\n"))
        case .tooLarge:
            return .text(.contentTooLarge, "the reports would be larger than \(byteLimit) bytes; post fewer documents at once")
        }
    }

    private func page(_ form: PageForm) -> HTTPAnswer {
        let page = service.page(form, byteLimit: Self.answerByteLimit(shared.limits))
        metrics.record(page.counts)
        let status: HTTPAnswer.Status =
            switch page.completeness {
            case .complete: .ok
            case .invalidChoice: .badRequest
            case .tooLarge: .contentTooLarge
            }
        return HTTPAnswer(status: status, field: .page(contentPolicy: page.contentPolicy), mediaType: .html, body: page.bytes)
    }

    /// The length of the `file=` of a form with one field; the rest is not decoded, as in kubesec.
    private static func formPrefixByteCount(in body: Span<UInt8>) -> Int {
        let prefix = "file=".utf8
        return body.count >= prefix.count && zip(body.indices, prefix).allSatisfy { body[$0] == $1 } ? prefix.count : 0
    }

    /// The largest answer: three quarters of the buffered bytes, so that one answer leaves room for others.
    static func answerByteLimit(_ limits: HTTPLimits) -> Int {
        limits.maxBufferedBytes / 4 * 3
    }

    private var usage: String {
        """
        Podscore \(version) scores Kubernetes manifests by \(service.rulesetName).

        Post YAML or JSON with one or more documents to get a report for each:

          curl -sSX POST --data-binary @pod.yaml http://ADDRESS/scan

        A browser gets a page with a form at /.

        ?rule=ID limits the report to one rule, ?rule=ID&rule=ID to two. The status is 200
        for any score, and 400 if a document can't be parsed.

        /healthz and /readyz tell whether the server works, /metrics has its counters.
        """
    }
}

extension HTTPAnswer {
    /// Makes an answer with lines of plain text.
    static func text(_ status: Status, _ lines: String, field: Field = .none) -> Self {
        Self(status: status, field: field, mediaType: .text, body: Array((lines + "\n").utf8))
    }
}
