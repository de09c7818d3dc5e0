import Glibc
import NIOCore
import NIOPosix
import Platform
import TLS

/// A listening socket with the connections that it accepted.
struct PortListener: Sendable {
    /// The port listened on.
    let port: Int
    /// The open connections.
    let connections: ConnectionRegistry
    /// The resources that they share.
    let shared: SharedResources

    /// The buffer of a connection's next read; its size follows the last reads, from an ordinary review up to a TLS record.
    private static let readBufferSizes = AdaptiveRecvByteBufferAllocator(minimum: 1 << 10, initial: 8 << 10, maximum: 16 << 10)

    /// The bytes of answers that the kernel buffers for a client that does not read: dozens of ordinary answers.
    ///
    /// The kernel's default grows to megabytes, so that a client that never reads could have thousands of requests decided.
    private static let sendBufferByteCount: ChannelOptions.Types.SocketOption.Value = 64 << 10

    /// The bytes that the kernel buffers for a connection that is not read: a client does not read its answers, or a large request is decided.
    ///
    /// The kernel's default grows to megabytes for each connection, and counts as memory of the Pod. Linux takes twice the number.
    private static let receiveBufferByteCount: ChannelOptions.Types.SocketOption.Value = 64 << 10

    private let channel: any Channel
    private let group: MultiThreadedEventLoopGroup

    /// Listens and serves connections; `tls` gives the certificate of each connection, `nil` serves plain HTTP.
    static func open(
        host: String,
        port: Int,
        serving responder: AnyResponder,
        shared: SharedResources,
        group: MultiThreadedEventLoopGroup,
        tls: (@Sendable () -> TLSContext)?
    ) async throws(ListenError) -> Self {
        let limits = shared.limits
        let connections = ConnectionRegistry(limit: limits.maxConnections, arrivalTime: limits.arrivalTime, closures: shared.closures)
        let pipeline = ConnectionPipeline(responder: responder, shared: shared, connections: connections, tls: tls)
        do {
            let channel = try await bootstrap(group, pipeline).bind(host: host, port: port).get()
            let boundPort = channel.localAddress?.port ?? port
            return Self(port: boundPort, connections: connections, shared: shared, channel: channel, group: group)
        } catch {
            throw failure(error, host: host, port: port)
        }
    }

    /// Ends without losing a request: becomes unready, keeps serving for a while, takes no new connections, and finishes requests in flight
    /// until the deadline.
    func drain(_ drain: HTTPDrain) async {
        shared.beginDraining()
        await wait(drain.propagationDelay)
        await close(within: drain.deadline)
    }

    /// Waits on an event loop.
    private func wait(_ duration: Duration) async {
        try? await channel.eventLoop.scheduleTask(in: TimeAmount(duration)) {}.futureResult.get()
    }

    /// Takes no new connections, lets the others finish, and closes those that are left when the time is over.
    func close(within duration: Duration) async {
        // Fails only if the socket is already closed.
        try? await channel.close().get()
        // Accepted connections may be on their way to their event loops; after one turn of each loop they are registered.
        for eventLoop in group.makeIterator() { try? await eventLoop.submit {}.get() }
        let allClosed = connections.drain(on: channel.eventLoop)
        let connections = connections
        let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(duration)) { connections.closeAll() }
        try? await allClosed.get()
        deadline.cancel()
    }

    private static func bootstrap(
        _ group: MultiThreadedEventLoopGroup,
        _ pipeline: ConnectionPipeline
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            // The kernel's own limit counts if it is lower; beyond it, a client tries again after a second.
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Connections inherit it.
            .serverChannelOption(.socketOption(.so_sndbuf), value: sendBufferByteCount)
            .serverChannelOption(.socketOption(.so_rcvbuf), value: receiveBufferByteCount)
            .serverChannelInitializer { channel in
                // Without free file descriptors, accept again a moment later.
                channel.eventLoop.makeCompletedFuture {
                    let handler = AcceptBackoffHandler(shouldForwardIOErrorCaught: false) { _ in .milliseconds(100) }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.recvAllocator, value: readBufferSizes)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 32 << 10, high: 64 << 10))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try pipeline.configure(channel) }
            }
    }

    private static func failure(_ error: any Error, host: String, port: Int) -> ListenError {
        guard let error = error as? IOError else { return .addressUnavailable(host: host, port: port) }
        switch error.errnoCode {
        case EADDRINUSE: return .addressInUse(host: host, port: port)
        case EACCES: return .notPermitted(host: host, port: port)
        case EADDRNOTAVAIL: return .addressUnavailable(host: host, port: port)
        default: return .system(host: host, port: port, errno: error.errnoCode)
        }
    }
}

/// Why a server could not start.
package enum ListenError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Another process listens on the port, or did so until a moment ago.
    case addressInUse(host: String, port: Int)
    /// The port is below 1024, and the process may not use such ports.
    case notPermitted(host: String, port: Int)
    /// The address does not belong to this machine, or is not an address.
    case addressUnavailable(host: String, port: Int)
    /// Another error of the system; `errno` is 0 if it gave none.
    case system(host: String, port: Int, errno: Int32)

    /// One line that says what is wrong and what to do.
    package var description: String {
        switch self {
        case .addressInUse(let host, let port):
            "\(AddressText.of(host: host, port: port)) is in use by another process; choose another port"
        case .notPermitted(let host, let port):
            "no permission to listen on \(AddressText.of(host: host, port: port)); choose a port above 1023"
        case .addressUnavailable(let host, let port): "cannot listen on port \(port) of \(host): not an address of this machine"
        case .system(let host, let port, let errno):
            "cannot listen on \(AddressText.of(host: host, port: port)): \(errno == 0 ? "no reason given" : SystemError.words(for: errno))"
        }
    }
}

/// A host and a port as a person or a URL writes them.
package enum AddressText {
    /// Reads `PORT`, `:PORT` or `HOST:PORT`, with brackets around an IPv6 address; `nil` for any other text.
    ///
    /// The host is `nil` if the text has none; the port is 0 to 65535.
    package static func parse(_ text: Substring) -> (host: String?, port: Int)? {
        let separator = text.utf8.lastIndex(of: UInt8(ascii: ":"))
        let portText = separator.map { text[text.utf8.index(after: $0)...] } ?? text
        guard !portText.isEmpty, portText.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let port = Int(portText),
            port <= 65535
        else { return nil }
        var host = separator.map { text[..<$0] } ?? ""
        if host.utf8.first == UInt8(ascii: "["), host.utf8.last == UInt8(ascii: "]") {
            host = host.dropFirst().dropLast()
            guard host.utf8.contains(UInt8(ascii: ":")) else { return nil }
        } else if host.utf8.contains(UInt8(ascii: ":")) {
            // Without brackets, the address and the port cannot be told apart.
            return nil
        }
        return (host.isEmpty ? nil : String(host), port)
    }

    /// Writes `HOST:PORT`, with brackets around an IPv6 address.
    package static func of(host: String, port: Int) -> String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
