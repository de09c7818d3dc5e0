import AdmissionPolicy
import Cluster
import KubernetesAPI
import PolicySources
import RegistrationChecks

/// The objects of a cluster that a command needs, read once with the user's rights.
struct ClusterInventory: Sendable {
    /// The valid policies and waivers, and why others are not valid.
    let objects: PolicyObjects
    /// The Namespaces with all of their labels.
    let namespaces: [NamedLabels]
    /// The objects of exported policies, or why they cannot be listed; none if the API server does not have these kinds.
    let exported: Result<[ExportedObject], APIError>
    private let configurations: [Result<[WebhookRegistration], CommandFailure>]

    /// The webhooks of all ValidatingWebhookConfigurations; throws if one cannot be read, since it may be Podscore's.
    func registrations() throws(CommandFailure) -> [WebhookRegistration] {
        var registrations: [WebhookRegistration] = []
        for configuration in configurations { registrations += try configuration.get() }
        return registrations
    }

    /// The Namespaces as the checks of registrations take them; throws if labels cannot be read.
    func clusterNamespaces() throws(CommandFailure) -> [ClusterNamespace] {
        try namespaces.map { (namespace) throws(CommandFailure) in
            var labels: [String: String] = [:]
            try namespace.readable().forEach { labels[$0] = $1 }
            return ClusterNamespace(name: namespace.name, labels: labels)
        }
    }

    /// The policies and waivers that are not valid; a server can have an earlier version in force, which is not known here.
    var rejections: [RegistrationFinding] {
        objects.rejections.map { rejection in
            RegistrationFinding(
                .objectRejected,
                .warning,
                problem: "\(rejection.identity) is invalid, and a server can have an earlier version in force: "
                    + rejection.lines.joined(separator: "; "),
                fix: "correct it; podscore policy check --cluster shows all errors"
            )
        }
    }

    /// Reads the objects; the kinds of Podscore may be missing.
    static func read(_ configuration: ClusterConfiguration, environment: ClientEnvironment) async throws(CommandFailure) -> Self {
        try await ClusterSession(configuration: configuration, environment: environment).run { (client) async throws(APIError) in
            try await Self(readingFrom: client)
        }
    }

    private init(readingFrom client: APIClient) async throws(APIError) {
        var states: [PolicyObjectState] = []
        for kind in PolicyKind.allCases { states += try await kind.states(from: client) ?? [] }
        objects = PolicyObjects(states)
        namespaces = try await client.list(.namespaces, accept: APIResource.metadataOnly) { NamedLabels($0) }.elements
        configurations = try await client.list(.validatingWebhookConfigurations) { Self.webhooks(in: $0) }.elements
        exported = await Self.exported(from: client)
    }

    /// Lists the metadata of exported policies and their bindings.
    ///
    /// The right to do so may be missing; the rest of the cluster can be checked then.
    private static func exported(from client: APIClient) async -> Result<[ExportedObject], APIError> {
        do throws(APIError) {
            let policies = try await exported(.validatingAdmissionPolicies, from: client)
            return .success(try await policies + exported(.validatingAdmissionPolicyBindings, isBinding: true, from: client))
        } catch {
            return .failure(error)
        }
    }

    private static func exported(
        _ resource: APIResource,
        isBinding: Bool = false,
        from client: APIClient
    ) async throws(APIError) -> [ExportedObject] {
        let query = [(name: "labelSelector", value: ExportedPolicy.levelLabel)]
        do throws(APIError) {
            return try await client.list(resource, query: query, accept: APIResource.metadataOnly) { object in
                try? ExportedObject(reading: object.bytes.span, isBinding: isBinding)
            }.elements
        } catch {
            // Before Kubernetes 1.30.
            guard error.cause.status?.code == 404 else { throw error }
            return []
        }
    }

    private static func webhooks(in object: ReceivedText) -> Result<[WebhookRegistration], CommandFailure> {
        let bytes = object.bytes.span
        let name = (try? ObjectHeader(readingBeginning: bytes))?.name ?? "without a readable name"
        let problem: String
        do {
            if !object.isCut {
                var parser = JSONNodeParser(bytes)
                if let node = try parser.next() { return .success(try WebhookRegistration.read(node)) }
            }
            problem = "larger than \(ReceivedText.byteLimit) bytes"
        } catch let unreadable as WebhookRegistration.Unreadable {
            problem = unreadable.problem
        } catch let failure as DecodingFailure {
            problem = "\(failure.reason)"
        } catch {
            problem = "\(error)"
        }
        return .failure(CommandFailure("\(WebhookRegistration.documentKind) \(name): \(problem)"))
    }
}
