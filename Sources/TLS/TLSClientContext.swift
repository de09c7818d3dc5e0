import NIOCore

/// The authorities, the certificate and the settings that a client connects with.
///
/// A class because all connections share it: a changed file makes a new one, while connections keep the one they began with. TLS 1.2 and 1.3,
/// `http/1.1`, no renegotiation, no resumption.
package final class TLSClientContext: Sendable {
    /// The certificates of servers that are accepted.
    package enum Trust: Equatable, Sendable {
        /// Those that an authority of the system issued.
        case systemAuthorities
        /// Those that one of these certificates issued, or that are one of them; no authority of the system is added.
        case authorities(pem: [UInt8])
        /// All of them, with any name.
        case everything
    }

    /// A certificate that servers can ask for.
    package struct Identity: Equatable, Sendable {
        /// The leaf first, then its intermediates.
        package let certificateChainPEM: [UInt8]
        /// The leaf's key, not encrypted.
        package let privateKeyPEM: [UInt8]

        /// A certificate and its key.
        package init(certificateChainPEM: [UInt8], privateKeyPEM: [UInt8]) {
            self.certificateChainPEM = certificateChainPEM
            self.privateKeyPEM = privateKeyPEM
        }
    }

    private let handle: TLSContextHandle
    private let verifies: Bool

    /// Reads and checks everything that connections need.
    ///
    /// Throws ``TLSConfigurationError``, which says what is wrong with which of the texts.
    package init(trust: Trust, identity: Identity? = nil) throws(TLSConfigurationError) {
        let handle = try TLSContextHandle(peer: .server)
        switch trust {
        case .systemAuthorities: try handle.requireServerCertificates(authoritiesPEM: nil)
        case .authorities(let pem): try handle.requireServerCertificates(authoritiesPEM: pem)
        // A client's context of libssl verifies nothing unless it is told to.
        case .everything: break
        }
        if let identity {
            _ = try handle.use(chainPEM: identity.certificateChainPEM, privateKeyPEM: identity.privateKeyPEM)
        }
        self.handle = handle
        verifies = trust != .everything
    }

    /// Starts the session of a connection, which keeps the context alive.
    func makeSession(for name: TLSServerName) throws(TLSError) -> TLSSession {
        // Safety: the session takes its own reference of the context.
        try unsafe handle.withPointer { pointer throws(TLSError) in
            try unsafe TLSSession(connectingWith: pointer, to: name, verifies: verifies)
        }
    }
}

/// The name that a server's certificate has to have.
package enum TLSServerName: Equatable, Sendable {
    /// A DNS name; it is also named to the server.
    case host(String)
    /// An IP address, which is never named to the server.
    case address(String)

    /// Reads a DNS name, or an IP address with or without brackets; `nil` for a text that can be neither.
    package init?(_ text: String) {
        var name = text[...]
        if name.utf8.first == UInt8(ascii: "["), name.utf8.last == UInt8(ascii: "]") { name = name.dropFirst().dropLast() }
        // The zone of a local address, such as `fe80::1%eth0`, is not part of a certificate.
        let address = String(name.prefix { $0 != "%" })
        if (try? SocketAddress(ipAddress: address, port: 0)) != nil {
            self = .address(address)
            return
        }
        // Servers know no names that end in a dot.
        if name.utf8.last == UInt8(ascii: ".") { name = name.dropLast() }
        guard !name.isEmpty, name.utf8.count <= Self.hostByteLimit, name.utf8.allSatisfy(Self.isInHosts) else { return nil }
        self = .host(String(name))
    }

    /// The longest DNS name, in bytes. Source: <https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4>
    private static let hostByteLimit = 253

    /// Whether a byte may stand in a DNS name; other letters have to be written in their ASCII form.
    private static func isInHosts(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
