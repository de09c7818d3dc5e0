/// Why a request brought nothing, or no longer brings anything.
package enum RequestFailure: Error, Sendable, Equatable {
    /// The server refused.
    case refused(StatusAnswer)
    /// There is no connection; the reason.
    case unreachable(reason: String)
    /// The answer ended before its end.
    case cutOff
    /// The server did not answer, or stopped answering.
    case timedOut
    /// The answer is not what was asked for; the reason.
    case unreadable(reason: String)

    /// The server's refusal; `nil` for other failures.
    package var refusal: StatusAnswer? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}

extension RequestFailure: CustomStringConvertible {
    /// One line.
    package var description: String {
        switch self {
        case .refused(let refusal): "\(refusal)"
        case .unreachable(let reason): "no connection: \(reason)"
        case .cutOff: "the answer was cut off"
        case .timedOut: "the server did not answer in time"
        case .unreadable(let reason): "the answer can't be read: \(reason)"
        }
    }
}
