import AdmissionPolicy
import KubernetesAPI

/// What lets objects pass, for now or for some: ramps, exemptions, waivers.
extension PolicySummary {
    /// Writes how the minimum rises; nothing where it does not.
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

    /// Writes for whom the policy does nothing; nothing where that is nobody.
    ///
    /// Without `namesUsers`, the numbers of users, groups and service accounts stand there and not their names.
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

    /// Writes a waiver, also one that has ended; what it does not ask for is left out.
    static func write(_ waiver: ScoreWaiver, to json: inout JSONWriter) {
        json.beginObject()
        json.member("name", waiver.name)
        json.key("match")
        json.beginObject()
        json.member("namespaces", waiver.match.namespaces.map(\.text))
        let parts = [
            ("pods", waiver.match.pods?.map(\.text)), ("containers", waiver.match.containers?.map(\.text)),
            ("images", waiver.match.images?.map(\.text)), ("serviceAccounts", waiver.match.serviceAccounts?.map(\.text)),
        ]
        for (name, patterns) in parts {
            if let patterns { json.member(name, patterns) }
        }
        json.endObject()
        json.member("rules", waiver.rules)
        json.member("expires", waiver.expires.description)
        json.member("owner", waiver.owner)
        json.member("reason", waiver.reason)
        json.endObject()
    }
}
