/// A request of a ``Reflector``, without the path, the address and the credentials.
package struct ReflectorRequest: Sendable, Equatable {
    /// The objects of a page; an API server counts the cost of a request by it.
    static let pageSize = 500

    /// The kinds of requests.
    package enum Kind: Sendable, Equatable {
        /// A page of the list of all objects, in their newest state; the first page without a token.
        case list(continueToken: String?)
        /// All changes after a version.
        case watch(resourceVersion: String, timeoutSeconds: Int)
    }

    /// Which request this is; what belongs to another one no longer counts.
    package let exchange: Int
    /// A list or a watch.
    package let kind: Kind

    /// The query, not yet percent-encoded.
    ///
    /// A list names no version: the newest state is asked for, and a token already has a version.
    package var query: [(name: String, value: String)] {
        switch kind {
        case .list(let token): [("limit", String(Self.pageSize))] + (token.map { [("continue", $0)] } ?? [])
        case .watch(let version, let seconds):
            [
                ("watch", "1"), ("allowWatchBookmarks", "true"), ("resourceVersion", version), ("timeoutSeconds", String(seconds)),
            ]
        }
    }

    /// The verb of RBAC.
    package var verb: String { isWatch ? "watch" : "list" }

    /// Whether changes are asked for.
    package var isWatch: Bool {
        if case .watch = kind { true } else { false }
    }
}

/// An input for a request of a ``Reflector``.
package enum ReflectorInput: Sendable {
    /// An object of the page that was asked for.
    case object(ReceivedText)
    /// The page arrived whole; an empty token stands for none.
    case page(resourceVersion: String, continueToken: String?)
    /// The request was accepted, so its answer begins.
    case began
    /// A line of the watch that ended with a line feed, without it.
    case line(ReceivedText)
    /// The watch ended in an orderly way.
    case ended
    /// The request failed, or the watch was cut off.
    case failed(RequestFailure)
}

/// An event for logs and metrics.
package enum ReflectorNote: Sendable, Equatable {
    /// A list is complete; objects that could not be read are not among the kept ones.
    case listed(objectCount: Int, unreadableCount: Int)
    /// A request failed and is repeated after a wait.
    case failed(RequestFailure, verb: String, retryIn: Duration)
    /// The kind is not installed; what was kept stays.
    case becameAbsent
    /// The kind is installed again.
    case becamePresent
    /// The version is too old for the server, so all objects are listed again.
    case expired
    /// The watch was silent for too long, so all objects are listed again.
    case silent(Duration)
    /// An object of a list can't be read; the reason.
    case unreadableObject(reason: String)
    /// An object is too large; its last state stays.
    case tooLarge(key: String, byteCount: Int)
    /// An event of an unknown type was skipped.
    case skippedEvent(type: String)
}
