import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// What is in force, for people and scripts.
struct PolicySummary {
    private let snapshot: WebhookState.Snapshot
    private let provenance: Provenance
    private let namesUsers: Bool

    /// Summarizes a snapshot and where it comes from.
    ///
    /// Without `namesUsers`, exemptions show how many users, groups and service accounts they hold, but not which.
    init(_ snapshot: WebhookState.Snapshot, provenance: Provenance, namesUsers: Bool) {
        self.snapshot = snapshot
        self.provenance = provenance
        self.namesUsers = namesUsers
    }

    /// The mode, the files with their digests, policies and waivers in the order in which they were read, the built-in default last.
    var json: [UInt8] {
        var json = JSONWriter(reservingCapacity: 2_048)
        json.beginObject()
        json.member("mode", snapshot.mode.rawValue)
        writeProvenance(to: &json)
        json.key("policies")
        json.beginArray()
        for policy in snapshot.policies.policies { write(policy, to: &json) }
        json.endArray()
        json.key("waivers")
        json.beginArray()
        for waiver in snapshot.policies.waivers { Self.write(waiver, to: &json) }
        json.endArray()
        json.key("default")
        write(snapshot.policies.builtInDefault, to: &json)
        json.endObject()
        json.endLine()
        return json.bytes
    }

    /// Writes since when the policies are in force, from which files, and what was refused since.
    private func writeProvenance(to json: inout JSONWriter) {
        json.member("since", provenance.policy.since.timestamp)
        if !provenance.policy.sha256.isEmpty { json.member("sha256", provenance.policy.sha256) }
        json.key("files")
        json.beginArray()
        for file in provenance.policyFiles {
            json.beginObject()
            json.member("path", file.path)
            json.member("sha256", file.sha256)
            json.endObject()
        }
        json.endArray()
        json.member("warnings", provenance.policyWarnings)
        guard let refusal = provenance.policy.refusal else { return }
        json.key("refused")
        json.beginObject()
        json.member("at", refusal.time.timestamp)
        json.member("errors", refusal.files.lines)
        json.endObject()
    }

    private func write(_ policy: ScorePolicy, to json: inout JSONWriter) {
        json.beginObject()
        json.member("name", policy.name)
        json.member("namespaces", policy.namespaces.map(\.text))
        json.member("ruleset", policy.ruleset.label)
        Self.writePoints(of: policy, to: &json)
        Self.write(policy.enforce, named: "enforce", to: &json)
        Self.write(policy.warn, named: "warn", to: &json)
        Self.write(policy.audit, named: "audit", to: &json)
        json.member("workloads", policy.workloads.rawValue)
        Self.write(policy.exempt, namesUsers: namesUsers, to: &json)
        json.endObject()
    }

    /// Writes the overrides in the policy's order; nothing where there are none.
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
