import COpenSSL
import Glibc

/// A client with libssl's own socket transport, blocking, for what only a real connection shows.
///
/// A class because it owns C handles.
@safe
package final class SocketClient {
    /// The call that failed.
    package struct Failure: Error {
        let call: String
    }

    // Safety: made in `init`, freed in `deinit`, used by one test only.
    private let context: OpaquePointer
    private let session: OpaquePointer
    private let socket: PlainSocket

    /// Connects and completes the handshake; waits at most a minute for each answer, as a guard against hanging.
    package init(port: Int) throws {
        socket = try PlainSocket(port: port)
        guard let context = unsafe SSL_CTX_new(TLS_client_method()), let session = unsafe SSL_new(context) else {
            throw Failure(call: "SSL_new")
        }
        unsafe self.context = context
        unsafe self.session = session
        guard unsafe SSL_set_fd(session, socket.descriptor) == 1, unsafe SSL_connect(session) == 1 else {
            throw Failure(call: "SSL_connect")
        }
    }

    deinit {
        unsafe SSL_free(session)
        unsafe SSL_CTX_free(context)
    }

    /// Whether the server said that nothing more will come.
    package var hasReceivedCloseNotify: Bool { unsafe SSL_get_shutdown(session) & SSL_RECEIVED_SHUTDOWN != 0 }

    /// Sends all bytes.
    package func send(_ bytes: [UInt8]) throws {
        guard unsafe SSL_write(session, bytes, Int32(bytes.count)) == Int32(bytes.count) else { throw Failure(call: "SSL_write") }
    }

    /// Reads what has arrived, and waits when nothing has; empty when the server ended the connection.
    package func receive() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        let count = unsafe SSL_read(session, &buffer, Int32(buffer.count))
        return count > 0 ? Array(buffer.prefix(Int(count))) : []
    }

    /// Why nothing more can be read, in the words of libssl for an alert, or of the system for a connection that was reset.
    package func failureToReceive() -> String {
        ERR_clear_error()
        errno = 0
        var byte: UInt8 = 0
        let result = unsafe SSL_read(session, &byte, 1)
        guard result <= 0 else { return "received a byte" }
        if unsafe SSL_get_error(session, result) == SSL_ERROR_SSL, let reason = unsafe ERR_reason_error_string(ERR_peek_error()) {
            return unsafe String(cString: reason)
        }
        return unsafe String(cString: strerror(errno))
    }

    /// Reads until the server ends the connection.
    package func receiveAll() -> [UInt8] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe SSL_read(session, &buffer, Int32(buffer.count))
            guard count > 0 else { return received }
            received += buffer.prefix(Int(count))
        }
    }

    /// Ends the connection at once, whatever is still to come.
    package func disconnect() {
        socket.disconnect()
    }

    /// Ends the sending half of the connection, after close_notify or without it.
    package func closeOutput(sayingSo saysSo: Bool) {
        if saysSo { unsafe SSL_shutdown(session) }
        shutdown(socket.descriptor, Int32(SHUT_WR))
    }
}
