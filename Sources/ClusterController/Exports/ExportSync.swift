package import Cluster
import KubernetesAPI

/// An object of an exported policy, as it is written into a cluster.
package struct ExportedPart: Sendable {
    /// The kind.
    package let resource: APIResource
    /// The name.
    package let name: ObjectName
    /// All fields, as JSON.
    package let body: [UInt8]

    /// An object of a kind.
    package init(resource: APIResource, name: ObjectName, body: [UInt8]) {
        self.resource = resource
        self.name = name
        self.body = body
    }

    /// The kind and the name, for messages.
    var title: String { resource.title(of: name) }
}

/// Makes the exported policies of a cluster those of a list.
///
/// They are found by a label. Others with that label, which an earlier list had, are deleted, but only if all of the list were written: an
/// error must not leave less in force than before.
package struct ExportSync: Sendable {
    /// The result.
    package struct Result: Sendable, Equatable {
        /// The objects that were written, also those that were the same before.
        package var written: [String] = []
        /// The objects that were deleted.
        package var deleted: [String] = []
        /// Why others were not, one line each.
        package var problems: [String] = []
        /// The parts of the policies that the objects leave out, one sentence each.
        package var omissions: [String] = []
    }

    /// The kinds of exported objects, in the order in which they are written: a policy has no effect before its binding.
    package static let resources: [APIResource] = [.validatingAdmissionPolicies, .validatingAdmissionPolicyBindings]

    private let client: APIClient
    private let writer: ObjectWriter
    private let selector: String

    /// A synchronization of all objects that a selector of labels finds, such as `podscore.dev/floor=podscore`.
    package init(_ client: APIClient, budget: WriteBudget, selector: String) {
        self.client = client
        self.selector = selector
        writer = ObjectWriter(client, budget: budget)
    }

    /// Writes the objects of a list, all of which must have the label, then deletes the others.
    ///
    /// - Throws: ``APIError`` if the objects of the cluster cannot be listed. Nothing is written then.
    package func sync(_ parts: [ExportedPart]) async throws(APIError) -> Result {
        var stored: [(resource: APIResource, header: ObjectHeader)] = []
        for resource in Self.resources {
            let list = try await client.list(resource, query: [("labelSelector", selector)], accept: APIResource.metadataOnly) { object in
                try? ObjectHeader(reading: object.bytes.span)
            }
            stored += list.elements.map { (resource, $0) }
        }
        var result = Result()
        for resource in Self.resources {
            for part in parts where part.resource == resource { await write(part, &result) }
        }
        guard result.problems.isEmpty else { return result }
        // A binding first: without its policy it would be an error in the log of the API server.
        for (resource, header) in stored.reversed() {
            let isKept = parts.contains { $0.resource == resource && $0.name.text.hasSameBytes(as: header.name) }
            if !isKept { await delete(header, of: resource, &result) }
        }
        return result
    }

    private func write(_ part: ExportedPart, _ result: inout Result) async {
        let outcome = await writer.apply(part.body, to: part.resource, namespace: nil, name: part.name)
        if case .written = outcome {
            result.written.append(part.title)
        } else {
            result.problems.append("\(part.title): \(outcome.reason)")
        }
    }

    private func delete(_ header: ObjectHeader, of resource: APIResource, _ result: inout Result) async {
        guard let name = ObjectName(header.name), let version = header.resourceVersion else { return }
        let title = resource.title(of: name)
        let outcome = await writer.delete(resource, namespace: nil, name: name, uid: header.uid, resourceVersion: version.text)
        switch outcome {
        case .written: result.deleted.append(title)
        case .gone: break
        default: result.problems.append("\(title) was not deleted: \(outcome.reason)")
        }
    }
}

extension APIResource {
    /// The kind and the name of an object, for messages.
    fileprivate func title(of name: ObjectName) -> String { "\(qualifiedName) \(name.text)" }
}

extension WriteOutcome {
    /// The reason why something was not written, for messages.
    fileprivate var reason: String {
        switch self {
        case .written: ""
        case .conflict: "it was changed at the same time"
        case .gone: "it does not exist any more"
        case .tooLarge: "it is larger than the API server stores"
        case .notInstalled: "the API server does not have this kind; it is served since Kubernetes 1.30"
        case .cancelled: "cancelled"
        case .unknownField(let text), .refused(let text), .failed(let text): text
        }
    }
}
