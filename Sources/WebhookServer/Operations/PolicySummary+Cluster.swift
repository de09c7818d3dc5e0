import AdmissionPolicy
import KubernetesAPI
import PolicySources

/// The cluster as a source of policies; nothing of it is written without a cluster.
extension PolicySummary {
    /// Writes the state of the cluster, the rejected objects, and the valid ones that are not in force.
    func writeCluster(to json: inout JSONWriter) {
        guard let cluster else { return }
        json.key("cluster")
        json.beginObject()
        json.member("server", cluster.server)
        json.member("settled", cluster.isSettled)
        json.key("resources")
        json.beginArray()
        for resource in cluster.resources { Self.write(resource, to: &json) }
        json.endArray()
        json.key("rejected")
        json.beginArray()
        for rejection in report.objects?.rejections ?? [] { write(rejection, to: &json) }
        json.endArray()
        json.key("notInForce")
        json.beginArray()
        for loser in report.objects?.losers ?? [] {
            json.beginObject()
            Self.write(loser.object.identity, to: &json)
            json.member("reason", loser.conflict.description)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    /// Writes where a policy or waiver in force comes from: `file`, or `cluster` with the version of the object.
    func writeSource(of kind: PolicyKind, named name: String, to json: inout JSONWriter) {
        guard cluster != nil else { return }
        let version = versions[kind]?[name]
        json.member("source", version == nil ? "file" : "cluster")
        json.member("resourceVersion", version)
    }

    private static func write(_ resource: ClusterStatus.Resource, to json: inout JSONWriter) {
        json.beginObject()
        json.member("resource", resource.name)
        json.member("listed", resource.isSynced)
        json.member("absent", resource.isAbsent)
        json.member("objects", resource.objectCount)
        json.member("ageSeconds", Int(resource.age.components.seconds))
        json.member("problem", resource.problem)
        json.endObject()
    }

    private func write(_ rejection: ObjectRejection, to json: inout JSONWriter) {
        json.beginObject()
        Self.write(rejection.identity, to: &json)
        json.member("resourceVersionInForce", versions[rejection.identity.kind]?[rejection.identity.name])
        json.member("errors", rejection.lines(namesUsers: namesUsers))
        json.endObject()
    }

    private static func write(_ object: PolicyObject.Identity, to json: inout JSONWriter) {
        json.member("kind", object.kind.rawValue)
        json.member("name", object.name)
        json.member("resourceVersion", object.resourceVersion)
    }
}
