import COpenSSL

/// The other end of a TLS connection.
package enum TLSPeer: String, Sendable {
    /// The connection is one that this process accepted.
    case client
    /// The connection is one that this process opened.
    case server
}

/// Why a TLS connection failed; it is closed when this is caught.
package enum TLSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no memory for a connection's state.
    case sessionUnavailable(OpenSSLReason)

    /// The peer does not speak TLS, or speaks none that is accepted.
    case handshakeFailed(OpenSSLReason)

    /// The peer ended the handshake with a fatal alert, for example because it does not trust the other's certificate.
    case alertReceived(OpenSSLReason, from: TLSPeer)

    /// The client sent no certificate, or one that is not accepted.
    case clientCertificateRejected(ClientCertificateRejection)

    /// The server's certificate is not accepted.
    case serverCertificateRejected(ServerCertificateRejection)

    /// The peer sent more than `byteLimit` bytes without completing the handshake, or announced a message too long for it.
    case handshakeTooLong(byteLimit: Int)

    /// The peer went away during the handshake.
    case closedDuringHandshake(by: TLSPeer)

    /// A record of an established connection can't be decrypted or breaks the protocol, or the peer sent a fatal alert.
    case receiveFailed(OpenSSLReason)

    /// The client changed its keys far more often than any client needs, at a cost far above its bytes.
    case tooManyKeyUpdates

    /// Bytes can't be encrypted.
    case sendFailed(OpenSSLReason)

    /// One line without a full stop, such as `handshake failed: wrong version number`.
    package var description: String {
        switch self {
        case .sessionUnavailable(let reason): "no TLS session: \(reason)"
        case .handshakeFailed(let reason): "handshake failed: \(reason)"
        case .alertReceived(let reason, let peer): "handshake failed: the \(peer.rawValue) sent \(reason)"
        case .clientCertificateRejected(let rejection): "handshake failed: client certificate rejected: \(rejection.reason)"
        case .serverCertificateRejected(let rejection): "handshake failed: server certificate rejected: \(rejection.reason)"
        case .handshakeTooLong(let byteLimit): "handshake failed: too long, or not complete after \(byteLimit) bytes"
        case .closedDuringHandshake(let peer): "handshake failed: closed by the \(peer.rawValue)"
        case .receiveFailed(let reason): "receiving failed: \(reason)"
        case .tooManyKeyUpdates: "receiving failed: too many changes of keys"
        case .sendFailed(let reason): "sending failed: \(reason)"
        }
    }
}

/// The reason that libssl gives for its latest failure, such as `wrong version number`.
package struct OpenSSLReason: Error, Equatable, Sendable, CustomStringConvertible {
    /// The code of the first error of libssl in the queue, else of the first of libcrypto; 0 if the queue was empty.
    ///
    /// libcrypto's error says which operation failed, libssl's what that means for the connection.
    package let code: UInt

    /// libssl's text for the code.
    package let description: String

    /// Empties the error queue before a call.
    ///
    /// The queue belongs to the thread, and one event loop serves many connections: without this, a call would report the failure of
    /// another connection.
    static func clearQueue() {
        // Emptying an empty queue costs four times as much as peeking at it.
        if ERR_peek_error() != 0 { ERR_clear_error() }
    }

    /// Takes the failure of the last call out of the thread's error queue, and empties the queue.
    ///
    /// Do not suspend between the call and this.
    static func drainingQueue() -> OpenSSLReason {
        let first = ERR_get_error()
        var code = first
        while code != 0, ERR_GET_LIB(code) != ERR_LIB_SSL {
            code = ERR_get_error()
        }
        ERR_clear_error()
        let telling = code == 0 ? first : code
        return OpenSSLReason(code: telling, description: text(for: telling))
    }

    private static func text(for code: UInt) -> String {
        guard code != 0 else { return "no reason given" }
        // Safety: the strings of libssl are static; a code that it has no words for gives a null pointer.
        guard let text = unsafe ERR_reason_error_string(code) else { return "error \(String(code, radix: 16))" }
        return unsafe String(cString: text)
    }
}
