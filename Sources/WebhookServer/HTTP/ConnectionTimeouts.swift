import NIOCore

/// How long a connection may stay in each of its phases.
struct ConnectionTimeouts: Sendable {
    /// Until the handshake is complete.
    let handshake: TimeAmount
    /// Until a header that was begun is complete.
    let header: TimeAmount
    /// Until a body is complete.
    let body: TimeAmount
    /// Without a request.
    let idle: TimeAmount
    /// After the last answer.
    let linger: TimeAmount

    /// Takes the limits over in NIO's unit.
    init(_ limits: WebhookServer.Limits) {
        handshake = TimeAmount(limits.handshakeTimeout)
        header = TimeAmount(limits.headerTimeout)
        body = TimeAmount(limits.bodyTimeout)
        idle = TimeAmount(limits.idleTimeout)
        linger = TimeAmount(limits.lingerTimeout)
    }
}

/// What a ``ConnectionHandler`` tells the handlers after it, as a user inbound event.
enum ConnectionEvent: Sendable {
    /// The time for the request's header or body is over.
    case stalled
    /// The server ends: no further request is served.
    case draining
}
