import KubernetesAPI
import NIOCore

/// The limits of one client, and of all clients together.
package struct HTTPLimits: Sendable {
    /// The largest request body, in bytes.
    ///
    /// The largest review of an API server has an object of 3 MiB and another of 1.5 MiB; JSON writes a byte as at most six.
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
    /// Complete requests whose answer is not in the socket yet, of all clients together; another one gets 503.
    ///
    /// Default 256: an ordinary request takes 50 µs, so the last one waits about 10 ms on one core.
    package var maxInFlight = 256
    /// Bytes of request bodies held at once, of all clients together; ``LoadGauge`` says how they are counted and which bodies give way.
    ///
    /// Default 64 MiB; at least ``leastBufferedBytes(forBodiesOf:)``.
    package var maxBufferedBytes = 64 << 20
    /// Larger bodies, in bytes, are decided on dedicated threads, and their decoded models are counted.
    ///
    /// Default 256 KiB: such a body takes 1 ms, or 10 ms if full of escapes, during which the event loop serves nobody else.
    package var largeBodyByteCount = 256 << 10
    /// Only one larger body, in bytes, is received or decided at a time.
    ///
    /// Default 4 MiB.
    package var exclusiveBodyByteCount = 4 << 20
    /// Whether the decoded model of a large body counts among the buffered bytes while it is decided.
    package var countsModels = true
    /// Open connections; another one closes one without a request or an idle one, as ``ConnectionRegistry`` decides.
    ///
    /// Default 768; docs/operations.md has the arithmetic.
    package var maxConnections = 768
    /// How long a request that is arriving keeps its connection in use, so that an idle one is closed for another instead.
    ///
    /// Default 2 s: a body of ``exclusiveBodyByteCount`` takes that long at the rate at which the largest body just meets ``bodyTimeout``.
    /// The exclusive body keeps its connection in use until its end.
    package var arrivalTime = Duration.seconds(2)
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
    /// How long a connection may be idle; longer than the API server's 90 s, so that the API server closes first and no request meets a
    /// closing connection.
    ///
    /// Default 120 s.
    package var idleTimeout = Duration.seconds(120)
    /// How long a client may take to read an answer.
    ///
    /// Default 10 s.
    package var writeTimeout = Duration.seconds(10)
    /// How long a connection is kept after its last answer while the client still sends, so that the client can read the answer.
    ///
    /// Default 2 s.
    package var lingerTimeout = Duration.seconds(2)

    /// The defaults.
    package init() {}

    /// The least ``maxBufferedBytes`` that has room for a body of a size and its decoded model.
    package static func leastBufferedBytes(forBodiesOf byteCount: Int) -> Int {
        byteCount + ModelBudget.byteLimit(forDocumentOf: byteCount)
    }
}

/// How the server ends.
package struct HTTPDrain: Sendable {
    /// How long to keep serving while not ready, until the cluster sends no more requests.
    ///
    /// Default 5 s.
    package var propagationDelay = Duration.seconds(5)
    /// How long to wait for requests in flight after that.
    ///
    /// Default 20 s.
    package var deadline = Duration.seconds(20)

    /// The defaults.
    package init() {}
}

/// How long a connection may stay in each of its phases.
struct ConnectionTimeouts: Sendable {
    /// From the first byte of the connection until its first header is complete, the handshake included.
    let firstHeader: TimeAmount
    /// From the beginning of a later header to its end.
    let header: TimeAmount
    /// From the end of a header to the end of the body.
    let body: TimeAmount
    /// Without a request.
    let idle: TimeAmount
    /// Until the client reads an answer.
    let write: TimeAmount
    /// After the last answer.
    let linger: TimeAmount

    /// Converts the limits into NIO's unit.
    init(_ limits: HTTPLimits) {
        firstHeader = TimeAmount(limits.firstHeaderTimeout)
        header = TimeAmount(limits.headerTimeout)
        body = TimeAmount(limits.bodyTimeout)
        idle = TimeAmount(limits.idleTimeout)
        write = TimeAmount(limits.writeTimeout)
        linger = TimeAmount(limits.lingerTimeout)
    }
}
