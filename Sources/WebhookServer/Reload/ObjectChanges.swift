import AdmissionPolicy
import KubernetesAPI
import Logging
import PolicySources

/// What changed among the objects of a cluster, for the log.
struct ObjectChanges {
    /// The most lines of one change; a cluster can have a thousand objects.
    private static let lineLimit = 50

    private var lines: [(level: Logger.Level, text: String)] = []

    /// Compares the objects in force; without earlier ones, those in force are only counted.
    init(from before: JoinedObjects?, to after: JoinedObjects) {
        if let before {
            addChanges(from: before, to: after)
        } else {
            let policyCount = after.inForce.count { $0.identity.kind == .policy }
            let waiverCount = after.inForce.count - policyCount
            lines.append((.info, "from the cluster: \(policyCount) policies and \(waiverCount) waivers in force"))
            for object in after.inForce { addWarnings(of: object) }
        }
        let earlierLosers = before?.losers ?? []
        for loser in after.losers where !earlierLosers.contains(loser) {
            lines.append((.warning, "\(loser.object.identity) is not in force: \(loser.conflict)"))
        }
        let earlierRejections = before?.rejections ?? []
        for rejection in after.rejections where !earlierRejections.contains(rejection) {
            let version = after.versionInForce(of: rejection.identity)
            let consequence = version.map { "its resourceVersion \($0) stays in force" } ?? "nothing of it is in force"
            lines.append((.error, "\(rejection.identity) rejected, \(consequence): \(rejection.lines.joined(separator: "; "))"))
        }
    }

    private mutating func addChanges(from before: JoinedObjects, to after: JoinedObjects) {
        let (old, new) = (Set(before.inForce.map(\.identity)), Set(after.inForce.map(\.identity)))
        for object in after.inForce where !old.contains(object.identity) {
            let version = object.identity.resourceVersion
            lines.append((.info, "\(object.identity) of the cluster is in force, resourceVersion \(version)"))
            addWarnings(of: object)
        }
        let losers = after.losers.map(\.object.identity)
        for object in before.inForce where !new.contains(object.identity) && after.versionInForce(of: object.identity) == nil {
            guard !losers.contains(where: { $0.kind == object.identity.kind && $0.name.hasSameBytes(as: object.identity.name) }) else {
                continue
            }
            lines.append((.info, "\(object.identity) of the cluster is no longer in force"))
        }
    }

    private mutating func addWarnings(of object: PolicyObject) {
        for warning in object.warnings { lines.append((.warning, "\(object.identity): warning: \(warning)")) }
    }

    /// Logs the changes, one per line.
    func log(to log: ReloadLog) {
        for line in lines.prefix(Self.lineLimit) { log.log(line.level, line.text) }
        if lines.count > Self.lineLimit { log.log(.info, "and \(lines.count - Self.lineLimit) more changes") }
    }
}
