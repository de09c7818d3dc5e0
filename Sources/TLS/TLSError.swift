/// Why a TLS connection failed; it is closed when this is caught.
package enum TLSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The memory for a connection's state is not to be had.
    case sessionUnavailable(OpenSSLReason)

    /// The client speaks no TLS, or none that is accepted, or it refused what it was offered.
    case handshakeFailed(OpenSSLReason)

    /// The client's certificate does not lead to a client authority, is not for clients or has another name; `detail` says which.
    case clientCertificateRefused(detail: String)

    /// The client sent more than `byteLimit` bytes without completing the handshake, or announced a message too long for it.
    case handshakeTooLong(byteLimit: Int)

    /// The client went away after the first bytes of a handshake.
    case closedDuringHandshake

    /// A record of an established connection can't be decrypted or breaks the protocol, or the client sent a fatal alert.
    case receiveFailed(OpenSSLReason)

    /// Bytes can't be encrypted.
    case sendFailed(OpenSSLReason)

    /// A sentence part without a full stop, such as `handshake failed: wrong version number`.
    package var description: String {
        switch self {
        case .sessionUnavailable(let reason): "no TLS session: \(reason)"
        case .handshakeFailed(let reason): "handshake failed: \(reason)"
        case .clientCertificateRefused(let detail): "handshake failed: client certificate refused: \(detail)"
        case .handshakeTooLong(let byteLimit): "handshake failed: too long, or not complete after \(byteLimit) bytes"
        case .closedDuringHandshake: "handshake failed: closed by the client"
        case .receiveFailed(let reason): "receiving failed: \(reason)"
        case .sendFailed(let reason): "sending failed: \(reason)"
        }
    }
}
