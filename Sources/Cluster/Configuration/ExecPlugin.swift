import KubernetesAPI
import YAML

/// A program that a kubeconfig names to get credentials: the `exec` of a user.
package struct ExecPlugin: Sendable, Equatable {
    /// Whether the program may ask the user.
    package enum InteractiveMode: String, Sendable, CaseIterable {
        case never = "Never"
        case ifAvailable = "IfAvailable"
        case always = "Always"
    }

    /// The versions of the interface that are spoken.
    package static let apiVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]

    /// A path, or a name to look up in `$PATH`.
    package let command: String
    /// The arguments.
    package let arguments: [String]
    /// Variables that are added to the environment, in order.
    package let environment: [Variable]
    /// The version of the interface.
    package let apiVersion: String
    /// The advice for users who do not have the program.
    package let installHint: String?
    /// Whether the program may ask the user.
    package let interactiveMode: InteractiveMode
    /// The cluster that the program is told about; `nil` if it is told nothing.
    package let cluster: ClusterFacts?

    /// A variable of the environment.
    package struct Variable: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// Its value, which may be a secret.
        package let value: Secret

        /// A variable.
        package init(name: String, value: Secret) {
            self.name = name
            self.value = value
        }
    }

    /// The facts about the cluster that a program receives.
    package struct ClusterFacts: Sendable, Equatable {
        /// The address, as in the kubeconfig.
        package let server: String
        /// `tls-server-name`.
        package let serverName: String?
        /// Whether the server's certificate is not verified.
        package let skipsVerification: Bool
        /// The authorities.
        package let authorities: ClusterConfiguration.PEMSource?
        /// The cluster's extension for this interface, as JSON.
        package let configuration: [UInt8]?
    }
}

/// One run of a plugin.
package struct PluginInvocation: Sendable, Equatable {
    /// A path, or a name to look up in `$PATH`.
    package let command: String
    /// The arguments.
    package let arguments: [String]
    /// Variables that are added to the environment, in order; later ones win.
    package let environment: [ExecPlugin.Variable]
    /// Whether the program gets the terminal as its standard input, and nothing otherwise.
    package let readsTerminal: Bool
}

/// Why a plugin gave no credentials.
package enum PluginFailure: Error, Sendable, Equatable {
    /// There is no such program.
    case notFound
    /// The program could not be started; the reason.
    case notStarted(String)
    /// The program ended with a status other than 0.
    case failed(status: Int32)
    /// The program gave more than anyone needs.
    case tooMuchOutput(byteLimit: Int)
    /// The program needs a terminal, and there is none.
    case noTerminal
    /// The program gave something else than credentials; the reason.
    case invalidAnswer(String)
    /// This process runs no plugins.
    case unsupported
}

extension PluginFailure: CustomStringConvertible {
    /// The reason.
    package var description: String {
        switch self {
        case .notFound: "there is no such program"
        case .notStarted(let reason): "it can't be started: \(reason)"
        case .failed(let status): "it failed with status \(status)"
        case .tooMuchOutput(let byteLimit): "it printed more than \(byteLimit) bytes"
        case .noTerminal: "it asks the user (interactiveMode: Always), and standard input is no terminal"
        case .invalidAnswer(let reason): "its output is no ExecCredential: \(reason)"
        case .unsupported: "only commands on a user's machine run plugins; use a service account in a Pod"
        }
    }
}

/// Runs a plugin to its end and returns its standard output; standard error goes to the user.
package typealias PluginRunner = @Sendable (PluginInvocation) throws(PluginFailure) -> [UInt8]

extension ExecPlugin {
    /// The variable that tells the program what it is asked.
    private static let informationVariable = "KUBERNETES_EXEC_INFO"

    /// One run of the program.
    ///
    /// - Parameters:
    ///   - hasTerminal: whether standard input is a terminal that nothing else is read from.
    ///   - authoritiesPEM: the text of the cluster's authorities, for a program that is told about the cluster.
    /// - Returns: the program with its arguments and its environment.
    /// - Throws: ``PluginFailure/noTerminal`` if the program needs one.
    package func invocation(hasTerminal: Bool, authoritiesPEM: [UInt8]? = nil) throws(PluginFailure) -> PluginInvocation {
        if interactiveMode == .always, !hasTerminal { throw .noTerminal }
        let isInteractive = interactiveMode != .never && hasTerminal
        let information = Secret(String(decoding: request(isInteractive: isInteractive, authoritiesPEM: authoritiesPEM), as: UTF8.self))
        return PluginInvocation(
            command: command,
            arguments: arguments,
            environment: environment + [Variable(name: Self.informationVariable, value: information)],
            readsTerminal: isInteractive
        )
    }

    /// The request, an ExecCredential.
    private func request(isInteractive: Bool, authoritiesPEM: [UInt8]?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("kind", "ExecCredential")
        writer.member("apiVersion", apiVersion)
        writer.key("spec")
        writer.beginObject()
        writer.member("interactive", isInteractive)
        if let cluster {
            writer.key("cluster")
            cluster.write(to: &writer, authoritiesPEM: authoritiesPEM)
        }
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}

extension ExecPlugin.ClusterFacts {
    fileprivate func write(to writer: inout JSONWriter, authoritiesPEM: [UInt8]?) {
        writer.beginObject()
        writer.member("server", server)
        writer.member("tls-server-name", serverName)
        if skipsVerification { writer.member("insecure-skip-tls-verify", true) }
        writer.member("certificate-authority-data", authoritiesPEM.map(Base64.encode))
        if let configuration {
            writer.key("config")
            // The writer adds the closing brace.
            writer.beginObject(with: Array(configuration.dropLast()))
            writer.endObject()
        }
        writer.endObject()
    }
}
