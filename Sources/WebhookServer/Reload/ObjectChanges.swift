import AdmissionPolicy
import KubernetesAPI
import Logging
import PolicySources

/// The changes among the objects of a cluster, for the log.
struct ObjectChanges {
    /// The most lines of one change; a cluster can have a thousand objects.
    private static let lineLimit = 50

    private var lines: [(level: Logger.Level, text: String)] = []

    /// Compares the objects in force; without earlier ones, those in force are only counted.
    ///
    /// `warnings` are the new ones about them.
    init(from before: JoinedObjects?, to after: JoinedObjects, warnings: [String]) {
        let versions = after.versionsInForce
        if before == nil {
            let (policyCount, waiverCount) = (versions[.policy]?.count ?? 0, versions[.waiver]?.count ?? 0)
            lines.append((.info, "in force from the cluster: policies \(policyCount), waivers \(waiverCount)"))
        }
        addTrouble(from: before, to: after, versions)
        if let before { addChanges(from: before, to: after, versions) }
        for warning in warnings { lines.append((.warning, warning)) }
    }

    /// Adds the rejections and the conflicts that are new.
    private mutating func addTrouble(from before: JoinedObjects?, to after: JoinedObjects, _ versions: [PolicyKind: [String: String]]) {
        let earlierRejections = before?.rejections ?? []
        for rejection in after.rejections where !earlierRejections.contains(rejection) {
            let version = versions[rejection.identity.kind]?[rejection.identity.name]
            let consequence = version.map { "its resourceVersion \($0) stays in force" } ?? "no version of it is in force"
            lines.append((.error, "\(rejection.identity) rejected, \(consequence): \(rejection.lines.joined(separator: "; "))"))
        }
        let earlierLosers = before?.losers ?? []
        for loser in after.losers where !earlierLosers.contains(loser) {
            lines.append((.warning, "\(loser.object.identity) is not in force: \(loser.conflict)"))
        }
    }

    /// Adds the objects that were put in force, and those that no longer are.
    private mutating func addChanges(from before: JoinedObjects, to after: JoinedObjects, _ versions: [PolicyKind: [String: String]]) {
        let old = Set(before.inForce.map(\.identity))
        for object in after.inForce where !old.contains(object.identity) {
            let version = object.identity.resourceVersion
            lines.append((.info, "\(object.identity) of the cluster is in force, resourceVersion \(version)"))
        }
        let losers = Set(after.losers.map(\.object.identity.description))
        for object in before.inForce where versions[object.identity.kind]?[object.identity.name] == nil {
            // A loser has its own line.
            if losers.contains(object.identity.description) { continue }
            lines.append((.info, "\(object.identity) of the cluster is no longer in force"))
        }
    }

    /// Logs the changes, one per line.
    func log(to log: ReloadLog) {
        for line in lines.prefix(Self.lineLimit) { log.log(line.level, line.text) }
        if lines.count > Self.lineLimit { log.log(.info, "and \(lines.count - Self.lineLimit) more changes") }
    }
}
