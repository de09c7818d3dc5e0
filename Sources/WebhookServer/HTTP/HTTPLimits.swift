import KubernetesAPI
import NIOCore

/// What one client, and all together, may ask of the server.
package struct HTTPLimits: Sendable {
    /// The largest request body, in bytes.
    ///
    /// The largest review of an API server holds an object of 3 MiB and another of 1.5 MiB; its JSON writes a byte as six at most.
    ///
    /// Default 32 MiB.
    package var bodyByteLimit = 32 << 20
    /// The largest header, in bytes, request line included.
    ///
    /// Default 32 KiB.
    package var headerByteLimit = 32 << 10
    /// The most header fields.
    ///
    /// Default 100.
    package var headerFieldLimit = 100
    /// Complete requests whose answer is not in the socket yet, of all clients together; one more is answered 503.
    ///
    /// Default 256: ordinary ones take 50 µs, so that the last of them waits for some 10 ms on one core.
    package var maxInFlight = 256
    /// Bytes of request bodies held at once, of all clients together; see ``LoadGauge`` for how they are counted and who gives way.
    ///
    /// Default 64 MiB; ``leastBufferedBytes(forBodiesOf:)`` at least.
    package var maxBufferedBytes = 64 << 20
    /// Bodies beyond this size, in bytes, are decided on dedicated threads, and their decoded models are counted.
    ///
    /// Default 256 KiB: a body of that size takes a millisecond or, full of escapes, ten, in which nobody else is served.
    package var largeBodyByteCount = 256 << 10
    /// One body beyond this size, in bytes, is received or decided at a time.
    ///
    /// Default 4 MiB.
    package var exclusiveBodyByteCount = 4 << 20
    /// Whether the decoded model of a large body counts among the buffered bytes while it is decided.
    package var countsModels = true
    /// Open connections; when another comes, one that never sent a whole request is closed, or the one that has been idle longest.
    ///
    /// Default 768; docs/operations.md has the arithmetic.
    package var maxConnections = 768
    /// From the beginning of a connection to the end of its first header, the handshake included.
    ///
    /// Default 10 s.
    package var firstHeaderTimeout = Duration.seconds(10)
    /// From the first byte of a later request to the end of its header.
    ///
    /// Default 10 s.
    package var headerTimeout = Duration.seconds(10)
    /// From the end of the header to the end of the body.
    ///
    /// Default 15 s.
    package var bodyTimeout = Duration.seconds(15)
    /// How long a connection may stay open without a request; longer than the 90 s for which the API server keeps idle ones, so
    /// that it closes first and no request meets a closing connection.
    ///
    /// Default 120 s.
    package var idleTimeout = Duration.seconds(120)
    /// How long a client may take to take an answer.
    ///
    /// Default 10 s.
    package var writeTimeout = Duration.seconds(10)
    /// How long an answered connection is kept for what the client is still sending, so that it can read the answer.
    ///
    /// Default 2 s.
    package var lingerTimeout = Duration.seconds(2)

    /// Begins with the defaults.
    package init() {}

    /// The least ``maxBufferedBytes`` with which a body of that size and its decoded model have room.
    package static func leastBufferedBytes(forBodiesOf byteCount: Int) -> Int {
        byteCount + ModelBudget.byteLimit(forDocumentOf: byteCount)
    }
}

/// How the server ends.
package struct HTTPDrain: Sendable {
    /// How long to serve on, not ready, until the cluster has learned that no request should come.
    ///
    /// Default 5 s.
    package var propagationDelay = Duration.seconds(5)
    /// How long after that to wait for requests in flight.
    ///
    /// Default 20 s.
    package var deadline = Duration.seconds(20)

    /// Begins with the defaults.
    package init() {}
}

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
    init(_ limits: HTTPLimits) {
        firstHeader = TimeAmount(limits.firstHeaderTimeout)
        header = TimeAmount(limits.headerTimeout)
        body = TimeAmount(limits.bodyTimeout)
        idle = TimeAmount(limits.idleTimeout)
        write = TimeAmount(limits.writeTimeout)
        linger = TimeAmount(limits.lingerTimeout)
    }
}
