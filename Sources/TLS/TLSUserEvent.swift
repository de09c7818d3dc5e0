/// What a ``TLSServerHandler`` tells the handlers after it, as a user inbound event.
package enum TLSUserEvent: Equatable, Sendable {
    /// The handshake is complete: what is read from here on was decrypted, what is written is encrypted.
    ///
    /// `negotiatedProtocol` is `http/1.1`, or `nil` when the client named no protocol.
    case handshakeCompleted(negotiatedProtocol: String?)
}

/// What a ``TLSServerHandler`` is asked by the handlers after it, as a user outbound event.
package enum TLSRequest: Equatable, Sendable {
    /// Encrypt what was written and not flushed yet, so that a later flush has only to send it.
    ///
    /// Whoever has written on several connections so encrypts for all of them before the first of them sends. During the handshake it
    /// does nothing; the flush encrypts.
    case encrypt
}
