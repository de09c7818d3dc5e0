import AdmissionPolicy
import Cluster
import KubernetesAPI
import NIOCore
import NIOPosix
import PolicySources
import RegistrationChecks

/// The objects of a cluster that a command needs, read once with the user's rights.
struct ClusterInventory: Sendable {
    /// The valid policies and waivers, and why others are not valid.
    let objects: PolicyObjects
    /// The Namespaces with their labels.
    let namespaces: [ClusterNamespace]
    /// The webhooks of all ValidatingWebhookConfigurations.
    let registrations: [WebhookRegistration]

    /// Reads the objects; the kinds of Podscore may be missing.
    static func read(_ configuration: ClusterConfiguration, environment: ClientEnvironment) async throws(CommandFailure) -> Self {
        let threads = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let thread = DedicatedThread()
        let client = APIClient(configuration, userAgent: Version.userAgent, on: threads.next(), environment: environment)
        let result: Result<Self, APIError>
        do throws(APIError) {
            result = .success(try await thread.run { () async throws(APIError) in try await Self(readingFrom: client) })
        } catch {
            result = .failure(error)
        }
        client.close()
        await thread.stop()
        try? await threads.shutdownGracefully()
        do throws(APIError) {
            return try result.get()
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    private init(readingFrom client: APIClient) async throws(APIError) {
        objects = PolicyObjects(try await Self.states(.policy, client) + Self.states(.waiver, client))
        namespaces = try await client.list(.namespaces, accept: APIResource.metadataOnly) { object in
            let bytes = object.bytes.span
            guard let header = try? ObjectHeader(readingBeginning: bytes) else { return nil }
            var labels: [String: String] = [:]
            (try? ObjectLabels(reading: bytes))?.forEach { labels[$0] = $1 }
            return ClusterNamespace(name: header.name, labels: labels)
        }.elements
        registrations = try await client.list(.validatingWebhookConfigurations) { object -> [WebhookRegistration]? in
            var parser = JSONNodeParser(object.bytes.span)
            return (try? parser.next()).flatMap { try? WebhookRegistration.read($0) }
        }.elements.flatMap(\.self)
    }

    private static func states(_ kind: PolicyKind, _ client: APIClient) async throws(APIError) -> [PolicyObjectState] {
        let decode = ClusterPolicies.decoder(of: kind)
        do throws(APIError) {
            return try await client.list(kind.resource) { object in
                let bytes = object.bytes.span
                let header = object.isCut ? try? ObjectHeader(readingBeginning: bytes) : try? ObjectHeader(reading: bytes)
                return header.map { decode(bytes, $0, nil) }
            }.elements
        } catch {
            guard error.cause.status?.isUnknownPath == true else { throw error }
            return []
        }
    }
}
