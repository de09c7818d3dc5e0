import NIOCore

/// The IP address of a client, by which bytes of unfinished bodies are shared out.
struct PeerAddress: Hashable, Sendable {
    /// The address as text; empty where there is none, as for a UNIX socket.
    let text: String

    /// Takes the address out of a connection's remote address.
    init(_ address: SocketAddress?) {
        text = address?.ipAddress ?? ""
    }

    /// Takes an address as text.
    init(_ text: String) {
        self.text = text
    }

    /// Whether the client is on this machine: 127.0.0.0/8, also inside IPv6, or ::1.
    var isLoopback: Bool {
        text == "::1" || text.hasPrefix("127.") || text.hasPrefix("::ffff:127.")
    }
}
