import AdmissionPolicy
import KubernetesAPI
import Platform
import PodScoring
import PolicySources

/// The policies in force as JSON, for people and scripts.
struct PolicySummary {
    private let snapshot: PoliciesInForce.Snapshot
    /// Where the policies come from.
    let report: PoliciesInForce.Report
    /// The state of the cluster; `nil` without one.
    let cluster: ClusterStatus?
    /// The versions of the objects in force, by kind and name.
    let versions: [PolicyKind: [String: String]]
    /// Whether names of users are shown, and with them texts that can quote one.
    let namesUsers: Bool
    /// The number of Namespaces to which each policy with a selector applies.
    private let namespaceCounts: [String: Int]

    /// Summarizes a snapshot and where it comes from; `cluster` is `nil` without a cluster.
    ///
    /// Without `namesUsers`, exemptions and waivers show the number of users, groups and service accounts, but not their names. Then
    /// owners of waivers and the texts of errors, which can quote a user, are left out.
    init(_ snapshot: PoliciesInForce.Snapshot, report: PoliciesInForce.Report, cluster: ClusterStatus? = nil, namesUsers: Bool) {
        self.snapshot = snapshot
        self.report = report
        self.cluster = cluster
        versions = report.objects?.versionsInForce ?? [:]
        self.namesUsers = namesUsers
        let namespaces = snapshot.isComplete ? snapshot.namespaces : nil
        namespaceCounts = namespaces?.namespaceCounts(of: snapshot.policies) ?? [:]
    }

    /// The mode, the files with their digests, the policies and waivers in the order of reading, and the built-in default.
    var json: [UInt8] {
        var json = JSONWriter(reservingCapacity: 2_048)
        json.beginObject()
        json.member("mode", snapshot.mode.rawValue)
        writeOrigin(to: &json)
        writeCluster(to: &json)
        json.key("policies")
        json.beginArray()
        for policy in snapshot.policies.policies { write(policy, to: &json) }
        json.endArray()
        json.key("waivers")
        json.beginArray()
        for waiver in snapshot.policies.waivers { write(waiver, to: &json) }
        json.endArray()
        json.key("default")
        write(snapshot.policies.builtInDefault, to: &json)
        json.endObject()
        json.endLine()
        return json.bytes
    }

    /// Writes since when the policies are in force, their files, and which files were rejected since.
    private func writeOrigin(to json: inout JSONWriter) {
        json.member("since", report.origin.since.timestamp)
        if !report.origin.sha256.isEmpty { json.member("sha256", report.origin.sha256) }
        json.key("files")
        json.beginArray()
        for file in report.files {
            json.beginObject()
            json.member("path", file.path)
            json.member("sha256", file.sha256)
            json.endObject()
        }
        json.endArray()
        json.member("warnings", report.warnings)
        let origin = namesUsers ? report.origin : report.origin.withoutErrorTexts
        guard let rejection = origin.rejection else { return }
        json.key("refused")
        json.beginObject()
        json.member("at", rejection.time.timestamp)
        json.member("errors", rejection.files.lines)
        json.endObject()
    }

    private func write(_ policy: ScorePolicy, to json: inout JSONWriter) {
        json.beginObject()
        json.member("name", policy.name)
        writeSource(of: .policy, named: policy.name, to: &json)
        json.member("namespaces", policy.namespaces.map(\.text))
        json.member("namespaceSelector", policy.namespaceSelector?.description)
        json.member("namespaceCount", namespaceCounts[policy.name])
        if policy.namespaceLabels == .ignore { json.member("namespaceLabels", policy.namespaceLabels.rawValue) }
        json.member("ruleset", policy.ruleset.label)
        Self.writePoints(of: policy, to: &json)
        Self.write(policy.enforce, named: "enforce", to: &json)
        Self.write(policy.warn, named: "warn", to: &json)
        Self.write(policy.audit, named: "audit", to: &json)
        json.member("workloads", policy.workloads.rawValue)
        Self.write(policy.exempt, namesUsers: namesUsers, to: &json)
        if !policy.nodes.isEmpty { json.member("nodes", policy.nodes.names) }
        json.member("message", policy.guidance?.message)
        json.member("runbook", policy.guidance?.runbook)
        json.endObject()
    }

    /// Writes the overrides in the policy's order; nothing without overrides.
    private static func writePoints(of policy: ScorePolicy, to json: inout JSONWriter) {
        guard !policy.ruleset.overrides.isEmpty else { return }
        json.key("points")
        json.beginObject()
        for override in policy.ruleset.overrides { json.member(override.rule, override.points) }
        json.endObject()
    }

    private static func write(_ level: ScorePolicy.Level?, named name: String, to json: inout JSONWriter) {
        guard let level else { return }
        json.key(name)
        json.beginObject()
        json.member("minimumScore", level.minimumScore)
        writeRamp(of: level, to: &json)
        json.member("require", level.require)
        json.member("forbid", level.forbid)
        if let standard = level.podSecurityStandard {
            json.key("podSecurityStandard")
            json.beginObject()
            json.member("level", standard.level.rawValue)
            json.member("version", standard.version.description)
            json.endObject()
        }
        json.endObject()
    }
}

/// Ramps, exemptions and waivers.
extension PolicySummary {
    /// Writes the steps of a ramp; nothing without a ramp.
    static func writeRamp(of level: ScorePolicy.Level, to json: inout JSONWriter) {
        guard !level.ramp.isEmpty else { return }
        json.key("from")
        json.beginArray()
        for step in level.ramp {
            json.beginObject()
            json.member("date", step.date.description)
            json.member("minimumScore", step.minimumScore)
            json.endObject()
        }
        json.endArray()
    }

    /// Writes who is exempt from a policy; nothing if nobody is.
    ///
    /// Without `namesUsers`, writes the number of users, groups and service accounts instead of their names.
    static func write(_ exempt: Exemptions, namesUsers: Bool, to json: inout JSONWriter) {
        guard !exempt.isEmpty else { return }
        json.key("exempt")
        json.beginObject()
        let requesters = [("users", exempt.users), ("groups", exempt.groups), ("serviceAccounts", exempt.serviceAccounts)]
        for (kind, names) in requesters {
            if namesUsers { json.member(kind, names) } else { json.member(kind + "Count", names.count) }
        }
        json.member("runtimeClasses", exempt.runtimeClasses)
        json.endObject()
    }

    /// Writes a waiver, even if it has expired; omits the fields that it does not match.
    ///
    /// Without `namesUsers`, writes the number of service accounts instead of their names, and no owner.
    func write(_ waiver: ScoreWaiver, to json: inout JSONWriter) {
        json.beginObject()
        json.member("name", waiver.name)
        writeSource(of: .waiver, named: waiver.name, to: &json)
        json.key("match")
        json.beginObject()
        json.member("namespaces", waiver.match.namespaces.map(\.text))
        let parts = [
            ("pods", waiver.match.pods?.map(\.text)), ("containers", waiver.match.containers?.map(\.text)),
            ("images", waiver.match.images?.map(\.text)),
        ]
        for (name, patterns) in parts {
            if let patterns { json.member(name, patterns) }
        }
        if let accounts = waiver.match.serviceAccounts {
            json.member("serviceAccounts", namesUsers ? accounts.map(\.text) : nil)
            json.member("serviceAccountsCount", namesUsers ? nil : accounts.count)
        }
        json.endObject()
        json.member("rules", waiver.rules)
        json.member("minimumScore", waiver.minimumScore)
        json.member("expires", waiver.expires.description)
        if namesUsers { json.member("owner", waiver.owner) }
        json.member("reason", waiver.reason)
        json.endObject()
    }
}
