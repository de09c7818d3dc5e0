import AdmissionPolicy
import Cluster
import KubernetesAPI
import PolicySources

extension PolicyKind {
    /// Lists what is known of each object of the kind; `nil` if the kind is not installed.
    func states(from client: APIClient) async throws(APIError) -> [PolicyObjectState]? {
        let decode = ClusterPolicies.decoder(of: self)
        do throws(APIError) {
            return try await client.list(resource) { object -> PolicyObjectState? in state(of: object, by: decode) }.elements
        } catch {
            guard error.cause.status?.isUnknownPath == true else { throw error }
            return nil
        }
    }

    private func state(of object: ReceivedText, by decode: ObjectStore<PolicyObjectState>.Decode) -> PolicyObjectState {
        let bytes = object.bytes.span
        do throws(DecodingFailure) {
            let header = try object.isCut ? ObjectHeader(readingBeginning: bytes) : ObjectHeader(reading: bytes)
            return decode(bytes, header, nil)
        } catch {
            let name = (try? ObjectHeader(readingBeginning: bytes))?.name ?? "without a readable name"
            let identity = PolicyObject.Identity(kind: self, name: name, uid: "", resourceVersion: "", creationTimestamp: "")
            return PolicyObjectState(.failure(ObjectRejection(identity: identity, lines: ["\(error.reason)"])), after: nil)
        }
    }
}
