package import TLS

/// Why there are no usable credentials.
package enum CredentialProblem: Error, Sendable, Equatable {
    /// A file can't be read, or is empty; the reason.
    case file(path: String, reason: String)
    /// The authorities, or the client certificate and key, can't be used.
    case tls(TLSConfigurationError)
    /// The plugin gave nothing.
    case plugin(command: String, PluginFailure, hint: String?)
}

extension CredentialProblem: CustomStringConvertible {
    /// The problem and the remedy.
    package var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        case .tls(let error): "\(error)"
        case .plugin(let command, let failure, let hint):
            "exec plugin \(command): \(failure)" + (failure == .notFound ? hint.map { "\n\($0)" } ?? "" : "")
        }
    }
}
