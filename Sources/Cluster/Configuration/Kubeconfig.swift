package import KubernetesAPI

/// The entries of one kubeconfig, or of several that were merged.
///
/// Only what was written, with its place; ``Kubeconfig/configuration(of:)`` says what it means.
package struct Kubeconfig: Sendable {
    /// A named entry of a list, with its place.
    struct Entry<Value: Sendable>: Sendable {
        /// The name.
        let name: String
        /// The cluster, user or context of that name.
        let value: Value
        /// Where the entry begins.
        let place: KubeconfigPlace
    }

    /// An entry of `clusters`.
    struct Cluster: Sendable {
        /// The address of the API server.
        var server: KubeconfigText?
        /// `tls-server-name`.
        var serverName: KubeconfigText?
        /// `insecure-skip-tls-verify`, if it is written.
        var skipsVerification: (isSet: Bool, place: KubeconfigPlace)?
        /// `certificate-authority` and `certificate-authority-data`.
        var authorities = KubeconfigPEM()
        /// `proxy-url`.
        var proxy: KubeconfigText?
        /// The extension for exec plugins, as JSON.
        var execConfiguration: [UInt8]?
    }

    /// An entry of `users`.
    struct User: Sendable {
        /// `client-certificate` and `client-certificate-data`.
        var certificate = KubeconfigPEM()
        /// `client-key` and `client-key-data`.
        var key = KubeconfigPEM()
        /// `token`.
        var token: KubeconfigText?
        /// `tokenFile`; its path is already joined with the directory of the kubeconfig.
        var tokenFile: KubeconfigText?
        /// `exec`.
        var exec: Exec?
        /// The fields that are set and not supported, in the order of the file.
        var unsupported: [(field: String, place: KubeconfigPlace)] = []
    }

    /// The `exec` of a user.
    struct Exec: Sendable {
        /// Where it begins.
        var place: KubeconfigPlace
        /// The program; a path is already joined with the directory of the kubeconfig.
        var command: KubeconfigText?
        /// The arguments.
        var arguments: [String] = []
        /// The added variables.
        var environment: [ExecPlugin.Variable] = []
        /// The version of the interface.
        var apiVersion: KubeconfigText?
        /// The advice for users who do not have the program.
        var installHint: String?
        /// Whether the program is told about the cluster.
        var providesClusterInfo = false
        /// Whether the program may ask the user.
        var interactiveMode: KubeconfigText?
    }

    /// An entry of `contexts`.
    struct Context: Sendable {
        /// The name of an entry of `clusters`.
        var cluster: KubeconfigText?
        /// The name of an entry of `users`.
        var user: KubeconfigText?
        /// The Namespace of requests that name none.
        var namespace: KubeconfigText?
    }

    /// The entries of `clusters`.
    var clusters: [Entry<Cluster>] = []
    /// The entries of `users`.
    var users: [Entry<User>] = []
    /// The entries of `contexts`.
    var contexts: [Entry<Context>] = []
    /// `current-context`; `nil` if it is missing or empty.
    var currentContext: KubeconfigText?
    /// The files that were read, for messages.
    var files: [String] = []

    /// Whether nothing is configured, so that a program in a Pod uses its service account.
    package var isEmpty: Bool { clusters.isEmpty && users.isEmpty && contexts.isEmpty && currentContext == nil }

    /// Adds the entries of a file that comes later in `$KUBECONFIG`: the first file that has an entry wins all of it.
    mutating func add(_ other: Self) {
        Self.add(other.clusters, to: &clusters)
        Self.add(other.users, to: &users)
        Self.add(other.contexts, to: &contexts)
        currentContext = currentContext ?? other.currentContext
        files += other.files
    }

    private static func add<Value>(_ entries: [Entry<Value>], to all: inout [Entry<Value>]) {
        let known = Set(all.map { Array($0.name.utf8) })
        all += entries.filter { !known.contains(Array($0.name.utf8)) }
    }
}

/// A place in a kubeconfig.
package struct KubeconfigPlace: Sendable, Equatable, CustomStringConvertible {
    /// The path of the file.
    package let file: String
    /// The line and column.
    package let position: Position

    /// `FILE:LINE:COLUMN`.
    package var description: String { "\(file):\(position)" }
}

/// A text of a kubeconfig that is not empty, with its place.
struct KubeconfigText: Sendable {
    /// The text.
    let text: String
    /// Where it stands.
    let place: KubeconfigPlace
}

/// A PEM text that a kubeconfig holds itself, or names the file of.
struct KubeconfigPEM: Sendable {
    /// The decoded text of the field `…-data`, and its place.
    var data: (bytes: [UInt8], place: KubeconfigPlace)?
    /// The path of the file, already joined with the directory of the kubeconfig.
    var file: KubeconfigText?

    /// Where the text comes from; `nil` if there is none.
    var source: ClusterConfiguration.PEMSource? {
        data.map { .data($0.bytes) } ?? file.map { .file($0.text) }
    }

    /// The place of whichever field is set.
    var place: KubeconfigPlace? { data?.place ?? file?.place }
}
