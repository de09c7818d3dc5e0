import AdmissionPolicy
import Cluster
import ClusterAudit
import KubernetesAPI
import PolicySources

/// The policies and waivers of a cluster, read once with the user's rights, and the way to its Namespaces.
struct ClusterFacts: Sendable {
    /// The valid policies and waivers, and why others are not valid.
    let objects: PolicyObjects
    /// The kinds that are not installed, such as `scorepolicies.podscore.dev`.
    let missingKinds: [String]

    private let session: ClusterSession

    /// Lists the policies and waivers; kinds that are not installed have none.
    static func read(_ configuration: ClusterConfiguration, environment: ClientEnvironment) async throws(CommandFailure) -> Self {
        let session = ClusterSession(configuration: configuration, environment: environment)
        let (states, missing) = try await session.run { (client) async throws(APIError) in
            var states: [PolicyObjectState] = []
            var missing: [String] = []
            for kind in PolicyKind.allCases {
                guard let listed = try await kind.states(from: client) else {
                    missing.append(kind.resource.qualifiedName)
                    continue
                }
                states += listed
            }
            return (states, missing)
        }
        return Self(objects: PolicyObjects(states), missingKinds: missing, session: session)
    }

    /// The address of the API server, for messages.
    var server: String { session.configuration.server.description }

    /// One line for each kind that is not installed.
    var warnings: [String] {
        missingKinds.map { "warning: the cluster at \(server) has no \($0); install its CustomResourceDefinition" }
    }

    /// Decides what runs in the whole cluster.
    func audit(by decider: AuditDecider) async throws(CommandFailure) -> Audit {
        try await session.run { (client) async throws(APIError) in
            try await ClusterReading(client, ClusterReading.Scope()).audit(by: decider, gaps: [])
        }
    }

    /// Lists the Namespaces with the labels of some keys.
    func namespaces(keeping keys: [String]) async throws(CommandFailure) -> NamespaceDirectory {
        let namespaces = try await session.run { (client) async throws(APIError) -> [NamedLabels] in
            try await client.list(.namespaces, accept: APIResource.metadataOnly) { NamedLabels($0) }.elements
        }
        return try NamespaceDirectory(namespaces, keeping: keys)
    }

    /// Gets the labels of one Namespace that policies read; `nil` if the cluster has no such Namespace.
    func labels(of namespace: String, for policies: PolicySet) async throws(CommandFailure) -> NamespaceLabels? {
        guard let name = ObjectName(namespace) else { return nil }
        let body = try await session.run { (client) async throws(APIError) -> [UInt8]? in
            do throws(APIError) {
                return try await client.body(of: APIRequest(.get, .namespaces, name: name))
            } catch {
                guard error.cause.status?.code == 404 else { throw error }
                return nil
            }
        }
        guard let body else { return nil }
        let labels = try NamedLabels(name: namespace, labels: try? ObjectLabels(reading: body.span)).readable()
        return NamespaceLabels(policies.labelKeys) { labels[$0] }
    }
}

/// The name of a Namespace with its labels.
struct NamedLabels: Sendable {
    /// The name of the Namespace.
    let name: String
    /// The labels; `nil` if they cannot be read.
    let labels: ObjectLabels?

    /// Labels that were read, or could not be.
    init(name: String, labels: ObjectLabels?) {
        (self.name, self.labels) = (name, labels)
    }

    /// Reads a Namespace; `nil` if not even the name can be read.
    init?(_ object: ReceivedText) {
        guard let header = try? ObjectHeader(readingBeginning: object.bytes.span) else { return nil }
        self.init(name: header.name, labels: try? ObjectLabels(reading: object.bytes.span))
    }

    /// The labels; throws if they cannot be read, because a Namespace without its labels would show the looser policy.
    func readable() throws(CommandFailure) -> ObjectLabels {
        guard let labels else { throw CommandFailure("the labels of Namespace \(name) cannot be read") }
        return labels
    }
}

extension NamespaceDirectory {
    /// Keeps the labels of some keys; throws if those of a Namespace cannot be read.
    init(_ namespaces: [NamedLabels], keeping keys: [String]) throws(CommandFailure) {
        self.init(keeping: keys)
        for namespace in namespaces {
            let labels = try namespace.readable()
            set(namespace.name) { labels[$0] }
        }
    }
}
