package import KubernetesAPI
package import TLS

/// Why a request got no usable answer, and what to do.
package struct APIError: Error, Sendable, Equatable {
    /// The reason.
    package enum Cause: Error, Sendable, Equatable {
        /// No connection: nobody listens, no route, or the host has no address; the reason.
        case unreachable(reason: String)
        /// The connection was not made in time.
        case connectTimedOut(Duration)
        /// TLS failed.
        case tls(TLSError)
        /// The handshake of TLS was not complete in time.
        case handshakeTimedOut(Duration)
        /// The answer did not begin in time.
        case answerTimedOut(Duration)
        /// The body was silent for too long.
        case bodyTimedOut(Duration)
        /// The server closed the connection before the answer began.
        case closedBeforeAnswer
        /// The answer was cut off.
        case cutOff
        /// The answer is not HTTP.
        case invalidHTTP(reason: String)
        /// The body is not what was asked for.
        case invalidBody(DecodingFailure)
        /// The body is larger than any answer should be.
        case bodyTooLarge(byteLimit: Int)
        /// The server refused.
        case status(StatusAnswer)
        /// There are no usable credentials.
        case credentials(CredentialProblem)
        /// A list without end.
        case endlessList(pageLimit: Int)
        /// The task was cancelled.
        case cancelled
    }

    /// The reason.
    package let cause: Cause
    /// The request, such as `list scorepolicies.podscore.dev`.
    package let request: String
    /// The address of the server.
    package let server: String
    /// The remedy; empty if the reason says it.
    package let advice: String

    /// A failure of a request.
    ///
    /// `environment` adds what only the caller knows, such as an ignored proxy.
    init(_ cause: Cause, of request: APIRequest, at server: ServerAddress, environment: String = "") {
        self.cause = cause
        self.request = request.summary
        self.server = server.description
        advice = Self.advice(cause, request, environment)
    }
}

extension APIError: CustomStringConvertible {
    /// One line: the request, the server, the reason, and what to do.
    package var description: String {
        "\(request) at \(server): \(cause)\(advice.isEmpty ? "" : "; \(advice)")"
    }

    private static func advice(_ cause: Cause, _ request: APIRequest, _ environment: String) -> String {
        switch cause {
        case .unreachable, .connectTimedOut, .handshakeTimedOut: environment
        case .tls(let error): advice(for: error)
        case .status(let status): advice(for: status, request)
        default: ""
        }
    }

    private static func advice(for error: TLSError) -> String {
        switch error {
        case .serverCertificateRejected(let rejection):
            switch rejection.cause {
            case .name: "set tls-server-name to one of these names"
            case .authority: "check certificate-authority of the kubeconfig, or ca.crt of the service account"
            case .time: "renew the API server's certificate, or set this machine's clock"
            case .other: ""
            }
        case .alertReceived, .receiveFailed: "check the client certificate of the kubeconfig"
        case .handshakeFailed: "check that the address is that of an API server and begins with the right scheme"
        default: ""
        }
    }

    private static func advice(for status: StatusAnswer, _ request: APIRequest) -> String {
        switch (status.code, request.target) {
        case (401, _): "the token or client certificate is invalid or expired"
        case (403, .resource(let resource, _, _, let subresource)) where !status.isNamespaceTerminating:
            "add to a ClusterRole of this account: apiGroups: [\(resource.group.debugDescription)], "
                + "resources: [\((resource.plural + (subresource.map { "/\($0)" } ?? "")).debugDescription)], "
                + "verbs: [\(request.verb.rawValue.debugDescription)]"
        case (404, .resource(let resource, _, _, _)) where status.isUnknownPath:
            "\(resource.qualifiedName) is not installed; install its CustomResourceDefinition"
        default: ""
        }
    }
}

extension APIError.Cause: CustomStringConvertible {
    /// One line without the request.
    package var description: String {
        switch self {
        case .unreachable(let reason): reason
        case .connectTimedOut(let limit): "no connection within \(limit.components.seconds) s"
        case .tls(let error): "\(error)"
        case .handshakeTimedOut(let limit): "no TLS handshake within \(limit.components.seconds) s"
        case .answerTimedOut(let limit): "no answer within \(limit.components.seconds) s"
        case .bodyTimedOut(let limit): "the answer was silent for \(limit.components.seconds) s"
        case .closedBeforeAnswer: "the server closed the connection without an answer"
        case .cutOff: "the answer was cut off"
        case .invalidHTTP(let reason): "the answer is not HTTP/1.1 (\(reason))"
        case .invalidBody(let failure): "the answer can't be read: \(failure.reason)"
        case .bodyTooLarge(let byteLimit): "the answer is larger than \(byteLimit) bytes"
        case .status(let status): "\(status)"
        case .credentials(let problem): "\(problem)"
        case .endlessList(let limit): "the list has more than \(limit) pages"
        case .cancelled: "cancelled"
        }
    }

    /// The server's refusal.
    package var status: StatusAnswer? {
        if case .status(let status) = self { status } else { nil }
    }
}
