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
        var parts: [ExportedPart] = []
        do throws(OpenSSLReason) {
            for exported in export.policies { try add(exported, of: export, to: &parts) }
        } catch {
            return ExportSync.Result(problems: ["cannot digest the policy: \(error)"])
        }
        var result = await write(parts)
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

    private func add(_ exported: ExportedPolicy, of export: PolicyExport, to parts: inout [ExportedPart]) throws(OpenSSLReason) {
        let digest = try SHA256.hexDigest(of: [export.content(of: exported.policy)])
        func add(_ resource: APIResource, _ name: String, _ write: (inout JSONWriter) -> Void) {
            // The reader of policies takes only names that an object can have.
            guard let name = ObjectName(name) else { return }
            var json = JSONWriter()
            write(&json)
            parts.append(ExportedPart(resource: resource, name: name, body: json.bytes))
        }
        add(.validatingAdmissionPolicies, exported.name) { exported.writePolicy(digest: digest, owner: owner, to: &$0) }
        for index in exported.bindingIndices {
            add(.validatingAdmissionPolicyBindings, exported.bindingName(at: index)) {
                exported.writeBinding(at: index, digest: digest, owner: owner, to: &$0)
            }
        }
    }
}
