/// Why a kubeconfig can't be used, and where.
package struct KubeconfigProblem: Error, Sendable, Equatable {
    /// The kinds of problems.
    package enum What: Sendable, Equatable {
        /// The text is not YAML, or the file can't be read; the reason.
        case unreadable(reason: String)
        /// `kind` or `apiVersion` is that of another kind of file.
        case otherKind(String)
        /// A value of another type than the field has.
        case wrongType(field: String, expected: String)
        /// The field does not hold base64.
        case notBase64(field: String)
        /// An entry without `name`.
        case missingName(list: String)
        /// Two entries of a list have the same name.
        case duplicateName(list: String, name: String)
        /// Neither `current-context` nor `--context` chooses a context.
        case noContext(known: [String])
        /// The chosen context does not exist.
        case unknownContext(String, known: [String])
        /// The context names an entry that does not exist; `list` is `cluster` or `user`.
        case unknownEntry(list: String, name: String, context: String)
        /// The cluster has no address.
        case noServer(cluster: String)
        /// The address can't be read.
        case invalidServer(String, ServerAddress.Refusal)
        /// No certificate can have this name.
        case invalidServerName(String)
        /// Two fields that exclude each other.
        case conflict(String, String)
        /// A field that needs another one.
        case incomplete(String, needs: String)
        /// A field that is known and not supported.
        case unsupported(field: String)
        /// A required field of `exec` is missing.
        case missingExecField(String)
        /// A value that is none of those allowed.
        case unknownValue(field: String, value: String, allowed: [String])
    }

    /// The problem.
    package let what: What
    /// Where; `nil` if it is no single place.
    package let place: KubeconfigPlace?
}

extension KubeconfigProblem: CustomStringConvertible {
    /// `FILE:LINE:COLUMN: what is wrong and what to do`.
    package var description: String {
        place.map { "\($0): \(what)" } ?? "kubeconfig: \(what)"
    }
}

extension KubeconfigProblem.What: CustomStringConvertible {
    /// One line without a place.
    package var description: String {
        switch self {
        case .unreadable(let reason): reason
        case .otherKind(let kind): "this is a \(kind), not a kubeconfig (kind: Config, apiVersion: v1)"
        case .wrongType(let field, let expected): "\(field) must be \(expected)"
        case .notBase64(let field): "\(field) is not base64"
        case .missingName(let list): "an entry of \(list) has no name"
        case .duplicateName(let list, let name): "\(list) has two entries with the name \(name.debugDescription)"
        case .noContext(let known): "no context is chosen; set current-context or give --context\(Self.list(known))"
        case .unknownContext(let name, let known): "there is no context \(name.debugDescription)\(Self.list(known))"
        case .unknownEntry(let list, let name, let context):
            "context \(context.debugDescription) names the \(list) \(name.debugDescription), which does not exist"
        case .noServer(let cluster): "cluster \(cluster.debugDescription) has no server"
        case .invalidServer(let text, let refusal): "server \(text.debugDescription): \(refusal)"
        case .invalidServerName(let name): "\(name.debugDescription) can't be the name of a server's certificate; set tls-server-name"
        case .conflict(let first, let second): "\(first) and \(second) exclude each other; remove one of them"
        case .incomplete(let field, let needed): "\(field) needs \(needed) as well"
        case .unsupported(let field): "\(field) is not supported\(Self.advice(for: field))"
        case .missingExecField(let field): "exec needs \(field)"
        case .unknownValue(let field, let value, let allowed):
            "\(field) \(value.debugDescription) is unknown; use \(allowed.joined(separator: " or "))"
        }
    }

    private static func list(_ known: [String]) -> String {
        known.isEmpty ? "; the kubeconfig has no context" : "; contexts: \(known.joined(separator: ", "))"
    }

    private static func advice(for field: String) -> String {
        switch field {
        case "proxy-url": "; Podscore connects to the server directly"
        case "username", "password": "; API servers have no basic authentication since Kubernetes 1.19"
        case "auth-provider": "; use an exec plugin or a token"
        default: "; use an account of your own"
        }
    }
}
