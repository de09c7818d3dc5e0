package import Logging
package import PolicySources
import Cluster

/// Logs what becomes of the watches of a cluster: each loss once, and each return.
package struct ClusterLog: Sendable {
    private let logger: Logger

    /// Logs to a logger.
    package init(_ logger: Logger) {
        self.logger = logger
    }

    /// Logs an event.
    package func log(_ event: ClusterEvent) {
        let resource = event.resource.qualifiedName
        let (level, text) = Self.line(event.kind, resource)
        logger.log(level: level, "\(text)", metadata: ["subject": "cluster", "resource": "\(resource)"])
    }

    private static func line(_ kind: ClusterEvent.Kind, _ resource: String) -> (Logger.Level, String) {
        guard case .note(let note, let problem, let isRepeated) = kind else { return (.info, "\(resource): the API server answers again") }
        switch note {
        case .listed(let count, let unreadableCount):
            let rest = unreadableCount == 0 ? "" : ", \(unreadableCount) of them unreadable, so no known object is removed"
            return (unreadableCount == 0 ? .debug : .warning, "\(resource): listed \(count + unreadableCount) objects\(rest)")
        case .failed(let failure, let verb, let wait):
            let retry = "the policies in force stay; next attempt in \(wait.components.seconds + 1) s"
            return (isRepeated ? .debug : .warning, "\(problem ?? "\(verb) \(resource): \(failure)"); \(retry)")
        case .becameAbsent: return (.debug, "\(resource) is not installed")
        case .becamePresent: return (.info, "\(resource) is installed now")
        case .expired: return (.info, "\(resource): the watch is too far behind; all objects are listed again")
        case .silent(let duration):
            return (.warning, "\(resource): the watch was silent for \(duration.components.seconds) s; all objects are listed again")
        case .unreadableObject(let reason): return (.warning, "\(resource): an object cannot be read: \(reason)")
        case .tooLarge(let key, let byteCount): return (.debug, "\(resource) \(key) has \(byteCount) bytes")
        case .skippedEvent(let type): return (.debug, "\(resource): skipped an event of the unknown type \(type)")
        }
    }
}
