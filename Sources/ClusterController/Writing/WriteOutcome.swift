import Cluster

/// The result of a write.
package enum WriteOutcome: Sendable, Equatable {
    /// The server has stored it, or deleted the object.
    case written
    /// Somebody else has changed the object since it was seen.
    case conflict
    /// The object, or the Namespace for a new one, does not exist.
    case gone
    /// The object is larger than the server stores.
    case tooLarge
    /// The definition of the kind is older and lacks a field; the message names it.
    case unknownField(String)
    /// The kind is not installed.
    case notInstalled
    /// The server will not store it, for example in a Namespace that is being deleted; the reason.
    case refused(String)
    /// The server did not answer usably, also after repetitions; the reason.
    case failed(String)
    /// The task was cancelled; the write may have happened.
    case cancelled

    /// The outcome of a request that failed.
    init(_ error: APIError) {
        switch error.cause {
        case .cancelled: self = .cancelled
        case .status(let status): self = Self.refusal(status, error.description)
        default: self = .failed(error.description)
        }
    }

    /// The meaning of a status code, and of those messages that have no code of their own.
    ///
    /// Sources: <https://github.com/etcd-io/etcd/blob/v3.6.0/api/v3rpc/rpctypes/error.go>,
    /// <https://github.com/kubernetes-sigs/structured-merge-diff/blob/v6.3.0/typed/validate.go>
    private static func refusal(_ status: StatusAnswer, _ text: String) -> Self {
        switch status.code {
        case 404: return status.isUnknownPath ? .notInstalled : .gone
        case 409: return .conflict
        case 413: return .tooLarge
        default: break
        }
        if status.message.contains("request is too large") || status.message.contains("message larger than max") { return .tooLarge }
        if status.message.contains("field not declared in schema") { return .unknownField(text) }
        let isPermanent = 400..<500 ~= status.code && ![401, 408, 429].contains(status.code)
        return isPermanent ? .refused(text) : .failed(text)
    }
}
