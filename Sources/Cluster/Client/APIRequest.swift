import KubernetesAPI
import NIOHTTP1

/// A request to an API server, without its address and credentials.
package struct APIRequest: Sendable {
    /// The verb, as RBAC has it.
    package enum Verb: String, Sendable {
        case get, list, watch, create, update, patch, delete

        /// Whether a repetition changes nothing.
        var isIdempotent: Bool { self == .get || self == .list || self == .watch }

        /// The method of HTTP.
        var method: HTTPMethod {
            switch self {
            case .get, .list, .watch: .GET
            case .create: .POST
            case .update: .PUT
            case .patch: .PATCH
            case .delete: .DELETE
            }
        }
    }

    /// The object or path of a request.
    package enum Target: Sendable, Equatable {
        /// A collection, an object, or a part of one.
        case resource(APIResource, namespace: ObjectName?, name: ObjectName?, subresource: String?)
        /// Another path, such as `/version`.
        case path(String)

        /// The path before the query.
        var path: String {
            switch self {
            case .resource(let resource, let namespace, let name, let subresource):
                resource.path(namespace: namespace, name: name, subresource: subresource)
            case .path(let path): path
            }
        }
    }

    /// A body with its type.
    package struct Body: Sendable, Equatable {
        /// The media type, such as `application/merge-patch+json`.
        package let type: String
        /// The bytes.
        package let bytes: [UInt8]

        /// A body of a type.
        package init(type: String, bytes: [UInt8]) {
            self.type = type
            self.bytes = bytes
        }
    }

    /// The verb.
    package let verb: Verb
    /// The object or path.
    package let target: Target
    /// The query, in order, not yet encoded.
    package var query: [(name: String, value: String)]
    /// The media types that are accepted.
    package var accept = "application/json"
    /// The body.
    package var body: Body?
    /// How long the beginning of the answer may take.
    package var answerTimeout = Duration.seconds(60)
    /// How long the body may be silent; `nil` without limit, as in a watch.
    package var silenceTimeout: Duration? = .seconds(60)
    /// Whether a `Retry-After` is obeyed here; otherwise the caller gets the answer.
    package var obeysRetryAfter = true
    /// Whether a repetition changes nothing, so that the request is sent again if the server had closed its connection meanwhile.
    package var isIdempotent: Bool

    /// A request for a resource.
    package init(
        _ verb: Verb,
        _ resource: APIResource,
        namespace: ObjectName? = nil,
        name: ObjectName? = nil,
        subresource: String? = nil,
        query: [(name: String, value: String)] = []
    ) {
        self.init(verb, .resource(resource, namespace: namespace, name: name, subresource: subresource), query: query)
    }

    /// A request for a target.
    package init(_ verb: Verb, _ target: Target, query: [(name: String, value: String)] = []) {
        self.verb = verb
        self.target = target
        self.query = query
        isIdempotent = verb.isIdempotent
    }

    /// The path and the encoded query.
    func uri(prefix: String) -> String {
        let pairs = query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
        return prefix + target.path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// The request for messages, such as `list scorepolicies.podscore.dev`.
    package var summary: String {
        switch target {
        case .resource(let resource, let namespace, let name, let subresource):
            let kind = resource.qualifiedName + (subresource.map { "/\($0)" } ?? "")
            let object = name.map { " \($0.text)" } ?? ""
            let place = namespace.map { " in Namespace \($0.text)" } ?? ""
            return "\(verb.rawValue) \(kind)\(object)\(place)"
        case .path(let path): return "\(verb.rawValue) \(path)"
        }
    }
}
