import AdmissionPolicy
import KubernetesAPI
package import Reports

/// Writes the result of an audit as report objects, one for each top owner.
///
/// It is apart from the formats of a scan because a report has the demands that any of the owner's Pods violates, not only the worst one.
package struct AuditReports: Sendable {
    /// The size in bytes from which a piece is written.
    private static let pieceByteCount = 64 * 1024

    private let list: ReportObjectList
    private let decider: AuditDecider

    /// Reports as objects of an API; the decider is the one that made the results.
    package init(_ api: ReportAPI, decidingBy decider: AuditDecider) {
        list = ReportObjectList(api)
        self.decider = decider
    }

    /// Writes a list of the reports in pieces, sorted by owner, and counts owners and gaps as for a scan's report.
    ///
    /// The list has no gaps: nothing may be concluded from an owner that it lacks.
    package func write(_ audit: Audit, to write: (_ piece: [UInt8]) throws -> Void) throws -> ScanTally {
        var tally = ScanTally()
        for gap in audit.gaps { tally.count(gap.document) }
        var piece = list.head
        for owner in audit.owners {
            let document = owner.document(decidedBy: decider)
            tally.count(document)
            guard let worst = document.outcome.decision else { continue }
            if tally.hasPieces { piece += list.separator }
            tally.hasPieces = true
            piece += list.item(owner.report(worst: worst, decidedBy: decider))
            if piece.count >= Self.pieceByteCount {
                try write(piece)
                piece.removeAll(keepingCapacity: true)
            }
        }
        try write(piece + list.tail)
        return tally
    }
}

extension AuditedOwner {
    /// The object of its report.
    package var reportScope: ReportScope { ReportScope(identity) }

    /// The report about it; `nil` if it was not decided.
    package func report(decidedBy decider: AuditDecider) -> ReportObject? {
        document(decidedBy: decider).outcome.decision.map { report(worst: $0, decidedBy: decider) }
    }

    /// The report about it, of whose Pods the worst was decided.
    fileprivate func report(worst: Decision, decidedBy decider: AuditDecider) -> ReportObject {
        let others = results.dropFirst().compactMap { result in (try? decider.decided(result.example))?.decision }
        return ReportObject(reportScope, worst: worst, others: others, isTemplate: source == .template)
    }
}

extension ReportScope {
    /// The owner as the object of its report.
    fileprivate init(_ identity: OwnerIdentity) {
        self.init(
            namespace: identity.namespace,
            apiVersion: identity.apiVersion,
            kind: identity.kind,
            name: identity.name,
            uid: identity.uid,
            // Other kinds are not read: a Pod names them, and it may name one that does not exist.
            isProved: identity.workloadKind != nil
        )
    }
}
