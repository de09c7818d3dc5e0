import COpenSSL
import CTLSShims
import Glibc

/// A client with libssl's own socket transport, blocking, for what only a real connection shows.
///
/// A class because it owns C handles.
@safe
final class SocketClient {
    /// The call that failed.
    struct Failure: Error {
        let call: String
    }

    // Safety: made in `init`, freed in `deinit`, used by one test only.
    private let context: OpaquePointer
    private let session: OpaquePointer
    private let socket: Int32

    /// Connects and completes the handshake; waits at most ten seconds for each answer.
    init(port: Int) throws {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()), let session = unsafe SSL_new(context) else {
            throw Failure(call: "SSL_new")
        }
        unsafe self.context = context
        unsafe self.session = session
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = in_addr_t(UInt32(0x7f00_0001).bigEndian)
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe connect(socket, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(call: "connect") }
        guard unsafe SSL_set_fd(session, socket) == 1, unsafe SSL_connect(session) == 1 else { throw Failure(call: "SSL_connect") }
    }

    deinit {
        unsafe SSL_free(session)
        unsafe SSL_CTX_free(context)
        close(socket)
    }

    /// Whether the server said that nothing more will come.
    var hasReceivedCloseNotify: Bool { unsafe SSL_get_shutdown(session) & SSL_RECEIVED_SHUTDOWN != 0 }

    /// Sends all bytes.
    func send(_ bytes: [UInt8]) throws {
        guard unsafe SSL_write(session, bytes, Int32(bytes.count)) == Int32(bytes.count) else { throw Failure(call: "SSL_write") }
    }

    /// Reads until the server ends the connection.
    func receiveAll() -> [UInt8] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe SSL_read(session, &buffer, Int32(buffer.count))
            guard count > 0 else { return received }
            received += buffer.prefix(Int(count))
        }
    }

    /// Ends the sending half of the connection, after close_notify or without it.
    func closeOutput(sayingSo saysSo: Bool) {
        if saysSo { unsafe SSL_shutdown(session) }
        shutdown(socket, Int32(SHUT_WR))
    }
}
