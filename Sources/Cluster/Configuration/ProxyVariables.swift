/// The variables by which other programs find a proxy; Podscore uses none.
package enum ProxyVariables {
    /// The names, for servers with TLS and without.
    private static func names(isSecure: Bool) -> [String] {
        isSecure ? ["HTTPS_PROXY", "https_proxy"] : ["HTTP_PROXY", "http_proxy"]
    }

    /// Advice for a server that can't be reached; empty if no variable names a proxy for it.
    ///
    /// `variable` gives the value of a variable.
    package static func advice(for server: ServerAddress, variable: (String) -> String?) -> String {
        guard let name = names(isSecure: server.isSecure).first(where: { variable($0)?.isEmpty == false }) else { return "" }
        return "$\(name) is set, but Podscore connects to the server directly"
    }
}
