package import Platform
import TLS

/// The service account of the Pod that this process runs in.
package struct ServiceAccount {
    /// Why there is no usable service account.
    package enum Problem: Error, Sendable, Equatable, CustomStringConvertible {
        /// A variable of the environment is missing.
        case notInCluster(variable: String)
        /// A variable of the environment has no usable value.
        case invalidVariable(String, value: String)
        /// A file of the mount can't be read, or is empty; the reason.
        case unusableFile(String, reason: String)

        /// The problem and the remedy.
        package var description: String {
            switch self {
            case .notInCluster(let variable): "not in a Pod: $\(variable) is not set"
            case .invalidVariable(let name, let value): "$\(name) has the value \(value.debugDescription), which is no address or port"
            case .unusableFile(let path, let reason):
                "\(path): \(reason); set automountServiceAccountToken: true for the Pod and its service account"
            }
        }
    }

    /// Where Kubernetes mounts the files of a service account.
    ///
    /// Source: <https://github.com/kubernetes/client-go/blob/v0.34.0/rest/config.go#L543-L580>
    package static let directory = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// The largest file, in bytes; a bundle of authorities has a few kilobytes.
    package static let byteLimit = 1 << 20

    private let directory: String
    private let variable: (String) -> String?
    private let read: FileReader

    /// Reads variables and files with closures; by default those of the process.
    package init(
        directory: String = Self.directory,
        variable: @escaping (String) -> String? = { EnvironmentVariable.named($0) },
        read: @escaping FileReader = { (path) throws(FileError) in
            try FileContents.read(path, byteLimit: Self.byteLimit)
        }
    ) {
        self.directory = directory
        self.variable = variable
        self.read = read
    }

    /// Says how the API server of the Pod's cluster is reached.
    ///
    /// Unlike client-go, a missing `ca.crt` is an error: trusting the system's authorities in its place would be no protection.
    package func configuration() throws(Problem) -> ClusterConfiguration {
        let host = try required("KUBERNETES_SERVICE_HOST")
        let portText = try required("KUBERNETES_SERVICE_PORT")
        guard let port = Int(portText), 1...65_535 ~= port else {
            throw .invalidVariable("KUBERNETES_SERVICE_PORT", value: portText)
        }
        guard let name = TLSServerName(host) else { throw .invalidVariable("KUBERNETES_SERVICE_HOST", value: host) }
        let (token, authorities) = (directory + "/token", directory + "/ca.crt")
        try requireText(in: token)
        try requireText(in: authorities)
        // The name is the host without brackets.
        let plainHost =
            switch name {
            case .host(let name), .address(let name): name
            }
        return ClusterConfiguration(
            server: ServerAddress(host: plainHost, port: port),
            serverName: name,
            trust: .authorities(.file(authorities)),
            credential: .tokenFile(token, initial: nil),
            namespace: namespace(),
            origin: "the service account in \(directory)"
        )
    }

    private func required(_ name: String) throws(Problem) -> String {
        guard let value = variable(name), !value.isEmpty else { throw .notInCluster(variable: name) }
        return value
    }

    private func requireText(in path: String) throws(Problem) {
        let text: [UInt8]
        do throws(FileError) {
            text = try read(path)
        } catch {
            throw .unusableFile(path, reason: error.reason)
        }
        guard !Self.trimmed(text).isEmpty else { throw .unusableFile(path, reason: "the file is empty") }
    }

    private func namespace() -> String {
        if let name = variable("POD_NAMESPACE"), !name.isEmpty { return name }
        let name = (try? read(directory + "/namespace")).map(Self.trimmed) ?? ""
        return name.isEmpty ? "default" : name
    }

    /// The text of a file without white space around it.
    static func trimmed(_ bytes: [UInt8]) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || 0x09...0x0D ~= $0 }
        guard let start = bytes.firstIndex(where: { !isSpace($0) }), let end = bytes.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(decoding: bytes[start...end], as: UTF8.self)
    }
}
