/// The address of an API server, as a kubeconfig or a Pod's environment gives it.
package struct ServerAddress: Sendable, Equatable {
    /// Why a text is no address.
    package enum Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        case unknownScheme(String)
        case noHost
        case invalidHost(String)
        case invalidPort(String)
        case userInfo
        case queryOrFragment
        case invalidPath(String)

        /// The reason, fit to follow the text and a colon.
        package var description: String {
            switch self {
            case .unknownScheme(let scheme): "unknown scheme \(scheme); use https://"
            case .noHost: "the host is missing"
            case .invalidHost(let host): "invalid host \(host)"
            case .invalidPort(let port): "invalid port \(port)"
            case .userInfo: "a user in the address is not supported; use a token, a client certificate or an exec plugin"
            case .queryOrFragment: "? and # are not allowed"
            case .invalidPath(let path): "invalid path \(path)"
            }
        }
    }

    /// Whether connections use TLS.
    package let isSecure: Bool
    /// The host name or IP address; an IPv6 address has no brackets.
    package let host: String
    /// The port.
    package let port: Int
    /// The path before every path of the API, without a slash at its end; empty for most servers.
    package let pathPrefix: String

    /// An address of known parts.
    package init(isSecure: Bool = true, host: String, port: Int, pathPrefix: String = "") {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.pathPrefix = pathPrefix
    }

    /// Reads `https://HOST:PORT/PREFIX`, of which all but the host may be missing.
    ///
    /// `usesTLS` tells what a text without a scheme means, as in client-go:
    /// <https://github.com/kubernetes/client-go/blob/v0.34.0/rest/url_utils.go#L28-L71>
    package init(parsing text: String, usesTLS: Bool = true) throws(Refusal) {
        var rest = text.utf8[...]
        isSecure = try Self.takeScheme(from: &rest) ?? usesTLS
        let authorityEnd = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        let authority = rest[..<authorityEnd]
        let path = rest[authorityEnd...]
        guard !rest.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) else { throw .queryOrFragment }
        guard !authority.contains(UInt8(ascii: "@")) else { throw .userInfo }
        let (host, portText) = try Self.split(authority)
        self.host = host
        if portText.isEmpty {
            port = isSecure ? 443 : 80
        } else {
            guard let port = Int(portText), 1...65_535 ~= port, portText.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }) else {
                throw .invalidPort(portText)
            }
            self.port = port
        }
        let end = path.lastIndex { $0 != UInt8(ascii: "/") }
        let prefix = end.map { String(Substring(path[...$0])) } ?? ""
        guard prefix.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else { throw .invalidPath(prefix) }
        pathPrefix = prefix
    }

    /// Takes the scheme; returns whether it is that of TLS, or `nil` without a scheme.
    private static func takeScheme(from rest: inout Substring.UTF8View) throws(Refusal) -> Bool? {
        let text = String(Substring(rest))
        guard let separator = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<separator.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" else { throw .unknownScheme(scheme) }
        rest = rest.dropFirst(text[..<separator.upperBound].utf8.count)
        return scheme == "https"
    }

    private static func split(_ authority: Substring.UTF8View) throws(Refusal) -> (host: String, port: String) {
        let text = Substring(authority)
        guard !text.isEmpty else { throw .noHost }
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw .invalidHost(String(text)) }
            let host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard host.contains(":"), rest.isEmpty || rest.hasPrefix(":") else { throw .invalidHost(String(text)) }
            return (String(host), String(rest.dropFirst()))
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { throw .invalidHost("\(text); put brackets around an IPv6 address") }
        guard let host = parts.first, !host.isEmpty else { throw .noHost }
        guard host.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else { throw .invalidHost(String(host)) }
        return (String(host), parts.count == 2 ? String(parts[1]) : "")
    }

    /// The host and port for the header `Host`, with brackets around an IPv6 address.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }
}

extension ServerAddress: CustomStringConvertible {
    /// The address as a URL.
    package var description: String { "\(isSecure ? "https" : "http")://\(authority)\(pathPrefix)" }
}
