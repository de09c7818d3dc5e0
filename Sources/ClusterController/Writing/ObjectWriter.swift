package import Cluster
import KubernetesAPI

/// Writes objects into a cluster at the pace of the budget.
///
/// Each write is the same if it is sent twice, so one whose answer was lost is sent again.
package struct ObjectWriter: Sendable {
    /// The name by which API servers know who owns a field.
    package static let fieldManager = "podscore"

    /// The most attempts of a write.
    private static let attemptLimit = 3
    /// How long an answer may take; a write takes a few milliseconds.
    private static let answerTimeout = Duration.seconds(30)
    /// The most bytes of an answer that are read.
    private static let answerByteLimit = 4 << 20

    private let client: APIClient
    private let budget: WriteBudget

    /// A writer through a client; all writers of a process share one budget.
    package init(_ client: APIClient, budget: WriteBudget) {
        self.client = client
        self.budget = budget
    }

    /// Creates an object or changes it, by server-side apply.
    ///
    /// - Parameters:
    ///   - body: all fields that Podscore owns, as JSON; fields of an earlier body that it lacks are removed. With `metadata.uid` and
    ///     `metadata.resourceVersion` only that version of that object is changed; the version alone lets a deleted object be made again.
    ///   - resource: the kind.
    ///   - namespace: the Namespace; `nil` for an object without one.
    ///   - name: the name.
    ///   - subresource: the part of the object, such as `status`.
    /// - Returns: the result, after repetitions.
    package func apply(
        _ body: [UInt8],
        to resource: APIResource,
        namespace: ObjectName?,
        name: ObjectName,
        subresource: String? = nil
    ) async -> WriteOutcome {
        var request = APIRequest(
            .patch,
            resource,
            namespace: namespace,
            name: name,
            subresource: subresource,
            query: [("fieldManager", Self.fieldManager), ("force", "true")]
        )
        request.body = APIRequest.Body(type: "application/apply-patch+yaml", bytes: body)
        return await send(request)
    }

    /// Deletes an object, if it is still the one that was seen.
    ///
    /// - Parameters:
    ///   - resource: the kind.
    ///   - namespace: the Namespace; `nil` for an object without one.
    ///   - name: the name.
    ///   - uid: the UID that was seen.
    ///   - resourceVersion: the version that was seen.
    /// - Returns: the result, after repetitions.
    package func delete(
        _ resource: APIResource,
        namespace: ObjectName?,
        name: ObjectName,
        uid: String,
        resourceVersion: String
    ) async -> WriteOutcome {
        var json = JSONWriter()
        json.beginObject()
        json.member("apiVersion", "v1")
        json.member("kind", "DeleteOptions")
        json.key("preconditions")
        json.beginObject()
        json.member("uid", uid)
        json.member("resourceVersion", resourceVersion)
        json.endObject()
        json.endObject()
        var request = APIRequest(.delete, resource, namespace: namespace, name: name)
        request.body = APIRequest.Body(type: "application/json", bytes: json.bytes)
        return await send(request)
    }

    private func send(_ unsent: APIRequest) async -> WriteOutcome {
        var request = unsent
        request.isIdempotent = true
        request.answerTimeout = Self.answerTimeout
        request.accept = APIResource.metadataOfOne
        var attempt = 1
        while true {
            guard await budget.take() else { return .cancelled }
            do throws(APIError) {
                try await client.send(request) { (body) async throws(APIError.Cause) in
                    // The head says that it is written; the body is only read so that the connection can be used again.
                    _ = try? await body.collect(byteLimit: Self.answerByteLimit)
                }
                return .written
            } catch {
                let outcome = WriteOutcome(error)
                guard case .failed = outcome, error.mayPass, attempt < Self.attemptLimit else { return outcome }
            }
            guard await budget.pause(.seconds(attempt)) else { return .cancelled }
            attempt += 1
        }
    }
}

extension APIError {
    /// Whether the same request may succeed a little later.
    fileprivate var mayPass: Bool {
        switch cause {
        case .status(let status): status.code != 401
        case .unreachable, .connectTimedOut, .handshakeTimedOut, .answerTimedOut, .bodyTimedOut, .closedBeforeAnswer, .cutOff, .invalidHTTP:
            true
        case .tls, .invalidBody, .bodyTooLarge, .credentials, .endlessList, .cancelled: false
        }
    }
}
