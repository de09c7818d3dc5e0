import NIOCore

/// How long a connection may stay in each of its phases.
struct ConnectionTimeouts: Sendable {
    /// From the first byte of the connection until its first header is complete, the handshake included.
    let firstHeader: TimeAmount
    /// Until a later header that was begun is complete.
    let header: TimeAmount
    /// Until a body is complete.
    let body: TimeAmount
    /// Without a request.
    let idle: TimeAmount
    /// Until the client takes an answer.
    let write: TimeAmount
    /// After the last answer.
    let linger: TimeAmount

    /// Takes the limits over in NIO's unit.
    init(_ limits: WebhookServer.Limits) {
        firstHeader = TimeAmount(limits.firstHeaderTimeout)
        header = TimeAmount(limits.headerTimeout)
        body = TimeAmount(limits.bodyTimeout)
        idle = TimeAmount(limits.idleTimeout)
        write = TimeAmount(limits.writeTimeout)
        linger = TimeAmount(limits.lingerTimeout)
    }
}
