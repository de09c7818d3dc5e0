import KubernetesAPI

/// Policies as objects that an API server carries out, without a webhook.
package struct PolicyExport: Sendable, Equatable {
    /// The objects, in the order of policies, then of levels.
    package internal(set) var policies: [ExportedPolicy] = []
    /// The parts of these policies and waivers that the objects leave out, one sentence each, without a full stop.
    package internal(set) var omissions: [String] = []
    /// Limits of every export that concern these policies; as ``omissions``.
    package internal(set) var notes: [String] = []

    /// The names of the exported policies, in order.
    package var policyNames: [String] {
        var names: [String] = []
        for exported in policies where names.last?.hasSameBytes(as: exported.policy) != true { names.append(exported.policy) }
        return names
    }

    /// The bytes that decide what is done for a policy, as JSON without digests; their digest tells two exports apart.
    package func content(of policy: String) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 32 * 1024)
        json.beginArray()
        for exported in policies where exported.policy.hasSameBytes(as: policy) {
            exported.writePolicy(digest: nil, to: &json)
            for index in exported.bindings.indices { exported.writeBinding(at: index, digest: nil, to: &json) }
        }
        json.endArray()
        return json.bytes
    }
}

/// Why policies cannot be exported.
package struct PolicyExportRefusal: Error, Equatable {
    /// The name of the policy.
    package let policy: String
    /// The reason, such as an expression that is too long.
    package let reason: String
}
