/// What a ``TLSServerHandler`` tells the handlers after it, as a user inbound event.
package enum TLSUserEvent: Equatable, Sendable {
    /// The handshake is complete: what is read from here on was decrypted, what is written is encrypted.
    ///
    /// `negotiatedProtocol` is `http/1.1`, or `nil` when the client named no protocol.
    case handshakeCompleted(negotiatedProtocol: String?)
}
