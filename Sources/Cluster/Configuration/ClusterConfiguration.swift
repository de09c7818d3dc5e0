package import TLS

/// How a cluster is reached: its address, what is trusted, and who asks.
package struct ClusterConfiguration: Sendable, Equatable {
    /// A PEM text.
    package enum PEMSource: Sendable, Equatable {
        /// The text.
        case data([UInt8])
        /// A file, which is read again when it changes.
        case file(String)
    }

    /// The certificates of the server that are accepted.
    package enum Trust: Sendable, Equatable {
        /// Those of the system's authorities.
        case systemAuthorities
        /// Those of the given authorities alone.
        case authorities(PEMSource)
        /// All; nothing is verified.
        case everything
    }

    /// A client certificate and its key.
    package struct ClientCertificate: Sendable, Equatable {
        /// The certificate and its intermediates.
        package let certificate: PEMSource
        /// The key.
        package let key: PEMSource

        /// A certificate and its key.
        package init(certificate: PEMSource, key: PEMSource) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// Where the token comes from.
    package enum Credential: Sendable, Equatable {
        /// There is none.
        case none
        /// A token that never changes.
        case token(Secret)
        /// A file that holds the token; `initial` is used until the file could be read.
        case tokenFile(String, initial: Secret?)
        /// A program that gives a token, a client certificate, or both.
        case plugin(ExecPlugin)
    }

    /// The address of the API server.
    package let server: ServerAddress
    /// The name that the server's certificate has to have.
    package let serverName: TLSServerName
    /// The certificates of the server that are accepted.
    package let trust: Trust
    /// The client certificate.
    package let clientCertificate: ClientCertificate?
    /// Where the token comes from.
    package let credential: Credential
    /// The Namespace of requests that name none.
    package let namespace: String
    /// Where the configuration comes from, for messages, such as `context dev of /home/me/.kube/config`.
    package let origin: String

    /// A configuration of known parts.
    package init(
        server: ServerAddress,
        serverName: TLSServerName,
        trust: Trust,
        clientCertificate: ClientCertificate? = nil,
        credential: Credential = .none,
        namespace: String = "default",
        origin: String
    ) {
        self.server = server
        self.serverName = serverName
        self.trust = trust
        self.clientCertificate = clientCertificate
        self.credential = credential
        self.namespace = namespace
        self.origin = origin
    }
}

/// A text that no message shows.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text.
    package let text: String

    /// Hides a text.
    package init(_ text: String) {
        self.text = text
    }

    /// The same for every secret.
    package var description: String { "(secret)" }
    /// The same for every secret.
    package var debugDescription: String { description }
    /// Nothing of the secret.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
