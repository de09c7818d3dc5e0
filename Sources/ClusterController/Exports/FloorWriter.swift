package import AdmissionPolicy
package import Cluster
package import KubernetesAPI
import TLS

/// Keeps the floor of policies in a cluster.
package struct FloorWriter: Sendable {
    private let sync: ExportSync
    private let owner: ExportedPolicy.Owner

    /// A writer of a floor with options; a later one finds its objects by the name of the owner.
    package init(_ client: APIClient, budget: WriteBudget, owner: ExportedPolicy.Owner) {
        self.owner = owner
        sync = ExportSync(client, budget: budget, selector: "\(ExportedPolicy.ownerLabel)=\(owner.name)")
    }

    /// Writes the floor of policies on a day, and deletes what an earlier floor had.
    ///
    /// The floor in the cluster stays as it is if the policies cannot be exported.
    package func write(_ policies: PolicySet, on today: CivilDate) async -> ExportSync.Result {
        let export: PolicyExport
        do throws(PolicyExportRefusal) {
            export = try PolicyExporter(floorOf: policies, options: owner.options, today: today).export()
        } catch {
            return ExportSync.Result(problems: ["policy \(error.policy) cannot be exported: \(error.reason)"])
        }
        let digests: [String: String]
        do throws(OpenSSLReason) {
            digests = try export.digests()
        } catch {
            return ExportSync.Result(problems: ["cannot digest the policy: \(error)"])
        }
        var result = await write(export.policies.flatMap { parts(of: $0, digest: digests[$0.policy]) })
        result.omissions = export.omissions
        return result
    }

    /// Deletes the floor.
    package func remove() async -> ExportSync.Result {
        await write([])
    }

    private func write(_ parts: [ExportedPart]) async -> ExportSync.Result {
        do throws(APIError) {
            return try await sync.sync(parts)
        } catch {
            return ExportSync.Result(problems: ["\(error)"])
        }
    }

    /// The objects of an exported policy.
    private func parts(of exported: ExportedPolicy, digest: String?) -> [ExportedPart] {
        let policy = part(.validatingAdmissionPolicies, exported.name) { exported.writePolicy(digest: digest, owner: owner, to: &$0) }
        let bindings = exported.bindingIndices.map { index in
            part(.validatingAdmissionPolicyBindings, exported.bindingName(at: index)) {
                exported.writeBinding(at: index, digest: digest, owner: owner, to: &$0)
            }
        }
        return ([policy] + bindings).compactMap(\.self)
    }

    private func part(_ resource: APIResource, _ name: String, _ write: (inout JSONWriter) -> Void) -> ExportedPart? {
        // The reader of policies takes only names that an object can have.
        guard let name = ObjectName(name) else { return nil }
        var json = JSONWriter()
        write(&json)
        return ExportedPart(resource: resource, name: name, body: json.bytes)
    }
}
