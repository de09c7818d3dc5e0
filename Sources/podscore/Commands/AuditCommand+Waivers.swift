import ArgumentParser
import ClusterAudit
import Platform

extension AuditCommand {
    /// Writes waivers instead of a report, lists the owners without one, and ends with the status.
    func write(_ existing: ExistingWaivers, of audit: Audit, to file: ResultFile) throws {
        try file.write(existing.yaml)
        try file.complete()
        settle(audit, showsGaps: true)
        var lines = existing.unwaivable.map { unwaivable in
            "podscore: \(unwaivable.owner.namespace ?? "")/\(unwaivable.owner.title) is not waived: \(unwaivable.reason)"
        }
        let waivers = PolicyCheck.number(existing.waivers.count, "waiver")
        let others = existing.unwaivable.isEmpty ? "" : ", \(PolicyCheck.number(existing.unwaivable.count, "owner")) not waived"
        lines.append("podscore: \(PolicyCheck.number(audit.owners.count, "owner")) checked: \(waivers)\(others)")
        StandardStream.error.write(lines: lines)
        let isEmpty = audit.owners.isEmpty && audit.isComplete
        if isEmpty { sayThatNothingWasFound() }
        if !audit.isComplete || isEmpty && !allowEmpty { throw ExitCode(ExitStatus.invalid) }
        if !existing.unwaivable.isEmpty { throw ExitCode(exitCode.map(Int32.init) ?? ExitStatus.failed) }
    }
}

extension ExistingWaivers {
    /// Writes the waivers that the options ask for.
    init(for owners: [AuditedOwner], decidedBy decider: AuditDecider, _ settings: WaiverOptions.Settings) {
        self.init(for: owners, decidedBy: decider, owner: settings.owner, expires: settings.expires)
    }
}
